import type { Instant, Version } from '#domain/kernel'
import { isPeopleGateKind } from '#domain/pipeline'
import type { LaterArrival, OwedItem, Promotion } from '#domain/promotion'
import { listOwed } from '#domain/promotion'
import type { ConditionKind } from '#domain/pipeline'
import type { Release } from '#domain/release'
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
  const repacked = rows.filter(({ way }) => way === 'repack').map(({ releaseId }) => releaseId)
  const releases = repacked.length === 0 ? [] : await deps.readModel.list<Release>('release', { ids: repacked })
  const contents = new Map(releases.map(({ id, repackOf }) => [id, repackOf?.version]))
  return listOwed(
    owing,
    rows.flatMap((row) => laterArrival(row, contents.get(row.releaseId))),
    deps.clock.now(),
  )
}

/** `content`: of one that was packed again to go back, the version that it has under its own. */
function laterArrival(entry: PromotionEntry, content: Version | undefined): LaterArrival[] {
  const { promotionId, solution, version, lane, deployedAt, way, owedGates = '' } = entry
  if (lane === undefined || deployedAt === undefined) return []
  const gates = owedGates.split(',').flatMap((gate) => {
    // Written by the summary, from gates of people.
    const kind = gate as ConditionKind
    return gate !== '' && isPeopleGateKind(kind) ? [kind] : []
  })
  const returnedTo = way === 'uninstall' ? 'nothing' : (content ?? version)
  return [{ promotionId, solution, lane, at: deployedAt, ...(way === undefined ? {} : { returnedTo }), gates }]
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
