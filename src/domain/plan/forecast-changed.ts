import type { ComponentChange, DescribedComponent } from '#domain/difference'
import { counted, differenceLines, diffSolutions } from '#domain/difference'
import type { ObservedComponent } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { nameOf, tableOf, wordsFor } from './component-words.ts'
import type { ContentIndex } from './forecast-facts.ts'
import { idOf, isKind, isListedKind } from './forecast-facts.ts'
import type { Hiding, IncomingSay } from './forecast-hidden.ts'
import { judgeHiding } from './forecast-hidden.ts'
import type { ClosedComponent } from './forecast-locked.ts'
import { forecastLocked } from './forecast-locked.ts'
import { readStack } from './layer-stack.ts'
import type { PlanLine } from './plan.ts'
import type { ComesBack, PlannedComponent } from './planned-component.ts'

/** What comes, what becomes other than it was, and what of that nobody will see. */
export interface ChangedForecast {
  readonly components: readonly PlannedComponent[]
  readonly lines: readonly PlanLine[]
  readonly blockers: readonly Refusal[]
}

export function forecastChanged(index: ContentIndex): ChangedForecast {
  const incoming = index.facts.release.filter((component) => component.kind !== 'Solution' && component.isUnmodified !== true)
  const changes = changesById(index)
  const created = new Map(incoming.filter((component) => isNew(index, component)).map((component) => [idOf(component), component]))
  const includes = countIncluded(created)
  const components = incoming.flatMap((component): PlannedComponent[] => {
    const id = idOf(component)
    if (created.has(id)) return includes.has(id) ? [createdOne(index, component, includes.get(id) ?? 0)] : []
    return stayingOne(index, component, changes)
  })
  const locked = forecastLocked(index, { closed: findClosed(index, incoming, changes), created: [...created.values()] })
  return {
    components,
    lines: [...untoldLines(index), ...locked.lines],
    blockers: [...findUnmanagedBases(index, incoming), ...locked.blockers],
  }
}

/** What is there and is not for everybody to change. */
function findClosed(
  index: ContentIndex,
  incoming: readonly DescribedComponent[],
  changes: ReadonlyMap<string, ComponentChange> | undefined,
): readonly ClosedComponent[] {
  return incoming.flatMap((component) => {
    const observed = inTarget(index, component)
    return observed?.isCustomizable === false ? [{ component, observed, says: whatChanges(index, component, changes) }] : []
  })
}

/** What changed since the installed version, by component; undefined when that version is not at hand. */
function changesById(index: ContentIndex): ReadonlyMap<string, ComponentChange> | undefined {
  if (index.facts.installed === undefined) return undefined
  const { components } = diffSolutions(index.facts.installed, index.facts.release)
  return new Map(components.filter(({ change }) => change === 'changed').map((change) => [idOf(change), change]))
}

/**
 * Not in the target. Kinds that environments do not list (command bars, column mappings) are new where the installed version has them not,
 * or nothing is installed.
 */
function isNew(index: ContentIndex, component: DescribedComponent): boolean {
  if (inTarget(index, component) !== undefined) return false
  if (!isUnlisted(component)) return true
  return index.own.size === 0 || (index.installed !== undefined && !index.installed.has(idOf(component)))
}

function isUnlisted(component: DescribedComponent): boolean {
  return !isListedKind(component.kind)
}

/** Others may have one there already. */
function isUnseen({ facts }: ContentIndex, component: DescribedComponent): boolean {
  return facts.target.unseen.some(({ kind }) => kind !== undefined && isKind(component, kind))
}

function inTarget(index: ContentIndex, component: DescribedComponent): ObservedComponent | undefined {
  return index.target.get(idOf(component))
}

/** Of each new component that nothing larger brings along, how many come with it. */
function countIncluded(created: ReadonlyMap<string, DescribedComponent>): Map<string, number> {
  const tops = new Map<string, number>()
  for (const [id, component] of created) {
    const top = topOf(component, created)
    if (top !== id) tops.set(top, (tops.get(top) ?? 0) + 1)
    else if (!tops.has(id)) tops.set(id, 0)
  }
  return tops
}

