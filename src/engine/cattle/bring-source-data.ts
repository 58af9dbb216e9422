import type { SealedConfigurationData } from '#domain/data'
import type { AttemptId } from '#domain/kernel'
import { errorCode, toId } from '#domain/kernel'
import { isSameName } from '#domain/settings'
import { readConfigurationFolder } from '../data/configuration-seal.ts'
import { loadData } from '../steps/load-data.ts'
import type { SettingsEnd } from './bring-settings.ts'
import { named } from './bring-settings.ts'
import type { PutPackage } from './put-package.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { putRun } from './rebuild-run.ts'

/**
 * The configuration data of a solution beside its source, from the same commit: without it the next export out of Dev would be empty, and so would
 * the next release. A folder that is named and not committed yet is said, and stands in nobody's way.
 */
export async function bringSourceData(
  run: RebuildRun,
  of: { readonly put: PutPackage; readonly commit: string | undefined },
): Promise<SettingsEnd> {
  const { put, commit } = of
  const { solution, version } = put
  const { configuration } = run
  const governed = configuration.solutions.find(({ uniqueName }) => isSameName(uniqueName, solution))
  const folder = governed?.configurationData
  if (governed === undefined || folder === undefined) return { end: 'done', note: '' }
  const sealed = await run.ctx.step(`source-data-${solution}`, () => read(run, folder, commit))
  if (sealed === null)
    return { end: 'done', note: ` Its configuration data (${folder}) is not in the source repository, so none was brought.` }
  const loaded = await loadData({
    ...{ deps: run.deps, configuration, ctx: named(run.ctx, solution), environment: run.environment, target: putRun(run).target },
    ...{ release: { solution, configurationData: sealed }, promotionId: undefined, checkLease: () => run.checkLease() },
    attemptId: toId<AttemptId>(`${run.rebuild.id}-${run.run}`),
    // Everything in it is new, so that no row has to be kept or overwritten.
    request: {
      solution,
      version,
      tier: governed.tier,
      plan: { mode: 'unmanaged', data: { digest: sealed.digest, tables: [], named: [] } },
    },
  })
  if (loaded.end === 'failed') return loaded
  return { end: 'done', note: loaded.end === 'done' ? ` ${loaded.note}` : '' }
}

async function read(run: RebuildRun, folder: string, commit: string | undefined): Promise<SealedConfigurationData | null> {
  try {
    return await readConfigurationFolder(run.deps, { repository: run.configuration.sourceRepository, folder, commit })
  } catch (error) {
    if (errorCode(error) === 'data.absent') return null
    throw error
  }
}
