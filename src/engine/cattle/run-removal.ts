import type { Environment } from '#domain/environment'
import { findAdministered, laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { DroverError, errorCode, errorMessage, toId } from '#domain/kernel'
import { refuseRemoval } from '#domain/rebuild'
import type { DurableDefinition } from '#engine/ports'
import { loadWritten, putInForce, requireConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { recordCattle } from './cattle-stream.ts'
import { deleteEnvironment, requireCattle } from './make-anew.ts'

export const removalWork = 'remove-environment'

export interface RemovalInput {
  readonly environmentId: EnvironmentId
  readonly removalId: string
}

/** Deletes one environment under its lease, and takes it out of the configuration; asked right before the deletion whether it still may. */
export function removalDefinition(deps: WorkerDependencies): DurableDefinition<RemovalInput> {
  return {
    name: removalWork,
    async run(ctx, input) {
      const { environmentId, removalId } = input
      const end = (state: 'done' | 'errored', note: string) =>
        recordCattle(deps.ledger, environmentId, [{ type: 'removal-ended', data: { removalId, state, note }, key: `${removalId}:ended` }])
      try {
        const environment = await ctx.step('load', async () => {
          const { configuration } = orThrow(await requireConfiguration(deps))
          const found = orThrow(findEnvironment(configuration, environmentId))
          orThrow(refuseRemoval(configuration, found))
          return found
        })
        const administration = deps.administrations.open(environment)
        await deps.fence.hold(laneOf(environment), removalId, async (lease) => {
          const platformId = await ctx.step('find', async () => {
            const there = findAdministered(await administration.listEnvironments(), environment.url)
            if (there === undefined) await requireSilence(deps, environment)
            return there?.platformId ?? null
          })
          if (platformId !== null) {
            await deleteEnvironment(
              {
                ...{ deps, ctx, administration, pace: deps.paceOf(environment) },
                checkLease: () => lease.check(),
                record: (key, data) =>
                  recordCattle(deps.ledger, environmentId, [{ type: 'cattle-request', data, key: `${removalId}:${key}` }]),
              },
              {
                platformId,
                async mustBe(there) {
                  await lease.check()
                  const { configuration } = orThrow(await requireConfiguration(deps))
                  const now = orThrow(findEnvironment(configuration, environmentId))
                  orThrow(refuseRemoval(configuration, now))
                  await requireCattle({ administration }, { configuration, environment: { ...now, url: environment.url }, there })
                },
              },
            )
          }
          await ctx.step('unregister', () => unregister(deps, environmentId))
          const note = platformId === null ? 'It was gone already.' : `Deleted (${platformId}); the platform can bring it back for 7 days.`
          await ctx.step('finish', () => end('done', note))
        })
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Removing an environment broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () => end('errored', errorMessage(error)))
      }
    },
  }
}

/** What its tenant does not show is gone only if it does not answer either: else another tenant was asked, or it may not be seen. */
async function requireSilence(deps: WorkerDependencies, environment: Environment): Promise<void> {
  const answers = await deps.environments
    .open(environment)
    .observe({ solution: '', connectionIds: [] })
    .then(
      () => true,
      () => false,
    )
  if (!answers) return
  throw new DroverError(
    'rebuild.not-administered',
    `${environment.name} answers, and its tenant shows Drover no environment at ${environment.url}; it was not removed.`,
    { hint: 'Correct its address or its administrationUrl in drover.yaml, or have its application registered for administration.' },
  )
}

/** What is not there any more is not configured any more. Repeated, it changes nothing. */
async function unregister(deps: WorkerDependencies, environmentId: EnvironmentId): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const current = await loadWritten(deps)
    const environment = current?.configuration.environments.find(({ id }) => id === environmentId)
    if (current === undefined || environment === undefined) return
    const { configuration, version } = current
    const environments = configuration.environments.filter(({ id }) => id !== environmentId)
    const changes = [`environment ${environment.name}: Removed by Drover at its end.`]
    const applied = await putInForce(deps, {
      configuration: { ...configuration, environments },
      ...{ actor: toId<PersonId>('drover'), changes, basedOn: version },
    })
    if (applied.ok) return
  }
  throw new DroverError(
    'configuration.moved-on',
    `The environment ${environmentId} is gone, and the configuration changed too often to say so.`,
    {
      hint: 'Take it out of drover.yaml, and apply it.',
    },
  )
}
