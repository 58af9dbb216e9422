import { copyFileSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type PackageFile, planOf } from '#format'
import { createFolderWriter } from './folder-writer.ts'
import { asideOf, recoverInterrupted } from './interrupted.ts'
import type { Aside } from './interrupted.ts'
import { isGitFile } from './open-folder.ts'
import { unwritable } from './system-error.ts'
import { judgeTarget } from './target-folder.ts'
import type { TargetUse } from './target-folder.ts'
import { hasThreadedWriter, startThreadedWriter } from './threaded-writer.ts'
import type { ThreadedWriter } from './threaded-writer.ts'
import { removeTree } from './tree-removal.ts'
import { lookEveryMs, type Watch } from './watch.ts'

export interface Written {
  readonly files: number
  readonly bytes: number
}

/**
 * Writes files as a folder: all of them, or none. They go into a new folder beside the target, which takes its place when it is
 * complete; until then the target is as it was, whatever happens to this process. Files by which Git treats the target's root stay.
 * Nothing is flushed to the disk file by file: a loss of power may need the unpack to be done again.
 */
export async function writeFolder(
  target: string,
  files: AsyncIterable<PackageFile> | Iterable<PackageFile>,
  { use, watch }: { readonly use: TargetUse; readonly watch: Watch },
): Promise<Written> {
  const place = resolve(target)
  recoverInterrupted(place)
  const state = judgeTarget(place, use)
  const aside = asideOf(place)
  try {
    makeFresh(place, aside)
    const written = await writeAll(aside.fresh, { shownAs: target, files, watch })
    if (state === 'present') keepGitFiles(place, aside)
    putInPlace(place, aside, state)
    return written
  } finally {
    removeTree(aside.fresh)
  }
}

function makeFresh(place: string, aside: Aside): void {
  try {
    mkdirSync(dirname(place), { recursive: true })
    mkdirSync(aside.fresh)
  } catch (error) {
    throw unwritable(place, error)
  }
}

/** Small solutions are written right here; a large one by a thread, while the rest of it is still unpacked. */
const [filesOfSmall, bytesOfSmall] = [120, 512 * 1024]

function isLarge(count: { files: number; bytes: number }, next: PackageFile): boolean {
  return count.files > filesOfSmall || count.bytes > bytesOfSmall || (planOf(next)?.source.length ?? 0) > bytesOfSmall
}

async function writeAll(
  folder: string,
  { shownAs, files, watch }: { shownAs: string; files: AsyncIterable<PackageFile> | Iterable<PackageFile>; watch: Watch },
): Promise<Written> {
  let [done, bytesHere] = [0, 0]
  const place = { folder, shownAs }
  const here = createFolderWriter(place)
  let thread: ThreadedWriter | undefined
  try {
    for await (const file of files) {
      if (thread === undefined && hasThreadedWriter() && isLarge({ files: done, bytes: bytesHere }, file))
        thread = startThreadedWriter({ ...place, known: here.names() })
      if (thread === undefined) {
        here.write(file)
        bytesHere += file.bytes.length
      } else thread.write(file)
      done += 1
      if (watch.isDue()) await watch.look(done)
    }
    return { files: done, bytes: bytesHere + (thread === undefined ? 0 : await endOf(thread, () => watch.look(done))) }
  } finally {
    await thread?.stop()
  }
}

/** Waits for the thread, and looks up meanwhile: it may have much to write yet. */
async function endOf(thread: ThreadedWriter, look: () => Promise<void>): Promise<number> {
  let isWriting = true
  const ended = thread.end().finally(() => {
    isWriting = false
  })
  // Heard below, unless looking up ends it first.
  ended.catch(() => undefined)
  while (isWriting) {
    await Promise.race([ended, pause(lookEveryMs)])
    if (isWriting) await look()
  }
  return ended
}

function keepGitFiles(place: string, aside: Aside): void {
  for (const name of readdirSync(place).filter(isGitFile)) copyFileSync(join(place, name), join(aside.fresh, name))
}

function putInPlace(place: string, aside: Aside, state: 'absent' | 'present'): void {
  try {
    if (state === 'present') renameSync(place, aside.former)
    try {
      renameSync(aside.fresh, place)
    } catch (error) {
      if (state === 'present') renameSync(aside.former, place)
      throw error
    }
  } catch (error) {
    throw unwritable(place, error)
  }
  removeTree(aside.former)
}
