import type { LinesChange } from './difference.ts'

/** The one region, in lines, outside of which two texts are equal. */
export function diffLines(before: string, after: string): LinesChange {
  const old = before.split('\n')
  const now = after.split('\n')
  const most = Math.min(old.length, now.length)
  let head = 0
  while (head < most && old[head] === now[head]) head++
  let tail = 0
  while (tail < most - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++
  return { at: head + 1, removed: old.length - head - tail, added: now.length - head - tail }
}
