import { diff3Merge } from 'node-diff3'
import type { Versions } from './pick.ts'

/** Above this no person could read what was merged, and comparing lines that all look alike takes long (ours). */
const mostLines = 50_000

/**
 * Merges texts line by line, as Git does: undefined where both sides changed the same lines, or lines that touch, differently, or where one
 * of them is no text. Line ends stay with their lines.
 */
export function mergeLines({ base, theirs, ours }: Versions<Uint8Array>): Uint8Array | undefined {
  const [wanted, before, present] = [linesOf(theirs), linesOf(base), linesOf(ours)]
  if (wanted === undefined || before === undefined || present === undefined) return undefined
  const merged: string[] = []
  for (const region of diff3Merge(present, before, wanted, { excludeFalseConflicts: true })) {
    if (region.ok === undefined) return undefined
    merged.push(...region.ok)
  }
  return new TextEncoder().encode(merged.join(''))
}

/** Each with its line end; undefined for what is no text, or too much of it. */
function linesOf(bytes: Uint8Array): string[] | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (text.includes('\u0000')) return undefined
    const lines = text.split(/(?<=\n)/)
    return lines.length > mostLines ? undefined : lines
  } catch {
    return undefined
  }
}
