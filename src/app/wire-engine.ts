import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { celConditions } from '#adapters/cel'
import { createAdministrations, createEnvironments } from '#adapters/dataverse'
import { createArtifactStore, createRescueStore } from '#adapters/files'
import { createPullRequests } from '#adapters/forge'
import { createMasking } from '#adapters/masking'
import type { Secrets } from '#adapters/secrets'
import { createSecrets } from '#adapters/secrets'
import { createSigning } from '#adapters/signing'
import { createStore } from '#adapters/store'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import { shippedPolicy } from '#domain/policy'
import type { EngineDependencies } from '#engine'
import { projections, projectionsVersion, withPersonalDetails } from '#engine'
import type { DurableStarter, Log, NotificationStore } from '#engine/ports'
import type { Workspace } from './workspace.ts'
import { productVersion } from './product-version.ts'
import { sourceControls } from './source-controls.ts'

/** The dependencies that server and worker share: store, artifacts, environments, clock. */
export function wireEngine(options: {
  readonly workspace: Workspace
  readonly databaseUrl: string
  readonly starter: DurableStarter
  readonly log: Log
}): {
  readonly deps: EngineDependencies
  /** For the worker alone. */
  readonly secrets: Secrets
  readonly notifications: NotificationStore
  close(): Promise<void>
} {
  const { workspace, databaseUrl, starter, log } = options
  const store = createStore({ url: databaseUrl, projections, clock: systemClock, hashing: nodeHashing })
  const secrets = createSecrets({ env: process.env, baseFolder: join(workspace.folder), log })
  const deps: EngineDependencies = {
    ledger: store.ledger,
    readModel: withPersonalDetails(store.readModel, { directory: store.directory, hashing: nodeHashing }),
    directory: store.directory,
    tokenUses: store.tokenUses,
    notifications: store.notifications,
    artifacts: createArtifactStore(workspace.artifacts),
    observations: store.observations,
    signing: createSigning({ keyFile: workspace.signingKey }),
    masking: createMasking({ keyFile: workspace.maskingKey }),
    rescues: createRescueStore({ folder: workspace.rescues, keyFile: workspace.rescueKey }),
    administrations: createAdministrations({ secrets, clock: systemClock, log }),
    environments: createEnvironments({ secrets, clock: systemClock, log }),
    starter,
    clock: systemClock,
    ids: randomIds,
    hashing: nodeHashing,
    policy: shippedPolicy,
    version: productVersion,
    conditions: celConditions,
    pullRequests: createPullRequests({ secrets }),
    openSourceControl: sourceControls({ workspace: workspace.folder, workFolder: `${workspace.sourceWork}-read`, log }),
    log,
    pause: (ms) => pause(ms),
  }
  return { deps, secrets, notifications: store.notifications, close: () => store.close() }
}

/** Folds the ledger again when other projections folded it last; before anything reads or appends. Returns how many entries it folded. */
export async function refreshReadModels(databaseUrl: string): Promise<number> {
  const store = createStore({ url: databaseUrl, projections, clock: systemClock, hashing: nodeHashing })
  try {
    return await store.refreshReadModels(projectionsVersion)
  } finally {
    await store.close()
  }
}
