import { DroverError } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { FileTree, SourceMerge } from '#format'
import { memoryTree, mergeSource } from '#format'
import type { SourceFiles } from '#engine/ports'
import type { DispositionRun } from './disposition-work.ts'
import type { Shipped } from './find-shipped.ts'
import type { ChangesRead } from './read-changes.ts'

/** What comes to the source, and why nothing was made in the environment to read it, where nothing was. */
export interface MergedChanges extends SourceMerge {
  readonly withoutTransport?: string
}

/** What was changed on the same release is merged together, one release after the other. */
export async function mergeChanges(
  run: DispositionRun,
  of: {
    readonly shipped: readonly Shipped[]
    readonly read: readonly ChangesRead[]
    readonly folder: string
    readonly current: SourceFiles
  },
): Promise<MergedChanges> {
  const { shipped, read, folder, current } = of
  let files = current.files
  let merged: SourceMerge = { files: new Map(), components: [], conflicts: [], difference: [] }
  for (const release of new Map(shipped.map((each) => [each.release.id, each.release])).values()) {
    const base = await readSource(run, folder, release.commit)
    const components = shipped.filter((each) => each.release.id === release.id).map(({ deviation }) => deviation)
    const { exported, cannot } = readFor(read, release)
    const bytes = await run.deps.artifacts.get(exported)
    const next = withReasons(
      await mergeSource({ shipped: treeOf(base.files), exported: bytes, current: treeOf(files), components }),
      cannot,
    )
    merged = {
      files: new Map([...merged.files, ...next.files]),
      components: [...merged.components, ...next.components],
      conflicts: [...merged.conflicts, ...next.conflicts],
      difference: [...merged.difference, ...next.difference],
    }
    files = withChanges(files, next.files)
  }
  const why = read.find(({ withoutTransport }) => withoutTransport !== undefined)?.withoutTransport
  return { ...merged, ...(why === undefined ? {} : { withoutTransport: why }) }
}

/** The file that holds what was changed on a release. */
export function readFor(read: readonly ChangesRead[], release: Release): ChangesRead {
  const found = read.find(({ releaseId }) => releaseId === undefined || releaseId === release.id)
  if (found !== undefined) return found
  throw new DroverError('drift.not-deployed', `What was changed on ${release.solution} ${release.version} was not read.`)
}

/** Of what the file that was read does not hold, the reason is known better than that it is not there. */
function withReasons(merge: SourceMerge, cannot: ChangesRead['cannot']): SourceMerge {
  const components = merge.components.map((each) => {
    const note = cannot[each.component]
    return note === undefined ? each : { ...each, outcome: 'cannot' as const, note }
  })
  return { ...merge, components }
}

export function withChanges(files: SourceFiles['files'], changes: SourceMerge['files']): SourceFiles['files'] {
  const changed = new Map(files)
  for (const [path, bytes] of changes) {
    if (bytes === undefined) changed.delete(path)
    else changed.set(path, bytes)
  }
  return changed
}

/** As a commit has it; as it is now without one. */
export async function readSource(run: DispositionRun, folder: string, commit: string | undefined): Promise<SourceFiles> {
  const source = run.deps.openSourceControl(run.configuration.sourceRepository)
  const found = await source.readSource({ folder, commit })
  if (found !== undefined) return found
  const what = commit === undefined ? `any source of ${run.solution}` : `commit ${commit.slice(0, 12)}, which shipped ${run.solution}`
  throw new DroverError('drift.no-source', `The source repository does not have ${what}.`, {
    hint: 'Check `sourceRepository` in drover.yaml: it has to be the one that releases were committed to.',
  })
}

function treeOf(files: SourceFiles['files']): FileTree {
  return memoryTree([...files].map(([path, bytes]) => ({ path, bytes })))
}
