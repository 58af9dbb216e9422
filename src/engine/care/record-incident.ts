import type { Incident, NewEnvironmentEvent } from '#domain/drift'
import { environmentStream } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { actingOn, applyOverride, refuseActor } from '#domain/policy'
import type { EngineDependencies } from '../dependencies.ts'
import { requireEnvironment } from '../require-environment.ts'

export interface IncidentCommand {
  readonly environmentId: EnvironmentId
  readonly text: string
  readonly actor: PersonId
}

/** Writes what happened into the biography of an environment (PET-15). Nothing follows from it. */
export async function recordIncident(deps: EngineDependencies, command: IncidentCommand): Promise<Result<Incident>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const { mayRecordIncident } = applyOverride(deps.policy, configuration.policy).care
  const deed = `write into the biography of ${environment.name}`
  const refused = refuseActor(actingOn(configuration, { environment: environment.id }), command.actor, { may: mayRecordIncident, deed })
  if (refused !== undefined && command.actor !== environment.owner) return refused
  const text = command.text.trim()
  if (text === '')
    return refuse('incident.text-needed', `Nothing was said of what happened to ${environment.name}.`, 'Say what, and since when.')
  const incident: Incident = { id: deps.ids.next('i'), at: deps.clock.now(), by: command.actor, text }
  const event: NewEnvironmentEvent = { type: 'incident-recorded', data: { environmentId: environment.id, incident } }
  const stream = environmentStream(laneOf(environment))
  await deps.ledger.append({ stream, expectedVersion: undefined, actor: command.actor, events: [event] })
  return accept(incident)
}
