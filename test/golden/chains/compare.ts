import { componentKey } from '#domain/environment'
import type { Plan, PlannedComponent } from '#domain/plan'
import type { Seen } from './seen.ts'

export interface Told {
  readonly before: ReadonlyMap<string, Seen>
  readonly after: ReadonlyMap<string, Seen>
  /** `kind:key` of what was changed by hand before the release came. */
  readonly byHand: ReadonlySet<string>
}

/** Each sentence is one thing in which the environment is not what the plan said that it would be. */
export function disagreements(plan: Plan, { before, after, byHand }: Told): readonly string[] {
  const planned = new Map(plan.content.map((component) => [componentKey(component).toLowerCase(), component]))
  const find = (seen: Seen): PlannedComponent | undefined => seen.ids.map((id) => planned.get(id)).find((one) => one !== undefined)
  const inTable = (seen: Seen): PlannedComponent | undefined => (seen.table === undefined ? undefined : planned.get(seen.table))
  const wrong: string[] = []
  for (const [id, was] of before) {
    const is = after.get(id)
    const [own, table] = [find(was), inTable(was)]
    if (is === undefined && !isPlatformTable(id)) {
      if (own?.effect !== 'destroy' && table?.effect !== 'destroy' && !goesWithTable(was, planned))
        wrong.push(`${id} went, which was not forecast`)
    } else if (is !== undefined) wrong.push(...compareStaying({ id, was, is, own, table }))
    const showsAll = own?.effect === 'change' && own.certainty === 'known' && own.winner === undefined
    if (showsAll && was.ids.some((one) => byHand.has(one)))
      wrong.push(`${id} was changed by hand, and all of the release was forecast to show`)
    if (own?.effect === 'destroy') wrong.push(...compareLosses(id, was, own))
  }
  for (const [id, is] of after) {
    if (before.has(id)) continue
    const isForecast = find(is)?.effect === 'create' || inTable(is)?.effect === 'create' || goesWithTable(is, planned, 'create')
    if (!isForecast) wrong.push(`${id} came, which was not forecast`)
  }
  return [...wrong, ...comparePlanned(plan, { before, after })]
}

/** Local environments know a table of the platform only as long as a solution speaks of it. */
function isPlatformTable(id: string): boolean {
  return /^entity:[^_]+$/.test(id)
}

/** Relationships come and go with either of their tables. */
function goesWithTable(
  seen: Seen,
  planned: ReadonlyMap<string, PlannedComponent>,
  effect: PlannedComponent['effect'] = 'destroy',
): boolean {
  if (!seen.ids.some((id) => id.startsWith('entityrelationship:'))) return false
  const { ReferencedEntity, ReferencingEntity, Entity1LogicalName, Entity2LogicalName } = JSON.parse(seen.definition) as Record<
    string,
    unknown
  >
  const tables = [ReferencedEntity, ReferencingEntity, Entity1LogicalName, Entity2LogicalName]
  return tables.some((table) => typeof table === 'string' && planned.get(`entity:${table}`)?.effect === effect)
}

interface Staying {
  readonly id: string
  readonly was: Seen
  readonly is: Seen
  readonly own: PlannedComponent | undefined
  readonly table: PlannedComponent | undefined
}

function compareStaying({ id, was, is, own, table }: Staying): readonly string[] {
  const hasChanged = was.definition !== is.definition
  const wrong: string[] = []
  if (own?.effect === 'destroy' || table?.effect === 'destroy') wrong.push(`${id} was forecast to go, and is there`)
  if (own?.effect === 'create') wrong.push(`${id} was forecast to come, and was there already`)
  if (was.data !== is.data) wrong.push(`${id} stays, and its data went from ${was.data} to ${is.data}`)
  if (own?.effect === 'hide' && own.certainty !== 'unknown' && hasChanged)
    wrong.push(`${id} was forecast to stay hidden, and changed: ${whatChanged(was, is)}`)
  if (own === undefined && hasChanged) wrong.push(`${id} changed, which was not forecast: ${whatChanged(was, is)}`)
  return wrong
}

function whatChanged(was: Seen, is: Seen): string {
  const at = [...was.definition].findIndex((letter, index) => letter !== is.definition[index])
  return `${was.definition.slice(Math.max(0, at - 60), at + 60)} → ${is.definition.slice(Math.max(0, at - 60), at + 60)}`
}

function compareLosses(id: string, was: Seen, { losses }: PlannedComponent): readonly string[] {
  const data = losses.find((loss) => loss.kind === 'rows' || loss.kind === 'values')
  if (data === undefined || was.data === undefined) return []
  if (data.count.kind === 'unknown') return [`${id}: what goes was not counted: ${data.count.why}`]
  return data.count.n === was.data ? [] : [`${id}: ${data.count.n} was counted, ${was.data} went`]
}

/** What the plan says of things that can be looked at and are not there. */
function comparePlanned(plan: Plan, { before, after }: Omit<Told, 'byHand'>): readonly string[] {
  const idsOf = (all: ReadonlyMap<string, Seen>): ReadonlySet<string> => new Set([...all.values()].flatMap(({ ids }) => ids))
  const [was, is] = [idsOf(before), idsOf(after)]
  const kinds = new Set([...was, ...is].map((id) => id.slice(0, id.indexOf(':'))))
  return plan.content.flatMap((component): string[] => {
    const id = componentKey(component).toLowerCase()
    if (!kinds.has(id.slice(0, id.indexOf(':')))) return []
    if (component.effect === 'create') return is.has(id) ? [] : [`${id} was forecast to come, and is not there`]
    if (component.effect === 'destroy') return was.has(id) ? [] : [`${id} was forecast to go, and was not there`]
    return was.has(id) && is.has(id) ? [] : [`${id} was forecast to ${component.effect}, and is not there`]
  })
}
