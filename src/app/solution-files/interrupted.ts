import { existsSync, readdirSync, renameSync } from 'node:fs'
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
 * and putting the new one in its place, and removes the rest. What a running process is at work on is left to it.
 */
export function recoverInterrupted(target: string): void {
  const folder = dirname(target)
  const left = namesIn(folder)
    .map((name) => ({ name, match: pattern.exec(name) }))
    .filter(({ match }) => match?.[1] === basename(target) && !isRunning(Number(match[3])))
  for (const { name, match } of left) {
    if (match?.[2] === 'old' && !existsSync(target)) renameSync(join(folder, name), target)
  }
  for (const { name } of left) removeTree(join(folder, name))
}

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
