import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The built product: journeys run what users run. `npm test` builds it first. */
const dist = join(import.meta.dirname, '../../dist')

async function load<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(dist, path)).href)) as T
}

export const { startUp } = await load<typeof import('../../src/app/start-up.ts')>('app/start-up.js')
export const { localConfiguration, personId, standardPipeline, strictPipeline, testStage, productionStage } =
  await load<typeof import('../../src/app/local-configuration.ts')>('app/local-configuration.js')
export const { loadLocalSecret, localTenant, deployerClient, makerClient } =
  await load<typeof import('../../src/app/local-secrets.ts')>('app/local-secrets.js')
export const { localPace } = await load<typeof import('../../src/app/local-pace.ts')>('app/local-pace.js')
export const { openPlatformControl } = await load<typeof import('../../src/app/platform-control.ts')>('app/platform-control.js')
export const { createRehearsal, granted, Refused, until } =
  await load<typeof import('../../src/app/demo/rehearsal.ts')>('app/demo/rehearsal.js')
export const { prepareEnvironments, importIntoDev } =
  await load<typeof import('../../src/app/demo/prepare-environments.ts')>('app/demo/prepare-environments.js')
export const { prepareRelease, promote } = await load<typeof import('../../src/app/demo/walk.ts')>('app/demo/walk.js')
export const { approveAll } = await load<typeof import('../../src/app/demo/approve.ts')>('app/demo/approve.js')
export const { loadMaterial, loadMaterialFromBytes, packSample } =
  await load<typeof import('../../src/app/demo/material.ts')>('app/demo/material.js')
export const { governed } = await load<typeof import('../../src/app/demo/governed.ts')>('app/demo/governed.js')
export const { tierOfMaterial } = await load<typeof import('../../src/app/demo/tier-of-material.ts')>('app/demo/tier-of-material.js')
export const { connectionsFor } = await load<typeof import('../../src/app/demo/generated-settings.ts')>('app/demo/generated-settings.js')
export const { openWorkspace } = await load<typeof import('../../src/app/workspace.ts')>('app/workspace.js')
export const { issueTokenIn } = await load<typeof import('../../src/app/issue-token.ts')>('app/issue-token.js')
export const { toConfigurationFile } = await load<typeof import('../../src/contract/index.ts')>('contract/index.js')

export type RunningDrover = Awaited<ReturnType<typeof startUp>>
export type Rehearsal = ReturnType<typeof createRehearsal>

/** A whole stack in a temporary workspace, on free ports; stopped and removed by `stop`. */
export async function startStack(
  options: { readonly hasWorker?: boolean; readonly clockScale?: number } = {},
): Promise<{ readonly drover: RunningDrover; stop(): Promise<void> }> {
  const workspace = await mkdtemp(join(tmpdir(), 'drover-journey-'))
  const drover = await startUp({ workspace, host: '127.0.0.1', port: 0, emulatorPort: 0, pace: localPace, ...options }, () => undefined)
  return {
    drover,
    async stop() {
      await drover.stop()
      await rm(workspace, { recursive: true, force: true })
    },
  }
}
