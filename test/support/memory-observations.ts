import type { ObservationStore, ObservedPart } from '#engine/ports'

/** Parts of observations as long as the process lives. */
export function createMemoryObservations(): ObservationStore {
  const lanes = new Map<string, Map<string, ObservedPart>>()
  const partsOf = (lane: string): Map<string, ObservedPart> => {
    const parts = lanes.get(lane) ?? new Map<string, ObservedPart>()
    lanes.set(lane, parts)
    return parts
  }
  return {
    loadParts: async (lane, prefix) => [...partsOf(lane).values()].filter((part) => part.key.startsWith(prefix)),
    findParts: async (lane, keys) => keys.flatMap((key) => partsOf(lane).get(key) ?? []),
    saveParts: async (lane, parts) => {
      for (const part of parts) partsOf(lane).set(part.key, structuredClone(part))
    },
    removeParts: async (lane, keys) => {
      for (const key of keys) partsOf(lane).delete(key)
    },
  }
}
