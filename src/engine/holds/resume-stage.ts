import type { EnvironmentRecord, NewEnvironmentEvent } from '#domain/drift'
import { environmentStream } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, Result } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import { decideStageResume } from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'
import { loadEnvironmentRecord } from '../observation/observe-environment.ts'
import { requireEnvironment } from '../require-environment.ts'
import { loadHolds } from './hold-stage.ts'

/** Gives a held place free for one solution, at the word of a person who may, with what it is given free for. */
export async function resumeStage(
  deps: EngineDependencies,
  command: { readonly environmentId: EnvironmentId; readonly solution: string; readonly reason: string; readonly actor: PersonId },
): Promise<Result<EnvironmentRecord>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const lane = laneOf(environment)
  const holds = await loadHolds(deps, { lane, solution: command.solution })
  const policy = applyOverride(deps.policy, configuration.policy).changes
  const decided = decideStageResume({ ...command, environment, configuration, policy, holds })
  if (!decided.ok) return decided
  // Each hold that the person could see is ended by name: one that comes up in this moment stays.
  const events = holds.map(
    ({ solution, promotionId, since }): NewEnvironmentEvent => ({
      type: 'stage-resumed',
      data: { environmentId: environment.id, solution, promotionId, reason: decided.value },
      key: `resumed/${promotionId}/${since}`,
    }),
  )
  await deps.ledger.append({ stream: environmentStream(lane), expectedVersion: undefined, actor: command.actor, events })
  return loadEnvironmentRecord(deps, environment.id)
}
