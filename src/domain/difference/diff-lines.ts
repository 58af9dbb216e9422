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
  const removed = old.slice(head, old.length - tail)
  const added = now.slice(head, now.length - tail)
  const region = { at: head + 1, removed: removed.length, added: added.length }
  if (Math.max(removed.length, added.length) > mostLinesKept) return region
  return { ...region, before: removed.join('\n'), after: added.join('\n') }
}

// A formula or a function fits; whole files would make the data as large as the solutions.
const mostLinesKept = 40
