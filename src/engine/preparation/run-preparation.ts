import type { ReleaseId } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { DurableContext, DurableDefinition } from '#engine/ports'
import type { WorkerDependencies } from '../dependencies.ts'
import { requireConfiguration } from '../apply-configuration.ts'
import type { Preparation } from '../engine.ts'
import { findWayOfPreparation } from '../hotfix/find-way.ts'
import { orThrow } from '../or-throw.ts'
import { checkAndSeal } from './check-and-seal.ts'
import { commitSource } from './commit-source.ts'
import { compareExports } from './compare-exports.ts'
import type { NewPreparationEvent } from './events.ts'
import { releaseStream } from './events.ts'
import { exportArtifact } from './export-artifact.ts'
import { publishPending } from './publish-pending.ts'
import { raiseVersion } from './raise-version.ts'
import type { PreparationRun } from './run.ts'

export const preparationWork = 'prepare-release'

/** Publish → raise → export twice → commit → check → seal; each step recorded, so a killed worker goes on where it was. */
export function preparationDefinition(deps: WorkerDependencies): DurableDefinition<{ readonly releaseId: ReleaseId }> {
  return {
    name: preparationWork,
    async run(ctx, input) {
      const record = recorder(deps, input.releaseId)
      try {
        const run = await openRun(deps, ctx, input.releaseId)
        const unpublished = await publishPending(run)
        await raiseVersion(run)
        const unmanaged = await exportArtifact(run, 'unmanaged')
        const managed = await exportArtifact(run, 'managed')
        await compareExports(run, { unmanaged, managed })
        const commit = await commitSource(run, unmanaged)
        await checkAndSeal(run, { unmanaged, managed, commit, unpublished })
      } catch (error) {
        const code = errorCode(error)
        if (code === 'unexpected') deps.log.error('Preparing a release broke', { releaseId: input.releaseId, error: errorMessage(error) })
        const hint = error instanceof DroverError ? error.hint : undefined
        const data = { code, message: errorMessage(error), ...(hint === undefined ? {} : { hint }) }
        await ctx.step('record-error', () => record([{ type: 'preparation-errored', data, key: 'ended' }]))
      }
    },
  }
}

async function openRun(deps: WorkerDependencies, ctx: DurableContext, releaseId: ReleaseId): Promise<PreparationRun> {
  const facts = await ctx.step('load', () => loadFacts(deps, releaseId))
  return {
    deps,
    ctx,
    releaseId,
    ...facts,
    environment: deps.environments.open(facts.way.source),
    record: recorder(deps, releaseId),
  }
}

async function loadFacts(deps: WorkerDependencies, releaseId: ReleaseId) {
  const preparation = await deps.readModel.load<Preparation>('preparation', releaseId)
  if (preparation === undefined) {
    throw new DroverError('release.unknown', `There is no release "${releaseId}" to prepare.`, {
      hint: 'List them with `drover release list`.',
    })
  }
  const { configuration } = orThrow(await requireConfiguration(deps))
  const { way, hotfix } = orThrow(await findWayOfPreparation(deps, configuration, preparation))
  return { requestedBy: preparation.requestedBy, configuration, way, hotfix, pace: deps.paceOf(way.source) }
}

function recorder(deps: WorkerDependencies, releaseId: ReleaseId) {
  return async (events: readonly NewPreparationEvent[]): Promise<void> => {
    await deps.ledger.append({ stream: releaseStream(releaseId), expectedVersion: undefined, actor: 'drover', events })
  }
}
