import type { Instant } from '#domain/kernel'
import { isPeopleGateKind } from '#domain/pipeline'
import type { LaterArrival, OwedItem, Promotion } from '#domain/promotion'
import { listOwed } from '#domain/promotion'
import type { ConditionKind } from '#domain/pipeline'
import type { Clock, ReadModel } from '#engine/ports'
import type { PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

type Reads = { readonly readModel: ReadModel; readonly clock: Clock }

/** Gates that promotions did not wait for and still owe, the most urgent first: of one solution, or of all. */
export async function listOwedItems(deps: Reads, solution?: string): Promise<readonly OwedItem[]> {
  const of = solution === undefined ? {} : { solutionKey: solutionKey(solution) }
  const owing = await deps.readModel.list<Promotion>('promotion', { where: { owes: 'yes', ...of } })
  if (owing.length === 0) return []
  const solutions = [...new Set(owing.map(({ request }) => solutionKey(request.solution)))]
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', {
    where: { solutionKey: solutions, state: 'succeeded' },
  })
  return listOwed(owing, rows.flatMap(laterArrival), deps.clock.now())
}

function laterArrival({ promotionId, solution, lane, deployedAt, way, owedGates = '' }: PromotionEntry): LaterArrival[] {
  if (lane === undefined || deployedAt === undefined) return []
  const gates = owedGates.split(',').flatMap((gate) => {
    // Written by the summary, from gates of people.
    const kind = gate as ConditionKind
    return gate !== '' && isPeopleGateKind(kind) ? [kind] : []
  })
  return [{ promotionId, solution, lane, at: deployedAt, isRecovery: way !== undefined, gates }]
}

/** How many emergencies of a solution were declared within the days that policy counts. */
export interface EmergencyCount {
  readonly solution: string
  readonly times: number
  readonly withinDays: number
  readonly last: Instant
  /** More than policy takes for exceptions: the way of the solution is to be changed (W-ENA). */
  readonly isMany: boolean
}

export async function countEmergencies(
  deps: Reads,
  { days, many }: { readonly days: number; readonly many: number },
): Promise<readonly EmergencyCount[]> {
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { intent: 'emergency' } })
  const since = Date.parse(deps.clock.now()) - days * 86_400_000
  const recent = rows.filter(({ requestedAt }) => Date.parse(requestedAt) >= since)
  return [...new Set(recent.map(({ solution }) => solutionKey(solution)))].flatMap((key) => {
    const each = recent.filter(({ solution }) => solutionKey(solution) === key)
    const [newest] = each
    if (newest === undefined) return []
    return [{ solution: newest.solution, times: each.length, withinDays: days, last: newest.requestedAt, isMany: each.length > many }]
  })
}
