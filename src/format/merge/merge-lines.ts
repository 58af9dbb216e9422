import { diffArrays } from 'diff'
import type { Versions } from './pick.ts'

/** More lines than that on one side are no edit by hand but another text, and finding out how it came about takes time by their square (ours). */
const mostEdits = 2_000

/** Lines of the base that one side replaced by others; none of the base: it put them in before line `from`. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/**
 * Merges texts line by line, as Git does: undefined where both sides changed the same lines, or lines that touch, differently, where one of
 * them is no text, or where too much of it is another. Line ends stay with their lines.
 */
export function mergeLines(versions: Versions<Uint8Array>): Uint8Array | undefined {
  const [base, theirs, ours] = [linesOf(versions.base), linesOf(versions.theirs), linesOf(versions.ours)]
  if (base === undefined || theirs === undefined || ours === undefined) return undefined
  const [wanted, present] = [editsOf(base, theirs), editsOf(base, ours)]
  const edits = wanted === undefined || present === undefined ? undefined : join(wanted, present)
  return edits === undefined ? undefined : new TextEncoder().encode(apply(base, edits).join(''))
}

/** Each with its line end; undefined for what is no text. */
function linesOf(bytes: Uint8Array): string[] | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\u0000') ? undefined : text.split(/(?<=\n)/)
  } catch {
    return undefined
  }
}

/** Undefined when there are too many. */
function editsOf(base: string[], side: string[]): readonly Edit[] | undefined {
  const parts = diffArrays(base, side, { maxEditLength: mostEdits })
  if (parts === undefined) return undefined
  const edits: Edit[] = []
  let at = 0
  for (const { value, added, removed } of parts) {
    const last = edits.at(-1)
    const isNext = last?.to === at && (added || removed)
    if (isNext) edits.pop()
    const before = isNext ? last : { from: at, to: at, lines: [] }
    if (removed) edits.push({ ...before, to: at + value.length })
    else if (added) edits.push({ ...before, lines: [...before.lines, ...value] })
    if (!added) at += value.length
  }
  return edits
}

/** The edits of both in the order of their places, those that both made once; undefined where two of them touch. */
function join(theirs: readonly Edit[], ours: readonly Edit[]): readonly Edit[] | undefined {
  const own = ours.filter((edit) => !theirs.some((other) => isSame(edit, other)))
  const all = [...theirs, ...own].sort((a, b) => a.from - b.from || a.to - b.to)
  return all.some((edit, at) => at > 0 && edit.from <= (all[at - 1]?.to ?? -1)) ? undefined : all
}

function isSame(a: Edit, b: Edit): boolean {
  return a.from === b.from && a.to === b.to && a.lines.join('') === b.lines.join('')
}

function apply(base: readonly string[], edits: readonly Edit[]): readonly string[] {
  const merged: string[] = []
  let at = 0
  for (const { from, to, lines } of edits) {
    for (const line of base.slice(at, from)) merged.push(line)
    for (const line of lines) merged.push(line)
    at = to
  }
  return [...merged, ...base.slice(at)]
}
