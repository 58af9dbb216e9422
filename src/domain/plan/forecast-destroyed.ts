import { componentRules, counted, nounOf } from '#domain/difference'
import type { ObservedComponent, ObservedDependant } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { nameOf, tableOf, wordsFor } from './component-words.ts'
import type { ContentIndex } from './forecast-facts.ts'
import { idOf, isKind } from './forecast-facts.ts'
import { otherHolders, readStack } from './layer-stack.ts'
import type { PlanLine } from './plan.ts'
import type { LossQuestion } from './plan-losses.ts'
import { lossesOf, notCounted } from './plan-losses.ts'
import type { PlannedComponent } from './planned-component.ts'

/** What an upgrade takes away, and what forbids it. */
export interface DestroyedForecast {
  readonly components: readonly PlannedComponent[]
  readonly questions: readonly LossQuestion[]
  readonly lines: readonly PlanLine[]
  readonly blockers: readonly Refusal[]
}

/**
 * What the target's solution holds and the release no longer has, leftovers of earlier updates included: an upgrade removes our layer of
 * each [web-api H; facts-2 §8]. The platform's own columns stay with their table.
 */
export function findVanished(index: ContentIndex): readonly ObservedComponent[] {
  return index.facts.removesNothing === true ? [] : findLacking(index)
}

/** What the target's solution holds and the release has no longer, whether it is removed or stays. */
export function findLacking(index: ContentIndex): readonly ObservedComponent[] {
  return index.held.filter((component) => !isInRelease(index, component) && !isPlatforms(index, component))
}

/** Those of the vanished that nobody else holds: they are deleted. A part of a table that is deleted goes with it. */
export function findDoomed(index: ContentIndex, vanished: readonly ObservedComponent[]): readonly ObservedComponent[] {
  return vanished.filter((component) => otherHolders(index, component).length === 0)
}

/** Components that keep their ids between environments are found by them where a file names them otherwise. */
function isInRelease(index: ContentIndex, component: ObservedComponent): boolean {
  return index.release.has(idOf(component)) || index.release.has(idOf({ kind: component.kind, key: component.id }))
}

/** Tables and columns of publishers carry a prefix; those without are the platform's own. */
function isPlatforms(index: ContentIndex, component: ObservedComponent): boolean {
  if (isKind(component, 'Entity')) return !component.key.includes('_')
  if (!isKind(component, 'Attribute')) return false
  const [table = '', ...column] = component.key.split('.')
  return !column.join('.').includes('_') && (!table.includes('_') || index.release.has(`entity:${table.toLowerCase()}`))
}

export function forecastDestroyed(index: ContentIndex): DestroyedForecast {
  const vanished = findVanished(index)
  const doomed = findDoomed(index, vanished)
  const gone = new Map(doomed.map((component) => [idOf(component), component]))
  const survivors = vanished.filter((component) => !gone.has(idOf(component)))
  const larger = new Map(doomed.map((component) => [component, largerThan(component, index, gone)]))
  const tops = doomed.filter((component) => larger.get(component) === undefined)
  const includes = countEach([...larger.values()])
  const dependants = judgeDependants(index, gone)
  return {
    components: [
      ...tops.map((component) => destroyed(component, index, includes.get(idOf(component)) ?? 0)),
      ...survivors.map((component) => (mayBeDestroyed(component, index) ? unclear(component, index) : released(component, index))),
    ],
    questions: tops.flatMap((component) => lossesIn(index, component)),
    lines: dependants.lines,
    blockers: [...findCoveredBases(index, vanished), ...blockedBy([...findStrangersInside(index, gone), ...dependants.blocking])],
  }
}

function describedOf(index: ContentIndex, component: ObservedComponent) {
  return index.installed?.get(idOf(component)) ?? index.installed?.get(idOf({ kind: component.kind, key: component.id }))
}

function lossesIn(index: ContentIndex, component: ObservedComponent): readonly LossQuestion[] {
  const inside = isKind(component, 'Entity') ? (index.inTables.get(idOf(component)) ?? []) : []
  return lossesOf(component, describedOf(index, component), inside)
}

/** The table that goes and takes this along; a relationship goes with either of its tables. */
function largerThan(component: ObservedComponent, index: ContentIndex, gone: ReadonlyMap<string, ObservedComponent>): string | undefined {
  if (isKind(component, 'Entity')) return undefined
  const described = describedOf(index, component)
  const tables = [tableOf(component), described?.parent, ...(described?.goesWith ?? [])].filter((table) => table !== undefined)
  return tables.map((table) => `entity:${table.replace(/^entity:/i, '').toLowerCase()}`).find((id) => gone.has(id))
}

function countEach(ids: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const id of ids) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

