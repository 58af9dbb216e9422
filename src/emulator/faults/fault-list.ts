import { ODataError } from '../errors.ts'
import type { Fault, FaultKind, FaultOf } from './fault.ts'

/** A fault that is in force, and how often it struck. */
export interface ListedFault {
  readonly id: string
  readonly struck: number
  readonly fault: Fault
}

/** The faults that are in force. */
export interface FaultList {
  readonly isEmpty: boolean
  list(): readonly ListedFault[]
  /** Puts them into force and returns their ids. Throws 409 `emulator.fault-exists`. */
  add(faults: readonly Fault[]): readonly string[]
  /** False when there is none with that id. */
  remove(id: string): boolean
  clear(): void
  /** The first fault of the kind that this occasion meets and that strikes; counted. */
  strike<K extends FaultKind>(kind: K, meets: (fault: FaultOf<K>) => boolean): FaultOf<K> | undefined
}

interface Entry {
  readonly id: string
  readonly fault: Fault
  readonly draw: () => number
  occasions: number
  struck: number
}

export function createFaultList(seed = 1): FaultList {
  const entries = new Map<string, Entry>()
  let made = 0
  function idFor(fault: Fault): string {
    if (fault.id !== undefined) return fault.id
    do made += 1
    while (entries.has(`${fault.kind}-${made}`))
    return `${fault.kind}-${made}`
  }
  return {
    get isEmpty() {
      return entries.size === 0
    },
    list: () => [...entries.values()].map(({ id, struck, fault }) => ({ id, struck, fault })),
    add(faults) {
      const taken = faults.find(
        (fault, index) => fault.id !== undefined && (entries.has(fault.id) || faults.findIndex((other) => other.id === fault.id) !== index),
      )
      if (taken !== undefined)
        throw new ODataError(
          409,
          'emulator.fault-exists',
          `There is a fault '${taken.id ?? ''}' already: remove it first, or choose another id.`,
        )
      return faults.map((fault) => {
        const id = idFor(fault)
        entries.set(id, { id, fault, draw: drawer(seed, id), occasions: 0, struck: 0 })
        return id
      })
    },
    remove: (id) => entries.delete(id),
    clear: () => entries.clear(),
    strike<K extends FaultKind>(kind: K, meets: (fault: FaultOf<K>) => boolean) {
      for (const entry of entries.values()) {
        if (entry.fault.kind !== kind) continue
        const fault = entry.fault as FaultOf<K>
        if (meets(fault) && strikes(entry)) return fault
      }
      return undefined
    },
  }
}

function strikes(entry: Entry): boolean {
  const { after, count, probability } = entry.fault
  if (count !== undefined && entry.struck >= count) return false
  entry.occasions += 1
  if (entry.occasions <= after) return false
  if (probability < 1 && entry.draw() >= probability) return false
  entry.struck += 1
  return true
}

/** Numbers from 0 to 1 that are the same for the same seed and fault, whatever other faults draw (mulberry32). */
function drawer(seed: number, id: string): () => number {
  let state = seed
  for (const character of id) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Whether a text is what a pattern says, in which * stands for any text; upper and lower case are the same. */
export function matchesPattern(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true
  const [first = '', ...rest] = pattern.toLowerCase().split('*')
  const wanted = text.toLowerCase()
  if (rest.length === 0) return wanted === first
  if (!wanted.startsWith(first)) return false
  let from = first.length
  for (const part of rest.slice(0, -1)) {
    const at = wanted.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  const last = rest.at(-1) ?? ''
  return wanted.length - last.length >= from && wanted.endsWith(last)
}
