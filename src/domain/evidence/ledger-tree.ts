import type { Hash } from './hash-entry.ts'

/**
 * The tree over the entries of a ledger, with the shape of RFC 6962: it shows that one entry is among those that a signed head speaks of
 * without showing the others, which a chain cannot: the hash of an entry that is not shown cannot be recomputed, so nobody can tell what
 * it follows.
 */

/** `count` entries beginning with `from` under one hash; the count is a power of two that divides what comes before. */
export interface Subtree {
  readonly from: number
  readonly count: number
  readonly hash: string
}

/** A tree in the making; it holds one hash for each binary digit of its size. */
export interface LedgerTree {
  /** Entry after entry, or subtree after subtree. False: it does not continue what is there. */
  add(subtree: Subtree): boolean
  size(): number
  root(): string
}

export function createLedgerTree(hash: Hash): LedgerTree {
  const peaks: Subtree[] = []
  let size = 0
  return {
    add(subtree) {
      if (subtree.from !== size + 1 || !isAligned(subtree)) return false
      size += subtree.count
      let grown = subtree
      for (let last = peaks.at(-1); last !== undefined && last.count === grown.count; last = peaks.at(-1)) {
        peaks.pop()
        grown = { from: last.from, count: last.count * 2, hash: joinHashes(last.hash, grown.hash, hash) }
      }
      peaks.push(grown)
      return true
    },
    size: () => size,
    root: () => {
      const [last, ...rest] = peaks.toReversed()
      if (last === undefined) return hash('empty')
      return rest.reduce((right, left) => joinHashes(left.hash, right, hash), last.hash)
    },
  }
}

/** An entry as a leaf of the tree. */
export function leafOf(entry: { readonly sequence: number; readonly hash: string }, hash: Hash): Subtree {
  return { from: entry.sequence, count: 1, hash: hash(`leaf:${entry.sequence}:${entry.hash}`) }
}

/** Collects what is withheld of a ledger while its entries go by. */
export interface WithheldCollector {
  add(entry: { readonly sequence: number; readonly hash: string }): void
  /** All that was not shown, as few subtrees as its edges allow. */
  end(): readonly Subtree[]
}

/**
 * `isShown` says which entries stand in the pack themselves. No subtree reaches across one of the `edges` (a number of entries from the
 * beginning), so that the root over that many entries can be told as well: what an older head is held against.
 */
export function collectWithheld(
  hash: Hash,
  rules: { isShown(sequence: number): boolean; isEdge(count: number): boolean },
): WithheldCollector {
  const withheld: Subtree[] = []
  /** Since the last entry that is shown, or the last edge; nothing before may be joined with it. */
  let fence = 0
  return {
    add(entry) {
      if (rules.isShown(entry.sequence)) fence = withheld.length
      else {
        withheld.push(leafOf(entry, hash))
        joinNewest(withheld, fence, hash)
      }
      if (rules.isEdge(entry.sequence)) fence = withheld.length
    },
    end: () => withheld,
  }
}

function joinNewest(subtrees: Subtree[], fence: number, hash: Hash): void {
  while (subtrees.length - fence >= 2) {
    const [left, right] = [subtrees.at(-2), subtrees.at(-1)]
    if (left === undefined || right === undefined || left.count !== right.count) return
    const joined = { from: left.from, count: left.count * 2, hash: joinHashes(left.hash, right.hash, hash) }
    if (!isAligned(joined)) return
    subtrees.splice(-2, 2, joined)
  }
}

function isAligned({ from, count }: Subtree): boolean {
  return Number.isInteger(Math.log2(count)) && (from - 1) % count === 0
}

function joinHashes(left: string, right: string, hash: Hash): string {
  return hash(`node:${left}:${right}`)
}