/** The outermost new component that it comes with; itself where there is none, or they come in a circle. */
function topOf(component: DescribedComponent, created: ReadonlyMap<string, DescribedComponent>): string {
  const seen = new Set<string>()
  let at = component
  for (;;) {
    const id = idOf(at)
    if (seen.has(id)) return idOf(component)
    seen.add(id)
    const next = created.get(at.parent?.toLowerCase() ?? '')
    if (next === undefined) return id
    at = next
  }
}

function createdOne(index: ContentIndex, component: DescribedComponent, includes: number): PlannedComponent {
  const withMore = includes === 0 ? '' : `, with ${counted(includes, 'more component')} in it`
  return {
    ...identityOf(index, component),
    effect: 'create',
    certainty: isUnlisted(component) || isUnseen(index, component) ? 'assumed' : 'known',
    class: 'additive',
    message: `New ${wordsFor(index, component)}${withMore}.`,
    includes,
    ...nothingLost,
  }
}

/** A component that is there already: nothing to tell where the release says what the installed version says. */
function stayingOne(
  index: ContentIndex,
  component: DescribedComponent,
  changes: ReadonlyMap<string, ComponentChange> | undefined,
): PlannedComponent[] {
  const observed = inTarget(index, component)
  const says = whatChanges(index, component, changes)
  if (says.kind === 'nothing') return []
  const hiding = observed === undefined ? undefined : judgeHiding(index, observed, says)
  if (says.kind === 'unknown' && hiding === undefined) return []
  return [{ ...plannedChange(index, component, { says, hiding, change: changes?.get(idOf(component)) }), ...tweakOf(index, component) }]
}

interface Judged {
  readonly says: Exclude<IncomingSay, { readonly kind: 'nothing' }>
  readonly hiding: Hiding | undefined
  readonly change: ComponentChange | undefined
}

function plannedChange(index: ContentIndex, component: DescribedComponent, { says, hiding, change }: Judged): PlannedComponent {
  // What is said for the first time, or again, may be what is there already.
  const isSure = says.kind === 'changed'
  return {
    ...identityOf(index, component),
    name: nameOf({ ...component, name: inTarget(index, component)?.name }),
    effect: hiding?.isHidden === true ? 'hide' : 'change',
    certainty: hiding?.certainty ?? (isSure ? 'known' : 'assumed'),
    class: change?.class ?? (says.kind === 'unknown' ? undefined : 'behavioural'),
    message: `${capital(says.lines)}${hiding === undefined ? '.' : `: ${hiding.message}`}`,
    includes: 0,
    ...nothingLost,
    winner: hiding?.winner,
    comesBack: change === undefined ? 'yes' : comesBackOf(change),
  }
}

function tweakOf(index: ContentIndex, component: DescribedComponent): Pick<PlannedComponent, 'tweakId'> {
  return { tweakId: index.facts.tweaks.find((tweak) => tweak.component.toLowerCase() === idOf(component))?.id }
}

function whatChanges(
  index: ContentIndex,
  component: DescribedComponent,
  changes: ReadonlyMap<string, ComponentChange> | undefined,
): IncomingSay {
  const id = idOf(component)
  const words = (): string => wordsFor(index, component)
  // Without our layer yet, all that the release says of it is new there.
  if (index.target.has(id) && !index.heldIds.has(id)) {
    return { kind: 'joins', lines: `the release brings a definition of ${words()}, which is there already` }
  }
  const observed = index.target.get(id)
  if (observed !== undefined && readStack(index, observed)?.isPlaceOnly === true) {
    return { kind: 'begins', lines: `the release says what ${words()} is, in which the solution only had parts so far` }
  }
  if (changes === undefined) return { kind: 'unknown', lines: `what the release says of ${words()}` }
  const change = changes.get(id)
  if (change !== undefined) return { kind: 'changed', lines: linesOf(change) }
  if (index.installed?.has(id) === true || isUnlisted(component)) return { kind: 'nothing' }
  return { kind: 'returns', lines: `the release brings ${words()} again, which an earlier update had left behind` }
}

