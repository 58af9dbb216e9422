import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join, sep } from 'node:path'
import { DroverError } from '#domain/kernel'
import type { FileTree, PackageLimits } from '#format'
import { defaultPackageLimits, isFolderNoise } from '#format'
import { unreadable } from './system-error.ts'

type FolderLimits = Pick<PackageLimits, 'maxEntries' | 'maxEntryBytes' | 'maxUnpackedBytes'>

/**
 * A folder as a tree of files, whose names are read at once and whose bytes are read when they are asked for. Left out is only what
 * `isFolderNoise` names. Links and anything else that is no plain file are refused: what they lead to is not in the folder.
 */
export function openFolder(folder: string, limits: FolderLimits = defaultPackageLimits): FileTree {
  const paths: string[] = []
  const root = join(folder, sep)
  collect({ folder, root }, '', paths, limits)
  const known = new Set(paths)
  let bytesRead = 0
  const slab: Slab = { bytes: new Uint8Array(0), used: 0 }
  return {
    paths,
    read: (path) => {
      if (!known.has(path)) throw new DroverError('solution.file-missing', `There is no file "${path}" in ${folder}.`)
      const bytes = readWhole(`${root}${path}`, { slab, maxBytes: limits.maxEntryBytes })
      bytesRead += bytes.length
      if (bytesRead > limits.maxUnpackedBytes) throw tooLarge(folder, limits.maxUnpackedBytes)
      return bytes
    },
  }
}

/** A file by which Git treats a folder; it stays when the folder is replaced. */
export function isGitFile(name: string): boolean {
  return gitFiles.has(name.toLowerCase())
}

const gitFiles: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes', '.gitkeep'])

interface Root {
  readonly folder: string
  /** The same, so that a path in it can be put behind: to join paths by the thousand costs as much as to list them. */
  readonly root: string
}

function collect({ folder, root }: Root, prefix: string, paths: string[], limits: FolderLimits): void {
  for (const entry of entriesOf(prefix === '' ? folder : `${root}${prefix}`)) {
    if (isFolderNoise(entry.name)) continue
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    refuseName(entry.name, path)
    if (entry.isDirectory()) collect({ folder, root }, path, paths, limits)
    else if (entry.isFile()) paths.push(path)
    else throw notPlain(entry, join(folder, path))
    if (paths.length > limits.maxEntries) {
      throw new DroverError('solution.too-many-files', `The folder "${folder}" holds more than ${limits.maxEntries} files.`, {
        hint: 'Name the folder of one unpacked solution, not one above it.',
      })
    }
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    throw unreadable(folder, error)
  }
}

/** U+FFFD stands for bytes that are no UTF-8, so the file could not even be opened by this name. */
function refuseName(name: string, path: string): void {
  if (!/[\\\u0000-\u001f\u007f\ufffd]/.test(name)) return
  throw new DroverError('solution.unsafe-path', `The folder has a file named ${JSON.stringify(path)}, which no solution file can hold.`, {
    hint: 'Rename it, or take it out of the folder.',
  })
}

function notPlain(entry: Dirent, path: string): DroverError {
  if (entry.isSymbolicLink()) {
    return new DroverError('solution.symlink', `"${path}" is a symbolic link.`, {
      hint: 'Put the file itself there: what a link leads to may lie outside of the folder, and differ elsewhere.',
    })
  }
  return new DroverError('solution.not-a-file', `"${path}" is neither a file nor a folder.`, { hint: 'Take it out of the folder.' })
}

/** Windows has no O_NOFOLLOW; there the walk alone looks for links. */
const readFlags = constants.O_RDONLY | ((constants as { O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0)

/** Memory that small files share: thousands of buffers of their own would cost more than reading the files. */
interface Slab {
  bytes: Uint8Array
  used: number
}

const slabBytes = 1024 ** 2
/** Room for most files; larger ones get a buffer of their own. */
const smallFileBytes = 64 * 1024

interface Reading {
  readonly slab: Slab
  readonly maxBytes: number
}

/** One open file: a size that is asked for before may be another by now, so it is read until nothing comes. */
function readWhole(path: string, { slab, maxBytes }: Reading): Uint8Array {
  try {
    const file = openSync(path, readFlags)
    try {
      if (slab.used + smallFileBytes > slab.bytes.length) {
        // Not cleared: what is given away of it has been read.
        slab.bytes = new Uint8Array(Buffer.allocUnsafeSlow(slabBytes).buffer)
        slab.used = 0
      }
      const from = slab.used
      let filled = 0
      for (let read = -1; read !== 0 && filled < smallFileBytes; filled += read)
        read = readSync(file, slab.bytes, from + filled, smallFileBytes - filled, null)
      if (filled > maxBytes) throw tooLarge(path, maxBytes)
      if (filled === smallFileBytes) return readLarge(file, path, maxBytes)
      slab.used += filled
      return slab.bytes.subarray(from, from + filled)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw unreadable(path, error)
  }
}

function readLarge(file: number, path: string, maxBytes: number): Uint8Array {
  const { size } = fstatSync(file)
  if (size > maxBytes) throw tooLarge(path, maxBytes)
  const bytes = new Uint8Array(size)
  let filled = 0
  for (let read = -1; filled < size && read !== 0; filled += read) read = readSync(file, bytes, filled, size - filled, filled)
  return filled === size ? bytes : bytes.subarray(0, filled)
}

function tooLarge(path: string, maxBytes: number): DroverError {
  return new DroverError('solution.too-large', `"${path}" holds more than ${maxBytes} bytes.`, {
    hint: 'Make sure that this is the folder of an unpacked solution; --max-size allows it more.',
  })
}
