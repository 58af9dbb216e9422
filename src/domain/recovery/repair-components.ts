import type { Tweak } from '#domain/drift'
import { harmlessBecause } from '#domain/drift'
import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { activeLayer, componentKey } from '#domain/environment'
import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { isSameName } from '#domain/settings'

/**
 * What becomes of a component that the pet has not as the sandbox has it. `comes-back`: a change by hand, or something made by hand, that the pet
 * lost; `by-release`: a managed part, which only a release brings; `stays`: as the pet has it now.
 */
export type ComponentFate = 'comes-back' | 'by-release' | 'stays'

export interface ComponentLine {
  /** `kind:key`. */
  readonly component: string
  readonly name: string
  readonly fate: ComponentFate
  /** In one sentence. */
  readonly why: string
  /** What to do where it does not come back; empty where it does. */
  readonly way: string
  /** Of its layer by hand in the sandbox; null where there is none, or none can be read. */
  readonly hand: string | null
}

/** What a repair of components would do. */
export interface ComponentPlan {
  readonly lines: readonly ComponentLine[]
  readonly compared: number
  /** Managed parts of other versions than the pet has, in one sentence; empty where both have the same. */
  readonly note: string
  /** What could not be seen on either side. */
  readonly unseen: readonly string[]
}

/** Names the parts of a plan that two people agree on: each with the layer that comes back. */
export interface PlannedReturn {
  readonly component: string
  readonly hand: string
}

/** How a repair of components ended. */
export interface ComponentsWritten {
  /** Among the artifacts: the solution file that was read out of the sandbox and imported. */
  readonly file: string
  readonly importJobId: string
  readonly components: readonly string[]
  /** Tweaks that they were registered as, by id. */
  readonly tweaks: readonly string[]
}

export interface ComponentPair {
  /** As the sandbox has it, with its layers. */
  readonly saved: ObservedComponent
  /** As the pet has it; undefined where it has none. */
  readonly now: ObservedComponent | undefined
}

export interface ComponentsSeen {
  readonly solution: string
  readonly petId: string
  readonly petName: string
  readonly pairs: readonly ComponentPair[]
  /** Why nothing by hand may come into the pet; undefined where it may. */
  readonly forbidden: string | undefined
  /** Where the solution is unmanaged in the pet, in another version than in the sandbox: both. Absent elsewhere. */
  readonly released?: { readonly saved: string; readonly now: string } | undefined
}

/** Holds each component of the sandbox against that of the pet. What stands in the pet is written over by nothing. */
export function planComponents(seen: ComponentsSeen): readonly ComponentLine[] {
  const gone = new Set(seen.pairs.filter(isGoneTable).map(({ saved }) => saved.key.toLowerCase()))
  const first = seen.pairs.flatMap((pair) => (isPartOf(pair, gone) ? [] : (lineOf(seen, pair) ?? [])))
  const returning = new Set(first.filter(comesBack).map(({ component }) => component.toLowerCase()))
  // Parts of a table that comes back come with it; parts of one that does not are not told one by one.
  const parts = seen.pairs.filter((pair) => isPartOf(pair, gone) && returning.has(`entity:${pair.saved.table?.toLowerCase() ?? ''}`))
  return [...first, ...parts.flatMap((pair) => lineOf(seen, pair) ?? [])]
}

export function comesBack({ fate }: ComponentLine): boolean {
  return fate === 'comes-back'
}

/** Those of a plan that come back; of the named ones, where some are named. */
export function returnsOf(plan: ComponentPlan, named: readonly string[] | undefined): readonly PlannedReturn[] {
  return plan.lines.flatMap(({ component, fate, hand }) =>
    fate === 'comes-back' && hand !== null && (named === undefined || named.some((name) => isSameName(name, component)))
      ? [{ component, hand }]
      : [],
  )
}

/** A change that came back is a tweak as it was one: owner, decision and an end that is still ahead are kept. */
export function tweakOfReturn(
  deviation: { readonly id: string; readonly digest: string; readonly name: string; readonly solution: string | undefined },
  of: {
    readonly id: string
    readonly reason: string
    readonly by: PersonId
    readonly earlier: Tweak | undefined
    readonly now: Instant
    readonly mostDays: number
  },
): Tweak {
  const { id, reason, by, earlier, now, mostDays } = of
  const latest = Date.parse(now) + mostDays * dayMs
  const kept = earlier === undefined ? Number.NaN : Date.parse(earlier.expiresAt)
  const expiresAt = kept > Date.parse(now) ? Math.min(kept, latest) : latest
  return {
    ...{ id, deviation: deviation.id, digest: deviation.digest, name: deviation.name, solution: deviation.solution, reason },
    owner: earlier?.owner ?? by,
    decision: earlier?.decision ?? 'back-port',
    acceptedBy: by,
    acceptedAt: now,
    expiresAt: toId<Instant>(new Date(expiresAt).toISOString()),
  }
}