const mostLines = 3
const mostGraveLines = 12

/** What may cost data comes first and is not left out for what does not. */
function linesOf(change: ComponentChange): string {
  const told = differenceLines({ components: [change] })
  const grave = told.filter((line) => line.class === 'destructive')
  const lines = [...grave, ...told.filter((line) => line.class !== 'destructive')].map(({ text }) => text)
  const most = Math.max(mostLines, Math.min(grave.length, mostGraveLines))
  const rest = lines.length - most
  const [first = '', ...others] = lines.slice(0, most)
  return [first, ...others.map((line) => line.slice(sharedHead(first, line))), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}

/** How much of a line says again what the first said already: what the component is, and the part of it. */
function sharedHead(first: string, line: string): number {
  let at = 0
  while (at < first.length && first[at] === line[at]) at++
  const colon = first.slice(0, at).lastIndexOf(': ')
  return colon === -1 ? 0 : colon + 2
}

/** The owner of rows is fixed when a table is made, and a column keeps its type: neither way back is there without making it anew. */
function comesBackOf(change: ComponentChange): ComesBack {
  if (
    change.facts.some(
      ({ path, change: kind }) =>
        kind === 'changed' && /(^|\/)(OwnershipTypeMask|Type)$/.test(path) && isKind(change, 'Entity', 'Attribute'),
    )
  )
    return 'never'
  return change.class === 'destructive' ? 'with-loss' : 'yes'
}

/** Without the installed bytes nobody can tell which of the staying components change: one line says so. */
function untoldLines(index: ContentIndex): readonly PlanLine[] {
  if (index.own.size === 0 || index.facts.installed !== undefined) return []
  const message =
    'What the release changes in components that stay cannot be told: Drover did not bring the installed version here, so its file is not at hand.'
  return [{ subject: index.facts.solution, effect: 'update', message, certainty: 'unknown' }]
}

/**
 * A managed component cannot take over one that was made unmanaged in the target: 0x8004F016 [web-api H; facts-2 §7]. Definitions of
 * environment variables are absorbed without a word [facts-2 §4].
 */
function findUnmanagedBases(index: ContentIndex, incoming: readonly DescribedComponent[]): readonly Refusal[] {
  const reasons = incoming.flatMap((component): Reason[] => {
    const observed = inTarget(index, component)
    const stack = observed === undefined ? undefined : readStack(index, observed)
    if (observed === undefined || stack === undefined || stack.base !== undefined || stack.active === undefined) return []
    if (isKind(component, 'EnvironmentVariableDefinition') || isPlatformPart(component)) return []
    return [{ subject: wordsFor(index, component), message: 'It was made by hand in the target, without any managed solution.' }]
  })
  if (reasons.length === 0) return []
  return [
    refuse(
      'plan.unmanaged-base',
      `${counted(reasons.length, 'component')} of the release ${reasons.length === 1 ? 'is' : 'are'} in the target as unmanaged work, and the platform refuses to put a managed solution over that (0x8004F016).`,
      'Remove the named components from the target, or have them converted there first; data in them has to be moved before.',
      reasons,
    ).refusal,
  ]
}

function isPlatformPart(component: DescribedComponent): boolean {
  const table = isKind(component, 'Entity') ? component.key : tableOf(component)
  if (table === undefined || table.includes('_')) return false
  return !isKind(component, 'Attribute') || !component.key.slice(table.length + 1).includes('_')
}

const nothingLost = { winner: undefined, comesBack: 'yes', losses: [], tweakId: undefined } as const

function identityOf(index: ContentIndex, component: DescribedComponent): Pick<PlannedComponent, 'kind' | 'key' | 'name' | 'table'> {
  return {
    kind: component.kind,
    key: component.key,
    name: nameOf(component),
    table: tableOf(component) ?? inTarget(index, component)?.table,
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
