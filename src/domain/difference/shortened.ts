// As much as stands beside a name on one line.
const mostCharacters = 60
// Both values of a change stand on one line, and are worth more of it than a value alone.
const mostOfChanged = 90

/** A value on one line, cut at its end; "(empty)" for one that is only white space. */
export function shortened(value: string | undefined): string {
  const line = oneLine(value)
  if (line === '') return '(empty)'
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line
}

/** Two values, each on one line; what long ones have in common is cut around the place where they differ. */
export function shortenedPair(before: string | undefined, after: string | undefined): { before: string; after: string } {
  const [old, now] = [oneLine(before), oneLine(after)]
  if (Math.max(old.length, now.length) <= mostCharacters) return { before: shortened(before), after: shortened(after) }
  const head = commonHead(old, now)
  const tail = commonTail(old, now, Math.min(old.length, now.length) - head)
  const from = startOfWord(old, Math.max(0, head - around))
  return { before: cut(old, from, tail), after: cut(now, from, tail) }
}

// What stands around a change tells where it is.
const around = 18

function cut(text: string, from: number, tail: number): string {
  if (text === '') return '(empty)'
  const end = Math.max(from, Math.min(text.length, text.length - tail + around))
  const piece = text.slice(from, Math.min(end, from + mostOfChanged))
  return `${from > 0 ? '…' : ''}${piece}${from + piece.length < text.length ? '…' : ''}`
}

function commonHead(a: string, b: string): number {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  return at
}

function commonTail(a: string, b: string, most: number): number {
  let count = 0
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
  return count
}

/** The next start of a word, when one is near. */
function startOfWord(text: string, from: number): number {
  if (from === 0) return 0
  const next = /[\s,;(]+/.exec(text.slice(from, from + 10))
  return next === null ? from : from + next.index + next[0].length
}

function oneLine(value: string | undefined): string {
  return (value ?? '').replace(/\s+/g, ' ').trim()
}
