import type { EnvironmentEvent, EnvironmentRecord } from '#domain/drift'
import { decideBaseline, environmentStream, evolveEnvironment } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { Digest, EnvironmentId, PersonId, Result } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { EngineDependencies } from '../dependencies.ts'
import { assessAgain } from '../drift/assess.ts'
import { requireEnvironment } from '../require-environment.ts'
import { loadEnvironmentRecord } from './observe-environment.ts'
import { loadObservation } from './take-observation.ts'

/** Records what was last seen of an environment as known good, at the word of whoever answers for it. */
export async function acceptBaseline(
  deps: EngineDependencies,
  command: {
    readonly environmentId: EnvironmentId
    readonly comment: string
    readonly seen?: Digest | undefined
    readonly actor: PersonId
  },
): Promise<Result<EnvironmentRecord>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const stream = environmentStream(laneOf(environment))
  // The stream is written only through NewEnvironmentEvent, or by events that the fold leaves alone.
  const events = (await deps.ledger.read(stream)) as readonly EnvironmentEvent[]
  const record = events.reduce<EnvironmentRecord | undefined>(evolveEnvironment, undefined)
  const observation = await loadObservation(deps, record)
  const decision = decideBaseline(
    {
      environment,
      people: configuration.people,
      record,
      solutions: observation?.solutions ?? [],
      now: deps.clock.now(),
      mostHours: applyOverride(deps.policy, configuration.policy).care.observeEveryHours.value,
    },
    { actor: command.actor, comment: command.comment, seen: command.seen },
  )
  if (!decision.ok) return decision
  await deps.ledger.append({ stream, expectedVersion: events.length, actor: command.actor, events: [decision.value] })
  await assessAgain(deps, { environment, configuration })
  return loadEnvironmentRecord(deps, command.environmentId)
}