function destroyed(component: ObservedComponent, index: ContentIndex, includes: number): PlannedComponent {
  const isLeftBehind = index.installed !== undefined && describedOf(index, component) === undefined
  const stack = readStack(index, component)
  const byHand = stack === undefined ? component.hasActiveRow : stack.active !== undefined
  const message = [
    `${capital(wordsFor(index, component))} is no longer in the release and is deleted${withWhat(component, includes)}.`,
    ...(isLeftBehind ? ['An earlier update left it behind: the installed version has it no longer either.'] : []),
    ...(byHand ? ['What was changed in it by hand goes too.'] : []),
  ]
  return {
    ...identityOf(component),
    effect: 'destroy',
    certainty: stack === undefined && component.solutions.length > 1 ? 'assumed' : 'known',
    class: componentRules.find((rule) => rule.change === 'removed' && isKind(component, ...rule.kinds))?.class ?? 'behavioural',
    message: message.join(' '),
    includes,
    winner: undefined,
    comesBack: byHand ? 'with-loss' : 'yes',
    losses: lossesIn(index, component).map(({ kind }) => ({ kind, count: notCounted })),
    tweakId: index.facts.tweaks.find((tweak) => tweak.component.toLowerCase() === idOf(component))?.id,
  }
}

function withWhat(component: ObservedComponent, includes: number): string {
  if (isKind(component, 'Entity'))
    return `, with its rows and all that is in it${includes === 0 ? '' : ` (${counted(includes, 'more component')} of the solution)`}`
  if (isKind(component, 'Attribute')) return ', with its values'
  return includes === 0 ? '' : `, with ${counted(includes, 'more component')}`
}

/** That another solution names it keeps it only with a layer that says something [web-api H]; without its layers nobody can tell. */
function mayBeDestroyed(component: ObservedComponent, index: ContentIndex): boolean {
  return component.layers === undefined && lossesIn(index, component).length > 0
}

function unclear(component: ObservedComponent, index: ContentIndex): PlannedComponent {
  const holders = [...new Set(otherHolders(index, component))].join(', ')
  const count = { kind: 'unknown', why: 'Its layers could not be read, so whether it goes cannot be told.' } as const
  return {
    ...released(component, index),
    effect: 'destroy',
    certainty: 'unknown',
    message: `${capital(wordsFor(index, component))} is no longer in the release; whether it stays, because ${holders} names it too, or is deleted cannot be told: its layers could not be read.`,
    comesBack: 'with-loss',
    losses: lossesIn(index, component).map(({ kind }) => ({ kind, count })),
  }
}

/** Our layer goes, and another solution's keeps the component with its data. */
function released(component: ObservedComponent, index: ContentIndex): PlannedComponent {
  const holders = [...new Set(otherHolders(index, component))]
  return {
    ...identityOf(component),
    effect: 'change',
    // Whether another solution's layer on a table is more than the place of its columns cannot be seen for sure.
    certainty: component.layers === undefined || isKind(component, 'Entity') ? 'assumed' : 'known',
    class: 'behavioural',
    message: `${capital(wordsFor(index, component))} is no longer in the release; it stays, with its data, because ${holders.join(', ')} ${holders.length === 1 ? 'has' : 'have'} it too, and from then on says what it is.`,
    includes: 0,
    winner: undefined,
    comesBack: 'yes',
    losses: [],
    tweakId: index.facts.tweaks.find((tweak) => tweak.component.toLowerCase() === idOf(component))?.id,
  }
}

function identityOf(component: ObservedComponent): Pick<PlannedComponent, 'kind' | 'key' | 'name' | 'table'> {
  return { kind: component.kind, key: component.key, name: nameOf(component), table: component.table }
}

/**
 * The platform does not take the base from under another publisher: "The uninstall operation will delete the base layer for the component …"
 * [facts-2 §8, verified]. A layer of the same publisher right above becomes the base.
 */
function findCoveredBases(index: ContentIndex, vanished: readonly ObservedComponent[]): readonly Refusal[] {
  const reasons = vanished.flatMap((component): Reason[] => {
    const stack = readStack(index, component)
    if (stack?.base === undefined || !index.own.has(stack.base.solution.toLowerCase())) return []
    const [above] = stack.others
    if (above === undefined || samePublisher(above.publisher, stack.base.publisher)) return []
    const message = `${above.solution}${above.publisher === undefined ? '' : ` of publisher ${above.publisher}`} builds on it.`
    return [{ subject: wordsFor(index, component), message }]
  })
  if (reasons.length === 0) return []
  return [
    refuse(
      'plan.base-layer',
      `The upgrade would take the base of ${counted(reasons.length, 'component')} from under solutions of other publishers, which the platform refuses ("The uninstall operation will delete the base layer for the component …").`,
      'Keep the named components in the release, or have the named solutions removed or changed in the target first.',
      reasons,
    ).refusal,
  ]
}

