import type { FileTree } from '../file-tree.ts'
import { rootOf } from '../xml/parse-xml.ts'
import type { Carried, CarriedSide, CarriedTwin } from './carried.ts'
import { bytesOf } from './carried-file.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { PackOptions } from './options.ts'
import { readTape } from './packing.ts'
import { readCarried } from './read-carried.ts'
import { manifestPath } from './unpack-manifest.ts'

/** What is packed of a folder. */
export interface FolderSide {
  readonly source: FileTree
  readonly carried: Carried
  readonly version: string | undefined
  /** Made of a folder that carries what its two package types have otherwise. */
  readonly isOfBoth: boolean
}

/** A folder of one package type as it is; of a folder of both, the files of the one that is asked for. */
export async function sideOfFolder(folder: FileTree, type: 'managed' | 'unmanaged', options: PackOptions): Promise<FolderSide> {
  const carried = await readCarried(folder)
  const side = carried.both?.[type]
  if (side === undefined) return { source: folder, carried, version: options.version, isOfBoth: false }
  const version = options.version ?? (await versionOf(folder))
  return {
    source: overlaid(folder, side, await fittingFiles(folder, side, options)),
    carried: side.xml === undefined ? { format: 1 } : { format: 1, xml: side.xml },
    version,
    isOfBoth: true,
  }
}

async function versionOf(folder: FileTree): Promise<string | undefined> {
  const tape = await readTape(folder, manifestPath)
  const manifest = tape.child(rootOf(tape), 'SolutionManifest')
  return manifest === undefined ? undefined : tape.childText(manifest, 'Version')
}

/** The carried files of a side, without those whose file in the folder was edited since: the edit holds for both sides. */
async function fittingFiles(folder: FileTree, side: CarriedSide, options: PackOptions): Promise<Map<string, Uint8Array>> {
  const present = new Set(folder.paths)
  const fitting = new Map<string, Uint8Array>()
  for (const file of side.files ?? []) {
    if (await isFitting(folder, file, present)) fitting.set(file.path, bytesOf(file))
    else {
      options.onWarning?.({
        code: 'solution.edited-for-both',
        message: `${file.path} was edited, and goes into both package types as it is now; what was carried of it for this one alone no longer holds.`,
        path: file.path,
      })
    }
  }
  return fitting
}

async function isFitting(folder: FileTree, file: CarriedTwin, present: ReadonlySet<string>): Promise<boolean> {
  if (file.insteadOf === undefined) return true
  return present.has(file.path) && fingerprintOf(file.path, await folder.read(file.path)) === file.insteadOf
}

function overlaid(folder: FileTree, side: CarriedSide, files: ReadonlyMap<string, Uint8Array>): FileTree {
  const without = new Set(side.without)
  const kept = folder.paths.filter((path) => !without.has(path) && !files.has(path))
  return { paths: [...kept, ...files.keys()], read: (path) => files.get(path) ?? folder.read(path) }
}
