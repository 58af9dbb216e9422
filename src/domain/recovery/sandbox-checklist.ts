import type { Environment, ObservedBinding, ObservedFlow } from '#domain/environment'
import type { Instant } from '#domain/kernel'

/** What a sandbox has that matters after a restore; a count is undefined where it could not be had. */
export interface RestoredContent {
  readonly flows: readonly Pick<ObservedFlow, 'name' | 'state'>[]
  readonly bindings: readonly ObservedBinding[]
  /** Logical name of a table → how many rows of it. */
  readonly counts: Readonly<Record<string, number | undefined>>
}

/** One thing that a person or Drover has to see to before people are let in. */
export interface ChecklistItem {
  readonly what: string
  /** `open`: it is there and waits; `nothing`: there is none of it; `unknown`: nobody could look, so somebody must. */
  readonly state: 'open' | 'nothing' | 'unknown'
  readonly note: string
}

/** What a restore left behind. */
export interface RestoredSandbox {
  readonly endsAt: Instant
  readonly isInAdministrationMode: boolean
  readonly hasBackgroundOperations: boolean
  readonly securityGroupId: string | undefined
  /** Connection references that no setting of the sandbox binds. */
  readonly unbound: readonly string[]
  readonly checklist: readonly ChecklistItem[]
}

/** Tables whose rows reach out of an environment, each with what it must be kept from doing (release-facts §8). */
export const reachingOut: readonly { readonly table: string; readonly what: string; readonly hint: string }[] = [
  { table: 'mailbox', what: 'server-side synchronisation', hint: 'Mailboxes would send and fetch real mail: disable them.' },
  { table: 'emailserverprofile', what: 'e-mail servers', hint: 'Their addresses are those of production: deactivate them.' },
  {
    table: 'sharepointsite',
    what: 'SharePoint sites',
    hint: 'Documents would be written into the sites of production: point them elsewhere.',
  },
  {
    table: 'serviceendpoint',
    what: 'webhooks and service endpoints',
    hint: 'They call the systems of production: remove or replace their addresses.',
  },
  {
    table: 'sdkmessageprocessingstep',
    what: 'steps of plug-ins',
    hint: 'Those that call outside would call the systems of production: disable them.',
  },
  { table: 'connector', what: 'custom connectors', hint: 'Review them; they may have to be deleted and installed again.' },
  {
    table: 'webresource',
    what: 'scripts and pages',
    hint: 'Look for addresses of production in them; web resources hold scripts and frames.',
  },
]

/** What is to be done after a restore, made from what is there (PET-14; release-facts §8). */
export function makeChecklist(
  pet: Pick<Environment, 'name'>,
  content: RestoredContent,
  unbound: readonly string[],
): readonly ChecklistItem[] {
  return [
    canvasApps(content),
    connections(content, unbound),
    flows(content),
    ...reachingOut.map(({ table, what, hint }) => counted({ what, count: content.counts[table], hint })),
    counted({
      what: 'jobs that wait',
      count: content.counts['asyncoperation'],
      hint: `Jobs that ${pet.name} had begun run here once background operations are on: cancel them before.`,
    }),
    { what: 'background operations', state: 'open', note: 'They are off, and stay off until all of the above is done.' },
  ]
}

function canvasApps({ counts }: RestoredContent): ChecklistItem {
  const hint = 'Their ids are others than in the pet, and sharing with everyone is lost: links and shares have to be made anew.'
  return counted({ what: 'canvas apps', count: counts['canvasapp'], hint })
}

function connections({ bindings }: RestoredContent, unbound: readonly string[]): ChecklistItem {
  if (bindings.length === 0) return { what: 'connections', state: 'nothing', note: 'There are no connection references.' }
  const open = unbound.length === 0 ? 'All connection references are bound.' : `Not bound: ${unbound.join(', ')}.`
  return { what: 'connections', state: unbound.length === 0 ? 'nothing' : 'open', note: open }
}

function flows({ flows: all }: RestoredContent): ChecklistItem {
  if (all.length === 0) return { what: 'flows', state: 'nothing', note: 'There are no cloud flows.' }
  const on = all.filter(({ state }) => state === 'on')
  if (on.length === 0) return { what: 'flows', state: 'open', note: `All ${all.length} are off. Review each before it is turned on.` }
  return {
    what: 'flows',
    state: 'open',
    note: `${on.length} of ${all.length} are on: ${on.map(({ name }) => name).join(', ')}. Turn them off.`,
  }
}

function counted({
  what,
  count,
  hint,
}: {
  readonly what: string
  readonly count: number | undefined
  readonly hint: string
}): ChecklistItem {
  if (count === undefined) return { what, state: 'unknown', note: `Whether there are any could not be seen. ${hint}` }
  if (count === 0) return { what, state: 'nothing', note: 'There are none.' }
  return { what, state: 'open', note: `${count} are there. ${hint}` }
}
