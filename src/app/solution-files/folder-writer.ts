import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DroverError } from '#domain/kernel'
import type { PackageFile } from '#format'
import { systemCode, unwritable } from './system-error.ts'

/** Writes files below a folder of its own, which exists and is empty; a folder is made when its first file comes. */
export interface FolderWriter {
  /** Throws when the file would lie outside, is there already (also in other letters), or cannot be written. */
  write(file: PackageFile): void
  /** What is there so far, for another writer of the same folder to go on from. */
  names(): KnownNames
}

export interface KnownNames {
  readonly folders: ReadonlySet<string>
  /** Every path by its form in lower case. */
  readonly taken: ReadonlyMap<string, string>
}

export interface WriterPlace {
  readonly folder: string
  /** What messages call it: people know the target, not the place where it is made. */
  readonly shownAs: string
  /** What another writer has put there. */
  readonly known?: KnownNames
}

export function createFolderWriter({ folder, shownAs, known }: WriterPlace): FolderWriter {
  const folders = new Set(known?.folders ?? [''])
  const taken = new Map(known?.taken)

  function makeFolder(path: string): void {
    if (folders.has(path)) return
    makeFolder(parentOf(path))
    takeName(path)
    mkdirSync(`${folder}/${path}`)
    folders.add(path)
  }

  /** Many people's file systems hold one of `A` and `a`; what depends on that is refused everywhere. */
  function takeName(path: string): void {
    const folded = path.toLowerCase()
    const other = taken.get(folded)
    if (other !== undefined) throw collision(path, other)
    taken.set(folded, path)
  }

  return {
    names: () => ({ folders, taken }),
    write({ path, bytes }) {
      refuseOutside(path)
      try {
        makeFolder(parentOf(path))
        takeName(path)
        writeNew(`${folder}/${path}`, bytes)
      } catch (error) {
        throw systemCode(error) === 'EEXIST' ? collision(path, path) : unwritable(join(shownAs, path), error)
      }
    },
  }
}

/** `wx`: whatever lies there already, a link too, is never written through. */
function writeNew(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx')
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
  } finally {
    closeSync(file)
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '' : path.slice(0, slash)
}

/** The last guard, whatever made the path: plain names with forward slashes between them, and none that Windows takes for a device. */
function refuseOutside(path: string): void {
  if (!unsafe.test(path)) return
  throw new DroverError('solution.unsafe-path', `The solution would write a file named ${JSON.stringify(path)}. Nothing was written.`, {
    hint: 'Do not trust this file; find out who made it.',
  })
}

const unsafe =
  /^$|^\/|\/$|\/\/|[\\:\u0000-\u001f]|(?:^|\/)\.{1,2}(?:\/|$)|(?:^|\/)\.git(?:\/|$)|(?:^|\/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.[^/]*)?(?:\/|$)/i

function collision(path: string, other: string): DroverError {
  return new DroverError('solution.case-collision', `The solution would write both "${other}" and "${path}". Nothing was written.`, {
    hint: 'Rename one of the two components; on Windows and macOS these are one file.',
  })
}
