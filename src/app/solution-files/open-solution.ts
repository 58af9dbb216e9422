import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ReadOptions } from '#cli'
import { DroverError } from '#domain/kernel'
import type { FileTree, PackageLimits, ToXmlOptions } from '#format'
import { isYamlLayout, memoryTree, openZip } from '#format'
import { treeAboutInput } from './about-input.ts'
import { recoverInterrupted } from './interrupted.ts'
import { openFolder } from './open-folder.ts'
import { readLimits } from './read-limits.ts'
import { unreadable } from './system-error.ts'

/** A solution as people name it: a zip, or the folder of an unpacked one in either layout. */
export async function openSolution(path: string, { maxBytes, solution }: ReadOptions): Promise<FileTree> {
  const limits = readLimits(maxBytes)
  return isFolder(path) ? openSourceFolder(path, { limits, ...(solution === undefined ? {} : { solution }) }) : openZipFile(path, limits)
}

export function openZipFile(path: string, limits: PackageLimits): FileTree {
  if (isFolder(path)) {
    throw new DroverError('solution.not-a-zip', `"${path}" is a folder.`, { hint: 'Name the .zip that was exported from an environment.' })
  }
  return treeAboutInput(path, () => openZip(readWholeFile(path), limits))
}

/**
 * The folder of an unpacked solution as a tree in SolutionPackager's layout, whichever it is in. What was written for reviewers
 * only is not part of it. Throws `file.absent`, or `solution.not-a-folder` for anything else.
 */
export async function openSourceFolder(path: string, { limits, ...options }: SourceOptions = {}): Promise<FileTree> {
  if (!isFolder(path)) {
    throw new DroverError('solution.not-a-folder', `"${path}" is no folder.`, { hint: 'Name the folder of an unpacked solution.' })
  }
  const tree = await withoutCopies(openFolder(path, limits))
  if (!isYamlLayout(tree.paths)) return tree
  const { toXmlLayout } = await import('./yaml-layout.ts')
  return memoryTree(await toXmlLayout(tree, options))
}

interface SourceOptions extends ToXmlOptions {
  readonly limits?: PackageLimits
}

/** What the copies of canvas sources are told by is loaded only where there may be some. */
async function withoutCopies(folder: FileTree): Promise<FileTree> {
  if (!folder.paths.some((path) => /_msapp_src\//i.test(path))) return folder
  const { isCanvasSource } = await import('./canvas-copies.ts')
  return { paths: folder.paths.filter((path) => !isCanvasSource(path)), read: folder.read }
}

export function readWholeFile(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** The managed zip of the same export: `X_managed.zip` beside `X.zip`. */
export function managedTwinOf(zip: string): string {
  const twin = zip.replace(/(\.zip)?$/i, '_managed$1')
  if (existsSync(twin)) return twin
  throw new DroverError('file.absent', `There is no managed zip "${twin}" beside "${zip}".`, {
    hint: 'Both package types are made of two exports of one version: put the managed one there, or name it with --managed.',
  })
}

/** A folder that a killed unpack had just taken away is put back before anybody misses it. */
function isFolder(path: string): boolean {
  try {
    if (!existsSync(path)) recoverInterrupted(resolve(path))
    return statSync(path).isDirectory()
  } catch (error) {
    throw unreadable(path, error)
  }
}
