import { laneOf } from '#domain/environment'
import type { PersonId, ReleaseId, Result } from '#domain/kernel'
import { accept, toId } from '#domain/kernel'
import { actingOn, applyOverride, refuseActor } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findWayOfPreparation } from '../hotfix/find-way.ts'
import { releaseStream } from './events.ts'
import { preparationWork } from './run-preparation.ts'

/** Begins the durable work that ends in a sealed release. */
export async function prepareRelease(
  deps: EngineDependencies,
  command: { readonly solution: string; readonly actor: PersonId; readonly hotfixId?: string },
): Promise<Result<{ readonly releaseId: ReleaseId }>> {
  const configuration = await requireConfiguration(deps)
  if (!configuration.ok) return configuration
  const directory = configuration.value.configuration
  const may = applyOverride(deps.policy, directory.policy).mayRequest
  const unfit = refuseActor(actingOn(directory, command), command.actor, { may, deed: 'prepare a release' })
  if (unfit !== undefined) return unfit
  const found = await findWayOfPreparation(deps, configuration.value.configuration, command)
  if (!found.ok) return found
  const { way, hotfix } = found.value
  const releaseId = toId<ReleaseId>(deps.ids.next('r'))
  const started = {
    releaseId,
    solution: command.solution,
    requestedBy: command.actor,
    configurationVersion: configuration.value.version,
    ...(hotfix === undefined ? {} : { hotfixId: hotfix.hotfixId }),
  }
  await deps.ledger.append({
    stream: releaseStream(releaseId),
    expectedVersion: 0,
    actor: command.actor,
    events: [{ type: 'preparation-started', data: started, key: 'started' }],
  })
  await deps.starter.start({ name: preparationWork, id: releaseId, queueKey: laneOf(way.source), input: { releaseId } })
  return accept({ releaseId })
}
