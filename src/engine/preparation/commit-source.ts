import type { Artifact } from '#domain/artifact'
import { memoryTree, readZip, unpackSolution } from '#format'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

/** Unpacks the unmanaged source and commits it, so that every version can be compared and audited. */
export async function commitSource(run: PreparationRun, unmanaged: Artifact): Promise<string> {
  return run.ctx.step('commit-source', async () => {
    const zip = memoryTree(await readZip(await run.deps.artifacts.get(unmanaged.digest)))
    const source = new Map<string, Uint8Array>()
    for await (const { path, bytes } of unpackSolution(zip)) source.set(path, bytes)
    const repository = run.configuration.sourceRepository
    const commit = await run.deps.openSourceControl(repository).commitSource({
      folder: `solutions/${unmanaged.solution}`,
      files: source,
      message: `${unmanaged.solution} ${unmanaged.version}\n\nExported from ${run.way.source.name} as ${unmanaged.digest}.`,
      author: run.requestedBy,
      ...(run.hotfix === undefined ? {} : { branch: { name: run.hotfix.branch, from: run.hotfix.base.commit } }),
    })
    await run.record([noteStep('commit-source', `${source.size} files in commit ${commit}.`)])
    return commit
  })
}
