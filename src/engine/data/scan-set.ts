/** A set of pairs of hashes, each with a small number that tells where it is from. Takes ten bytes a slot and no more than it was given room for. */
export interface HashSet {
  readonly size: number
  readonly isFull: boolean
  add(low: number, high: number, from: number): void
  /** Where it is from, or -1. */
  find(low: number, high: number): number
}

const firstSlots = 1 << 16

/** `atMost`: pairs; what is added beyond is left out, and `isFull` tells. */
export function createHashSet(atMost: number): HashSet {
  let slots = firstSlots
  // 0: the slot is free; so one look tells of most that is not there.
  let lows = new Int32Array(slots)
  let highs = new Int32Array(slots)
  let froms = new Uint16Array(slots)
  let size = 0

  function slotOf(low: number, high: number): number {
    let slot = (low ^ (high << 7)) & (slots - 1)
    while (lows[slot] !== 0 && (lows[slot] !== low || highs[slot] !== high)) slot = (slot + 1) & (slots - 1)
    return slot
  }

  function put(low: number, high: number, from: number): boolean {
    const slot = slotOf(low, high)
    if (lows[slot] !== 0) return false
    lows[slot] = low
    highs[slot] = high
    froms[slot] = from
    return true
  }

  function grow(): void {
    const old = { lows, highs, froms }
    slots *= 2
    lows = new Int32Array(slots)
    highs = new Int32Array(slots)
    froms = new Uint16Array(slots)
    for (let slot = 0; slot < old.froms.length; slot++) {
      const low = old.lows[slot] ?? 0
      if (low !== 0) put(low, old.highs[slot] ?? 0, old.froms[slot] ?? 0)
    }
  }

  return {
    get size() {
      return size
    },
    get isFull() {
      return size >= atMost
    },
    add(low, high, from) {
      if (size >= atMost) return
      if (size * 2 >= slots) grow()
      if (put(low === 0 ? 1 : low, high, from)) size++
    },
    find(low, high) {
      const slot = slotOf(low === 0 ? 1 : low, high)
      return lows[slot] === 0 ? -1 : (froms[slot] ?? -1)
    },
  }
}
