import { actorOf } from './actor.ts'
import { bap } from './environment-view.ts'
import type { LifecycleOperation } from './lifecycle.ts'
import { stagesOf, stateOf } from './lifecycle.ts'

/** An operation as it is polled at `lifecycleOperations/{id}` of BAP (web-api F.1). */
export function lifecycleView(operation: LifecycleOperation, now: Date): Record<string, unknown> {
  return {
    id: operation.id,
    links: {
      self: { path: `${bap}/lifecycleOperations/${operation.id}` },
      environment: { path: `${bap}/environments/${operation.environmentId}` },
    },
    type: { id: operation.type },
    typeDisplayName: operation.type,
    state: { id: stateOf(operation, now) },
    createdDateTime: instant(operation.startsAt),
    lastActionDateTime: instant(Math.min(now.getTime(), operation.endsAt)),
    requestedBy: actorOf(operation.requestedBy),
    stages: stagesOf(operation, now).map(({ name, state, startsAt, endsAt }) => ({
      id: name,
      name,
      state: { id: state },
      ...(state === 'NotStarted' ? {} : { firstActionDateTime: instant(startsAt) }),
      ...(state === 'Succeeded' ? { lastActionDateTime: instant(endsAt) } : {}),
    })),
  }
}

/** The same as the Power Platform API gives it at `environments/{id}/operations/{id}` (members from its reference; unverified in detail). */
export function operationResult(operation: LifecycleOperation, now: Date): Record<string, unknown> {
  const state = stateOf(operation, now)
  return {
    name: operation.type,
    status: state,
    operationId: operation.id,
    startTime: instant(operation.startsAt),
    endTime: state === 'Succeeded' ? instant(operation.endsAt) : null,
    updatedEnvironment: { environmentId: operation.environmentId },
    requestedBy: { displayName: actorOf(operation.requestedBy).displayName },
    stageStatuses: stagesOf(operation, now).map((stage) => ({
      name: stage.name,
      status: stage.state,
      startTime: stage.state === 'NotStarted' ? null : instant(stage.startsAt),
      endTime: stage.state === 'Succeeded' ? instant(stage.endsAt) : null,
    })),
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
