import { nodeHashing } from '#adapters/world'
import type { Instant } from '#domain/kernel'
import type { KeptDetails } from '#domain/people'
import type { EngineDependencies } from '#engine'
import { withPersonalDetails } from '#engine'
import type { Directory, ReadModel } from '#engine/ports'

/** A directory in memory, and the read model as it is read with it. */
export function withMemoryDirectory(readModel: ReadModel): Pick<EngineDependencies, 'readModel' | 'directory' | 'tokenUses'> {
  const directory = createMemoryDirectory()
  const uses = new Map<string, Instant>()
  return {
    readModel: withPersonalDetails(readModel, { directory, hashing: nodeHashing }),
    directory,
    tokenUses: {
      note: async (tokenId, at) => void uses.set(tokenId, at),
      load: async () => uses,
    },
  }
}

export function createMemoryDirectory(): Directory {
  let kept: readonly KeptDetails[] = []
  return {
    load: async () => kept,
    put: async (details) => {
      kept = [...kept, ...details]
    },
    forget: async (personId) => {
      const before = kept.length
      kept = kept.filter((one) => one.personId !== personId)
      return before - kept.length
    },
  }
}