function samePublisher(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase()
}

interface JudgedDependants {
  readonly lines: readonly PlanLine[]
  readonly blocking: readonly Reason[]
}

/**
 * What other managed solutions have in a table that goes needs the table; what is unmanaged there goes with it [facts-2 §8, the latter
 * unverified].
 */
function findStrangersInside(index: ContentIndex, gone: ReadonlyMap<string, ObservedComponent>): readonly Reason[] {
  return index.facts.target.components.flatMap((component): Reason[] => {
    const table = component.table === undefined ? undefined : gone.get(`entity:${component.table.toLowerCase()}`)
    const holders = table === undefined || gone.has(idOf(component)) ? [] : otherHolders(index, component)
    if (table === undefined || holders.length === 0) return []
    return [
      {
        subject: wordsFor(index, table),
        message: `${wordsFor(index, component)}, which ${[...new Set(holders)].join(', ')} has too, is in it.`,
      },
    ]
  })
}

/**
 * What needs a component that goes keeps it from going (0x8004F01D) unless it goes too, is corrected by the platform, or is replaced by the
 * release before anything is deleted [facts-2 §8: in one step, the import comes first].
 */
function judgeDependants(index: ContentIndex, gone: ReadonlyMap<string, ObservedComponent>): JudgedDependants {
  const blocking: Reason[] = []
  const unclear: Reason[] = []
  for (const dependant of index.facts.target.dependants) {
    const required = gone.get(dependant.required.toLowerCase())
    if (required === undefined || isCorrected(dependant, required)) continue
    const reason = {
      subject: wordsFor(index, required),
      message: `${capital(nounOf(dependant.kind))} ${dependant.name} of ${dependant.solution} needs it.`,
    }
    const judgement = judgeDependant(index, dependant, gone)
    if (judgement === 'blocks') blocking.push(reason)
    else if (judgement === 'unclear') unclear.push(reason)
  }
  return { lines: unclear.map(unclearLine), blocking }
}

/** Deleting a table takes its privileges out of roles, and deleting a role takes it off forms and apps [facts-2 §8, unverified]. */
function isCorrected(dependant: ObservedDependant, required: ObservedComponent): boolean {
  if (dependant.isRemovable || isKind(required, 'Role')) return true
  return isKind(dependant, 'Role') && isKind(required, 'Entity')
}

/**
 * A dependant that we have a layer of needs after the import what the release says, unless others have a say in it too; of one that the
 * release brings a say on anew nobody can tell whose will hold.
 */
function judgeDependant(
  index: ContentIndex,
  dependant: ObservedDependant,
  gone: ReadonlyMap<string, ObservedComponent>,
): 'blocks' | 'unclear' | 'is-ours' {
  const named = index.held.filter((component) => isSame(component, dependant))
  if (named.length === 0) {
    if (index.own.has(dependant.solution.toLowerCase())) return 'is-ours'
    return isBrought(index, dependant) ? 'unclear' : 'blocks'
  }
  const isOverlaid = named.some((component) => {
    if (gone.has(idOf(component))) return false
    const stack = readStack(index, component)
    return stack === undefined ? component.hasActiveRow : stack.active !== undefined || stack.others.length > 0
  })
  return isOverlaid ? 'unclear' : 'is-ours'
}

/** What travels under an id is named by it in the release; what travels under a name, as canvas apps do, is found by its id in the target. */
function isBrought(index: ContentIndex, dependant: ObservedDependant): boolean {
  const { kind, id } = dependant
  if (id === undefined) return false
  const there = index.facts.target.components.filter((component) => isSame(component, dependant))
  return index.release.has(idOf({ kind, key: id })) || there.some((component) => index.release.has(idOf(component)))
}

/** By its id; by kind and name where that is not known. */
function isSame(component: ObservedComponent, { id, kind, name }: ObservedDependant): boolean {
  return id === undefined ? isKind(component, kind) && component.name === name : component.id.toLowerCase() === id
}

function unclearLine({ subject, message }: Reason): PlanLine {
  return {
    subject,
    effect: 'warn',
    message: `${message} It is ours in part, and others have a say in it: whether it still needs what goes, so that the platform refuses, cannot be told.`,
    certainty: 'unknown',
  }
}

function blockedBy(reasons: readonly Reason[]): readonly Refusal[] {
  if (reasons.length === 0) return []
  return [
    refuse(
      'plan.dependants',
      `Other work in the target needs what the upgrade deletes, and the platform refuses then (0x8004F01D): ${[...new Set(reasons.map((reason) => reason.subject))].slice(0, 5).join(', ')}.`,
      'Keep the named components in the release, or have those who need them changed or removed in the target first.',
      reasons,
    ).refusal,
  ]
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
