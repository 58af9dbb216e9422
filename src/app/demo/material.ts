import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import { readSolution, writeZip } from '#format'
import { readSolutionFile } from '../read-solution-file.ts'

/** The unmanaged solution that the demo takes along the path. */
export interface Material {
  readonly bytes: Uint8Array
  readonly model: SolutionModel
  readonly isSample: boolean
}

const sampleFolder = fileURLToPath(new URL('../../../samples/contoso-inspection/', import.meta.url))

/** The user's own zip, or our sample. Refuses what cannot be developed in a Dev environment: managed solutions and patches. */
export async function loadMaterial(path: string | undefined): Promise<Result<Material>> {
  return path === undefined ? loadMaterialFromBytes(await packSample('1.0.0.0'), true) : loadMaterialFromBytes(await readSolutionFile(path))
}

export async function loadMaterialFromBytes(bytes: Uint8Array, isSample = false): Promise<Result<Material>> {
  const { model } = await readSolution(bytes)
  const { manifest } = model
  if (manifest.isManaged) {
    return refuse(
      'demo.managed',
      `${manifest.uniqueName} ${manifest.version} is a managed solution; development starts from the unmanaged one.`,
      'Export it unmanaged from its development environment and give that file.',
      [
        {
          subject: manifest.uniqueName,
          message: 'A managed solution cannot be exported again (STR-11: the managed package is a build product, never a source).',
        },
      ],
    )
  }
  if (manifest.patchOf !== undefined) {
    return refuse(
      'STR-17',
      `${manifest.uniqueName} is a patch of ${manifest.patchOf}.`,
      'Roll it up into a new version of its parent and give that.',
      [],
    )
  }
  return accept({ bytes, model, isSample })
}

/** Zips one version of the sample; it is kept as files so that its history can be read. */
export async function packSample(version: string): Promise<Uint8Array> {
  const folder = join(sampleFolder, version)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  paths.sort()
  return writeZip(
    await Promise.all(
      paths.map(async (path) => ({ path: relative(folder, path).split(sep).join('/'), bytes: new Uint8Array(await readFile(path)) })),
    ),
  )
}
