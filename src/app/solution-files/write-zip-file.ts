import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DroverError } from '#domain/kernel'
import { asideOf, recoverInterrupted } from './interrupted.ts'
import { unwritable } from './system-error.ts'
import { removeTree } from './tree-removal.ts'

/** Writes a file whole: beside its place, flushed, then renamed over what was there. A killed process leaves the old one. */
export function writeWholeFile(target: string, bytes: Uint8Array): void {
  const place = resolve(target)
  refuseFolder(place)
  recoverInterrupted(place)
  const { fresh } = asideOf(place)
  try {
    mkdirSync(dirname(place), { recursive: true })
    writeFlushed(fresh, bytes)
    renameSync(fresh, place)
  } catch (error) {
    throw unwritable(target, error)
  } finally {
    removeTree(fresh)
  }
}

/** Refuses a place that no file can be written to; to be asked before the work that makes its bytes. */
export function refuseFolder(place: string): void {
  if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return
  throw new DroverError('solution.target-is-a-folder', `${place} is a folder; the solution file is one file.`, {
    hint: 'Name a file with --out, for example solution.zip.',
  })
}

function writeFlushed(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx')
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
