import type { Instant } from '#domain/kernel'
import { isPeopleGateKind } from '#domain/pipeline'
import type { PeoplePolicy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import { evaluateGates, findEscalations } from '#domain/promotion'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadStanding } from '../promotion/standing.ts'
import { promotionStream } from '../promotion/stream.ts'

/** Records that decisions of a promotion take too long, whom that is told to, and who of them may answer now. Safe to repeat: each is recorded once by its key. */
export async function escalate(deps: EngineDependencies, promotion: Promotion): Promise<void> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return
  const now = deps.clock.now()
  const policy = applyOverride(deps.policy, current.configuration.policy)
  if (!mayBeDue(promotion, policy.people, now)) return
  const standing = await loadStanding(deps, promotion)
  const facts = { policy, people: standing.people, staffed: standing.gates, now }
  const events = findEscalations(promotion, evaluateGates(promotion, now, standing), facts)
  if (events.length === 0) return
  await deps.ledger.append({ stream: promotionStream(promotion.request.promotionId), expectedVersion: undefined, actor: 'drover', events })
}

/** Before anything is judged: a sweep goes over every promotion that waits. */
function mayBeDue({ request, renewed }: Promotion, { escalation }: PeoplePolicy, now: Instant): boolean {
  const waited = Date.parse(now) - Date.parse(renewed?.at ?? request.requestedAt)
  return request.gates.some(({ kind }) => isPeopleGateKind(kind) && waited >= escalation[kind].afterHours.value * 3_600_000)
}
