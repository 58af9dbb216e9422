/** Things that wait for their end, each taken once and not for long; bounded, since anybody may begin one. */
export interface Pendings<T> {
  /** `keptMs`: for how long it waits. */
  put(id: string, value: T, keptMs: number): void
  /** Undefined when there is none, or no more. */
  take(id: string): T | undefined
}

const most = 1000

export function createPendings<T>(now: () => number = Date.now): Pendings<T> {
  const kept = new Map<string, { readonly value: T; readonly until: number }>()
  return {
    put(id, value, keptMs) {
      // The oldest makes room: a Map lists in the order of insertion.
      for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - most + 1))) kept.delete(old)
      kept.set(id, { value, until: now() + keptMs })
    },
    take(id) {
      const found = kept.get(id)
      kept.delete(id)
      return found !== undefined && now() < found.until ? found.value : undefined
    },
  }
}
