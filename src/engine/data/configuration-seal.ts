import type { SealedConfigurationData } from '#domain/data'
import { checkConfigurationPackage } from '#domain/data'
import type { Reason } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import { memoryTree, readDataPackage, writeZip } from '#format'
import type { WorkerDependencies } from '../dependencies.ts'
import type { PreparationRun } from '../preparation/run.ts'
import { noteStep } from '../preparation/run.ts'

/**
 * Keeps the configuration data of the solution as it is at the newest commit: the source of a solution that has not changed stands at an older
 * one. From here on the release is loaded from these bytes and no others. Undefined where the solution has none.
 */
export async function sealConfigurationData(run: PreparationRun): Promise<SealedConfigurationData | undefined> {
  const { configurationData: folder } = run.way.solution
  if (folder === undefined) return undefined
  return run.ctx.step('seal-configuration-data', async () => {
    const sealed = await readConfigurationFolder(run.deps, { repository: run.configuration.sourceRepository, folder, commit: undefined })
    const { commit, digest, tables } = sealed
    const told = tables.map(({ table, rows }) => `${table}: ${rows}`).join(', ')
    await run.record([
      noteStep('seal-configuration-data', `Configuration data of ${folder} at commit ${commit.slice(0, 12)} kept as ${digest} (${told}).`),
    ])
    return sealed
  })
}

/** Reads, checks and keeps the configuration data of a folder of the source repository. `commit` undefined: the newest of the main branch. */
export async function readConfigurationFolder(
  deps: Pick<WorkerDependencies, 'artifacts' | 'openSourceControl'>,
  of: { readonly repository: string; readonly folder: string; readonly commit: string | undefined },
): Promise<SealedConfigurationData> {
  const { repository, folder, commit } = of
  const found = await deps.openSourceControl(repository).readSource({ folder, commit })
  const files = [...(found?.files ?? [])].map(([path, bytes]) => ({ path, bytes })).sort((a, b) => (a.path < b.path ? -1 : 1))
  if (found === undefined || files.length === 0) throw absent(of, found === undefined)
  const pack = await readDataPackage(memoryTree(files))
  const { problems } = checkConfigurationPackage(pack)
  if (problems.length > 0) throw unfit(folder, problems)
  const digest = await deps.artifacts.put(await writeZip(files))
  return { digest, commit: found.commit, tables: pack.tables.map(({ name, rows }) => ({ table: name, rows: rows.length })) }
}

/** Named for the first time, nothing need be there yet: not even a commit that the folder could be in. */
function absent(
  { repository, folder, commit }: { repository: string; folder: string; commit: string | undefined },
  isEmpty: boolean,
): DroverError {
  const where = commit === undefined ? 'the main branch' : `commit ${commit.slice(0, 12)}`
  const message = isEmpty
    ? `The source repository ${repository} has no commit yet, and so no configuration data in ${folder}.`
    : `The source repository holds no configuration data in ${folder} of ${where}.`
  const hint = isEmpty
    ? `Clone it (an empty repository can be cloned), commit what \`drover data export\` wrote as ${folder} to main and push; or take configurationData out of drover.yaml until a first release made the repository.`
    : 'Commit what `drover data export` wrote into that folder of the main branch, or take configurationData out of drover.yaml.'
  return new DroverError('data.absent', message, { hint })
}

function unfit(folder: string, problems: readonly Reason[]): DroverError {
  const told = problems.slice(0, 5).map(({ subject, message }) => `${subject}: ${message}`)
  const more = problems.length > 5 ? ` And ${problems.length - 5} more.` : ''
  return new DroverError('data.bad-package', `The configuration data in ${folder} cannot be used. ${told.join(' ')}${more}`, {
    hint: 'Mend it and commit it; `drover data check <folder>` tells all of it without an environment.',
  })
}
