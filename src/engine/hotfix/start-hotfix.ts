import { decideStart } from '#domain/hotfix'
import type { Hotfix, HotfixStart } from '#domain/hotfix'
import { laneOf } from '#domain/environment'
import type { EnvironmentRecord } from '#domain/drift'
import type { EnvironmentId, PersonId, Result, Version } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { findInstalled } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { loadDeployment } from '../queries/deployments.ts'
import { listGivenVersions } from './list-given.ts'
import { hotfixWork } from './run-preparation.ts'
import { loadHotfix, reserve } from './stream.ts'

export interface StartHotfix {
  readonly solution: string
  readonly environmentId: EnvironmentId
  readonly dev: EnvironmentId
  readonly test: EnvironmentId
  readonly reason: string
  readonly actor: PersonId
}

/** Finds what production runs, reserves the versions of the hotfix, and begins the durable work that makes its Dev and Test ready. */
export async function startHotfix(deps: EngineDependencies, command: StartHotfix): Promise<Result<Hotfix>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const { actor, solution, environmentId, dev, test, reason } = command
  const seen = await lookAt(deps, configuration, command)
  if (!seen.ok) return seen
  const ids = { hotfixId: deps.ids.next('h'), workId: deps.ids.next('hw') }
  const started = await reserve(deps.ledger, { solution, actor }, async (lanes) =>
    decideStart({
      ...ids,
      ...seen.value,
      asked: { solution, production: environmentId, dev, test, reason },
      actor,
      now: deps.clock.now(),
      configuration,
      policy: applyOverride(deps.policy, configuration.policy),
      given: await listGivenVersions(deps, solution),
      lanes,
      others: await deps.readModel.list<Hotfix>('hotfix'),
    }),
  )
  if (!started.ok) return started
  await startPreparation(deps, configuration, started.value)
  return loadHotfix(deps, started.value.hotfixId)
}

/** Idempotent by the id of the work. */
export async function startPreparation(
  deps: Pick<EngineDependencies, 'starter'>,
  configuration: Configuration,
  { hotfixId, workId, dev }: Pick<HotfixStart, 'hotfixId' | 'workId' | 'dev'>,
): Promise<void> {
  const environment = findEnvironment(configuration, dev)
  if (!environment.ok) return
  await deps.starter.start({ name: hotfixWork, id: workId, queueKey: laneOf(environment.value), input: { hotfixId, workId } })
}

interface Seen {
  readonly base: HotfixStart['base'] | undefined
  readonly installed: Version | undefined
  readonly drift: EnvironmentRecord['drift']
}

/** What the ledger says that production runs, and what production shows now. */
async function lookAt(
  deps: EngineDependencies,
  configuration: Configuration,
  { solution, environmentId }: StartHotfix,
): Promise<Result<Seen>> {
  const environment = findEnvironment(configuration, environmentId)
  if (!environment.ok) return environment
  const deployment = await loadDeployment(deps, environmentId, solution)
  const release = deployment && (await deps.readModel.load<Release>('release', deployment.releaseId))
  const promotion = deployment && (await deps.readModel.load<Promotion>('promotion', deployment.promotionId))
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment.value))
  const observed = await deps.environments.open(environment.value).observe({ solution, connectionIds: [] })
  const base =
    deployment === undefined || release === undefined
      ? undefined
      : {
          releaseId: release.id,
          promotionId: deployment.promotionId,
          version: release.version,
          commit: release.commit,
          tag: promotion?.tag,
        }
  return { ok: true, value: { base, installed: findInstalled(observed, solution)?.version, drift: record?.drift } }
}