const dayMs = 86_400_000

function isGoneTable({ saved, now }: ComponentPair): boolean {
  return isSameName(saved.kind, 'Entity') && now === undefined
}

function isPartOf({ saved, now }: ComponentPair, tables: ReadonlySet<string>): boolean {
  return now === undefined && !isSameName(saved.kind, 'Entity') && tables.has(saved.table?.toLowerCase() ?? '')
}

type Verdict = Pick<ComponentLine, 'fate' | 'why'> & { readonly way?: string }

/** Undefined where the pet has it as the sandbox has it. */
function lineOf(seen: ComponentsSeen, pair: ComponentPair): ComponentLine | undefined {
  const hand = handOf(pair.saved)
  const verdict = pair.now === undefined ? ofGone(seen, pair) : ofThere(seen, { ...pair, now: pair.now })
  if (verdict === undefined) return undefined
  const allowed: Verdict =
    verdict.fate === 'comes-back' && seen.forbidden !== undefined
      ? { fate: 'stays', why: seen.forbidden, way: 'Make the change in Dev and bring it by a release.' }
      : verdict
  const { fate, why, way = '' } = allowed
  return { component: componentKey(pair.saved), name: pair.saved.name, fate, why, way, hand: hand?.digest ?? null }
}

/** Of an unmanaged solution no layer tells what a release brought and what people made: another version may have taken away what is gone. */
function ofGone({ solution, petId, petName, released }: ComponentsSeen, { saved }: ComponentPair): Verdict {
  if (saved.layers === undefined) return unread(saved)
  if (below(saved).length > 0)
    return {
      fate: 'by-release',
      why: `${petName} does not have it any more; it is a managed part, which only a release brings.`,
      way: `drover rollback ${petId} ${solution} --to <release that has it>`,
    }
  if (released !== undefined)
    return {
      fate: 'stays',
      why: `${petName} does not have it any more, and has ${solution} ${released.now}, not ${released.saved}: whether that release took it away cannot be told.`,
      way: `Restore the sandbox from a restore point of ${solution} ${released.now}, and look again; or bring it by a release.`,
    }
  return { fate: 'comes-back', why: `It was made by hand, and ${petName} does not have it any more.` }
}

function ofThere(seen: ComponentsSeen, { saved, now }: ComponentPair & { readonly now: ObservedComponent }): Verdict | undefined {
  const { solution, petId, petName } = seen
  if (!saved.hasActiveRow && !now.hasActiveRow) return undefined
  if (saved.layers === undefined || now.layers === undefined) return unread(saved)
  const [before, hand] = [handOf(saved), handOf(now)]
  if (before?.digest === hand?.digest) return undefined
  if (hand !== undefined) {
    const isAlone = below(now).length === 0
    return {
      fate: 'stays',
      why:
        before === undefined
          ? `It was changed by hand in ${petName} since, and nothing by hand was there before.`
          : `It was changed by hand in ${petName} since, which nothing is written over.`,
      way: isAlone
        ? `drover rollback ${petId} ${solution}`
        : `drover drift revert ${petId} ${componentKey(saved)}, which saves it first; then repair again`,
    }
  }
  if (layersText(saved) !== layersText(now))
    return {
      fate: 'stays',
      why: `What releases say of it in ${petName} is not what it was changed on; brought as it was, it would hide what they changed.`,
      way: 'Make the change in Dev and bring it by a release.',
    }
  return { fate: 'comes-back', why: `The change by hand on it is not in ${petName} any more.` }
}

function unread({ name }: ObservedComponent): Verdict {
  return {
    fate: 'stays',
    why: `The layers of ${name} cannot be read on both sides, so nobody can tell what would come.`,
    way: 'Give the identity of Drover the right to read layers, then look again.',
  }
}

/** What somebody did by hand; a layer that says nothing is none. */
function handOf(component: ObservedComponent): ObservedLayer | undefined {
  const layer = component.layers?.find(({ solution }) => solution === activeLayer)
  return layer === undefined || harmlessBecause(component, layer) !== undefined ? undefined : layer
}

function below({ layers = [] }: ObservedComponent): readonly ObservedLayer[] {
  return layers.filter(({ solution }) => solution !== activeLayer)
}

function layersText(component: ObservedComponent): string {
  return JSON.stringify(below(component).map(({ solution, digest }) => [solution.toLowerCase(), digest]))
}
