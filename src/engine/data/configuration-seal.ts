import type { SealedConfigurationData } from '#domain/data'
import { checkConfigurationPackage } from '#domain/data'
import type { Reason } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import { memoryTree, readDataPackage, writeZip } from '#format'
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
    const found = await run.deps.openSourceControl(run.configuration.sourceRepository).readSource({ folder, commit: undefined })
    const files = [...(found?.files ?? [])].map(([path, bytes]) => ({ path, bytes })).sort((a, b) => (a.path < b.path ? -1 : 1))
    if (found === undefined || files.length === 0) {
      throw new DroverError('data.absent', `The source repository holds no configuration data in ${folder}.`, {
        hint: 'Commit what `drover data export` wrote into that folder of the main branch, or take configurationData out of drover.yaml.',
      })
    }
    const pack = await readDataPackage(memoryTree(files))
    const { problems } = checkConfigurationPackage(pack)
    if (problems.length > 0) throw unfit(folder, problems)
    const digest = await run.deps.artifacts.put(await writeZip(files))
    const tables = pack.tables.map(({ name, rows }) => ({ table: name, rows: rows.length }))
    const told = tables.map(({ table, rows }) => `${table}: ${rows}`).join(', ')
    await run.record([
      noteStep(
        'seal-configuration-data',
        `Configuration data of ${folder} at commit ${found.commit.slice(0, 12)} kept as ${digest} (${told}).`,
      ),
    ])
    return { digest, commit: found.commit, tables }
  })
}

function unfit(folder: string, problems: readonly Reason[]): DroverError {
  const told = problems.slice(0, 5).map(({ subject, message }) => `${subject}: ${message}`)
  const more = problems.length > 5 ? ` And ${problems.length - 5} more.` : ''
  return new DroverError('data.bad-package', `The configuration data in ${folder} cannot be used. ${told.join(' ')}${more}`, {
    hint: 'Mend it and commit it; `drover data check <folder>` tells all of it without an environment.',
  })
}
