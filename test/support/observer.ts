import { setTimeout as pause } from 'node:timers/promises'
import { celConditions } from '#adapters/cel'
import { createEnvironments } from '#adapters/dataverse'
import { createArtifactStore, createRescueStore } from '#adapters/files'
import { createStore } from '#adapters/store'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import type { Instant } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { EngineDependencies } from '#engine'
import { projections, withPersonalDetails } from '#engine'
import { noAdministrations } from './no-administration.ts'
import { memorySigning } from './memory-signing.ts'
import { noMasking } from './no-masking.ts'

/** What a process needs to observe: told as JSON, so that another process can be told the same. */
export interface ObserverWorld {
  readonly databaseUrl: string
  readonly folder: string
  readonly secret: string
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The real parts that observing takes, with a clock of one's own if wanted. */
export function openObserver(
  world: ObserverWorld,
  clock: { now(): Instant } = systemClock,
): { readonly deps: EngineDependencies; close(): Promise<void> } {
  const store = createStore({ url: world.databaseUrl, projections, clock, hashing: nodeHashing })
  const environments = createEnvironments({ secrets: { resolve: async () => world.secret }, clock: systemClock, log: silent })
  return {
    deps: {
      ledger: store.ledger,
      readModel: withPersonalDetails(store.readModel, { directory: store.directory, hashing: nodeHashing }),
      directory: store.directory,
      tokenUses: store.tokenUses,
      observations: store.observations,
      artifacts: createArtifactStore(`${world.folder}/artifacts`),
      administrations: noAdministrations,
      masking: noMasking,
      signing: memorySigning(),
      rescues: createRescueStore({ folder: `${world.folder}/rescues`, keyFile: `${world.folder}/rescue.key` }),
      environments,
      starter: { start: async () => undefined, state: async () => 'unknown' },
      clock,
      ids: randomIds,
      hashing: nodeHashing,
      policy: shippedPolicy,
      conditions: celConditions,
      log: silent,
      pause: (ms) => pause(ms),
    },
    close: () => store.close(),
  }
}
