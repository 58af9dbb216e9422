import type { ConflictDecision } from '#domain/drift'
import { decideConflict as decide, environmentStream } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { PersonId, ReleaseId, Result, StageId } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { UnmanagedPlanView } from './plan-unmanaged.ts'
import { findUnmanagedWay, planUnmanaged } from './plan-unmanaged.ts'

export interface ConflictCommand {
  readonly releaseId: ReleaseId
  readonly stageId: StageId
  /** `kind:key`. */
  readonly component: string
  readonly choice: ConflictDecision['choice']
  readonly reason: string
  readonly actor: PersonId
}

/** Records which side of a conflict holds, about just what both sides say now, and plans again. */
export async function decideConflict(deps: EngineDependencies, command: ConflictCommand): Promise<Result<UnmanagedPlanView>> {
  const way = await findUnmanagedWay(deps, command)
  if (!way.ok) return way
  const planned = await planUnmanaged(deps, command)
  if (!planned.ok) return planned
  const { environment, release, people, owner } = way.value
  const found = planned.value.plan.components.find(({ kind, key }) => `${kind}:${key}`.toLowerCase() === command.component.toLowerCase())
  const component = found === undefined ? command.component : `${found.kind}:${found.key}`
  const facts = {
    ...{ environment, people, solutionOwner: owner, actor: command.actor, now: deps.clock.now() },
    subject: { name: found?.name ?? command.component, seen: found?.seen, isUnseen: found?.isUnseen === true },
  }
  const { choice, reason } = command
  const decided = decide(facts, { solution: release.solution, component, choice, reason })
  if (!decided.ok) return decided
  await deps.ledger.append({
    stream: environmentStream(laneOf(environment)),
    // Of two words on one component the later one counts; neither rests on what else the stream says.
    expectedVersion: undefined,
    actor: command.actor,
    events: decided.value,
  })
  return planUnmanaged(deps, command)
}
