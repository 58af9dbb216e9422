import type { LedgerEvent } from '#domain/kernel'
import type { Hash } from './hash-entry.ts'
import { firstPreviousHash, hashEntry } from './hash-entry.ts'

/**
 * What can be wrong with a ledger. `rebuilt`: it holds in itself, and is not the one that an anchor was made of. `artifact`: bytes that it
 * names are not there or are others. `seal`: a release is not what was sealed. `anchor`: the anchor itself says nothing.
 */
export type LedgerFaultKind = 'changed' | 'removed' | 'inserted' | 'reordered' | 'cut-off' | 'rebuilt' | 'artifact' | 'seal' | 'anchor'

export interface LedgerFault {
  readonly kind: LedgerFaultKind
  /** The entry at which it shows. */
  readonly sequence: number
  readonly message: string
}

export interface FollowedChain {
  readonly entries: number
  /** Hash of the newest entry; 64 zeros for none. */
  readonly hash: string
  /** In their order, the first ones only: what follows a broken place is often broken by it. */
  readonly faults: readonly LedgerFault[]
}

/** Follows a ledger entry by entry, holding one of them at a time. */
export interface ChainWalk {
  next(event: LedgerEvent): void
  end(): FollowedChain
}

const faultsTold = 20

/** From the first entry, or from behind the entry `after`. */
export function followChain(hash: Hash, after = { sequence: 0, hash: firstPreviousHash }): ChainWalk {
  let before = after
  let shift = 0
  const faults: LedgerFault[] = []
  const moved: { readonly at: number; readonly from: number }[] = []
  const tell = (kind: LedgerFaultKind, sequence: number, message: string) => {
    if (faults.length < faultsTold) faults.push({ kind, sequence, message })
  }
  return {
    next(event) {
      const { sequence } = event
      if (sequence !== before.sequence + 1) {
        tell(
          'removed',
          before.sequence + 1,
          `${entriesText(before.sequence + 1, sequence - 1)} gone: entry ${before.sequence} is followed by entry ${sequence}.`,
        )
      } else if (event.hash !== hashEntry(event, hash)) {
        const from = faults.length + moved.length < faultsTold ? findPlace(event, shift, hash) : undefined
        if (from === undefined) tell('changed', sequence, `Entry ${sequence} is not what was written: its content does not give its hash.`)
        else {
          shift = from - sequence
          moved.push({ at: sequence, from })
        }
      } else if (event.previousHash !== before.hash) {
        const replaced = before.sequence
        tell(
          'changed',
          replaced,
          `Entry ${replaced} is another than the one that entry ${sequence} was written after: it was replaced, hash and all.`,
        )
      }
      before = { sequence, hash: event.hash }
    },
    end: () => ({ entries: before.sequence, hash: before.hash, faults: [...faults, ...describeMoved(moved)].toSorted(byPlace) }),
  }
}

/** An entry that was given another number still holds under the one that it was written with. */
function findPlace(event: LedgerEvent, shift: number, hash: Hash): number | undefined {
  const near = Array.from({ length: 2 * farthest + 1 }, (_, index) => event.sequence + index - farthest)
  return [event.sequence + shift, ...near].find((sequence) => sequence > 0 && event.hash === hashEntry({ ...event, sequence }, hash))
}

/** Entries that were moved farther than this are called changed, which is as true. */
const farthest = 200

/** Numbers that changed places among themselves were reordered; others make room, or close a gap. */
function describeMoved(moved: readonly { readonly at: number; readonly from: number }[]): readonly LedgerFault[] {
  const [first] = moved
  if (first === undefined) return []
  const places = new Set(moved.map(({ at }) => at))
  const numbers = moved.map(({ at, from }) => `entry ${at} was written as entry ${from}`).slice(0, 5)
  const told = `${numbers.join(', ')}${moved.length > numbers.length ? ' and so on' : ''}`
  if (moved.every(({ from }) => places.has(from))) return [fault('reordered', first.at, `Entries changed places: ${told}.`)]
  if (first.from < first.at)
    return [fault('inserted', first.at - 1, `Something was put in before entry ${first.at}, and what follows was renumbered: ${told}.`)]
  return [fault('removed', first.at, `Something was taken out before entry ${first.at}, and what follows was renumbered: ${told}.`)]
}

function fault(kind: LedgerFaultKind, sequence: number, message: string): LedgerFault {
  return { kind, sequence, message }
}

function byPlace(a: LedgerFault, b: LedgerFault): number {
  return a.sequence - b.sequence
}

function entriesText(from: number, to: number): string {
  return from >= to ? `Entry ${from} is` : `Entries ${from} to ${to} are`
}
