import type { Digest, Version } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { ComponentParameters } from '#domain/plan'
import { memoryTree, packSolution, readSolution, writeZip } from '#format'
import type { PutEnd, PutRun } from './put-package.ts'
import { putPackage } from './put-package.ts'

/** Source of a solution at a commit, packed and kept as an artifact. */
export interface PackedSource {
  readonly solution: string
  readonly version: Version
  readonly digest: Digest
  readonly commit: string
}

/** Where the source of a solution lies in the source repository. */
export function sourceFolder(solution: string): string {
  return `solutions/${solution}`
}

/**
 * Packs the source of a solution as an unmanaged package and keeps it. `commit` undefined: the newest of the main branch. The same commit
 * gives the same bytes, so that repeating it does no harm.
 */
export async function packSource(
  deps: PutRun['deps'],
  of: { readonly repository: string; readonly solution: string; readonly commit: string | undefined },
): Promise<PackedSource> {
  const { repository, solution } = of
  const source = await deps.openSourceControl(repository).readSource({ folder: sourceFolder(solution), commit: of.commit })
  if (source === undefined || source.files.size === 0) throw noSource(of)
  const tree = memoryTree([...source.files].map(([path, bytes]) => ({ path, bytes })))
  const files = []
  for await (const file of packSolution(tree, { type: 'unmanaged', solution })) files.push(file)
  const bytes = await writeZip(files)
  const { manifest } = (await readSolution(bytes)).model
  if (manifest.uniqueName.toLowerCase() !== solution.toLowerCase() || manifest.isManaged) throw anotherSolution(of, manifest.uniqueName)
  return { solution: manifest.uniqueName, version: manifest.version, digest: await deps.artifacts.put(bytes), commit: source.commit }
}

/** Brings the source of a solution at a commit into a development environment, unmanaged, and publishes just it. */
export async function putSource(
  run: PutRun,
  of: {
    readonly label: string
    readonly repository: string
    readonly solution: string
    readonly commit: string | undefined
    /** Absent: connection references arrive unbound, and variables without values. */
    readonly parameters?: ComponentParameters
  },
): Promise<{ readonly packed: PackedSource; readonly ended: PutEnd }> {
  const packed = await run.ctx.step(`pack-${of.label}`, () => packSource(run.deps, of))
  const parameters = of.parameters ?? { connectionReferences: [], environmentVariables: [] }
  return { packed, ended: await putPackage(run, { label: of.label, ...packed, mode: 'unmanaged', parameters }) }
}

function noSource({ repository, solution, commit }: { repository: string; solution: string; commit: string | undefined }): DroverError {
  const where = commit === undefined ? '' : ` at commit ${commit.slice(0, 12)}`
  return new DroverError('rebuild.no-source', `The source repository ${repository} holds no source of ${solution}${where}.`, {
    hint: `Source lies in ${sourceFolder(solution)}; preparing a release commits it there.`,
  })
}

function anotherSolution({ solution }: { solution: string }, found: string): DroverError {
  return new DroverError(
    'rebuild.no-source',
    `The folder ${sourceFolder(solution)} of the source repository holds ${found}, not ${solution}.`,
    {
      hint: 'Put each solution into a folder of its own unique name.',
    },
  )
}
