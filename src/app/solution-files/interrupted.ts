import { existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemCode } from './system-error.ts'
import { removeTree } from './tree-removal.ts'

/** Where a target is made, and where the one before it is put while the two change places: beside it, so that renaming is enough. */
export interface Aside {
  readonly fresh: string
  readonly former: string
}

export function asideOf(target: string): Aside {
  return { fresh: nameOf(target, 'new', process.pid), former: nameOf(target, 'old', process.pid) }
}

/**
 * Puts right what runs that were killed left beside a target: gives back a former one when they were killed between taking it away
 * and putting the new one in its place, and removes the rest. What a running process is at work on is left to it. `now`: in ms.
 */
export function recoverInterrupted(target: string, now = Date.now()): void {
  for (const { path, what, pid } of leftBeside(target)) {
    if (what === 'old' && !existsSync(target) && (!isRunning(pid) || isForgotten(path, now))) renameSync(path, target)
    else if (!isRunning(pid)) removeTree(path)
  }
}

interface Left {
  readonly path: string
  readonly what: 'old' | 'new'
  readonly pid: number
}

/** Former ones first. */
function leftBeside(target: string): Left[] {
  const folder = dirname(target)
  const left = namesIn(folder).flatMap((name): Left[] => {
    const [, base, what, pid] = pattern.exec(name) ?? []
    return base === basename(target) ? [{ path: join(folder, name), what: what === 'old' ? 'old' : 'new', pid: Number(pid) }] : []
  })
  return [...left.filter(({ what }) => what === 'old'), ...left.filter(({ what }) => what === 'new')]
}

/**
 * Two renames lie moments apart. What was taken away long ago was left by a run that is dead, though another process has its id by
 * now, as is usual in containers. Renaming sets the time of change.
 */
function isForgotten(path: string, now: number): boolean {
  return now - statSync(path).ctimeMs > longestSwapMs
}

const longestSwapMs = 10_000

const pattern = /^\.(.*)\.drover-(new|old)-(\d+)$/

function nameOf(target: string, what: 'new' | 'old', pid: number): string {
  return join(dirname(target), `.${basename(target)}.drover-${what}-${pid}`)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No folder, or one that cannot be read: whoever uses it next says so.
    return []
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}
