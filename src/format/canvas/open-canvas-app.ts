import { DroverError, errorMessage } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { PackageLimits } from '../limits.ts'
import { openZip } from '../zip/open-zip.ts'

/** A zip inside a zip gets less room than the one around it, so that many of them are no bomb. */
export const canvasAppLimits: Partial<PackageLimits> = {
  maxEntries: 10_000,
  maxUnpackedBytes: 512 * 1024 ** 2,
  maxEntryBytes: 256 * 1024 ** 2,
}

// Studio saves apps of some hundred controls a few levels deep; what nests deeper is no app.
export const maxControlDepth = 200

/** The files of an `.msapp`. `path` names it in messages. */
export function openCanvasApp(bytes: Uint8Array, path: string): FileTree {
  try {
    return openZip(bytes, canvasAppLimits)
  } catch (cause) {
    throw badCanvasApp(path, errorMessage(cause), cause)
  }
}

/** The path in the tree whose lower-case form this is: files of other tools spell folders otherwise. */
export function pathIn(tree: FileTree, wanted: string): string | undefined {
  return tree.paths.find((path) => path.toLowerCase() === wanted.toLowerCase())
}

/** A JSON file of the app; undefined where there is none. */
export async function readAppJson(app: OpenedApp, name: string): Promise<unknown> {
  const found = pathIn(app.tree, name)
  if (found === undefined) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(await app.tree.read(found)))
  } catch (cause) {
    throw badCanvasApp(app.path, `its file "${found}" is not readable (${errorMessage(cause)})`, cause)
  }
}

export interface OpenedApp {
  readonly tree: FileTree
  /** Of the `.msapp`, for messages. */
  readonly path: string
}

export function badCanvasApp(path: string, why: string, cause?: unknown): DroverError {
  return new DroverError('solution.bad-canvas-app', `The canvas app "${path}" cannot be read: ${why.replace(/\.$/, '')}.`, {
    hint: 'Open the app in Power Apps Studio, save and publish it, and export the solution again. The rest of the solution is not affected.',
    cause,
  })
}
