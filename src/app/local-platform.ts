import type { EmulatorOptions } from '#emulator'
import type { Log } from '#engine/ports'
import { deployerClient, loadLocalSecret, localTenant, makerClient } from './local-secrets.ts'
import { startChild } from './processes/child.ts'
import { supervise } from './processes/supervise.ts'
import type { Workspace } from './workspace.ts'

/** The local environments, running in a process of their own and spoken to over HTTP only. */
export interface LocalPlatform {
  readonly url: string
  stop(): Promise<void>
}

export const localEnvironments = ['dev', 'test', 'prod'] as const

const readyWithinMs = 30_000

export async function startLocalPlatform(options: {
  readonly workspace: Workspace
  readonly port: number
  readonly log: Log
}): Promise<LocalPlatform> {
  const start = await emulatorOptions(options.workspace, options.port)
  let { port } = options
  const supervised = await supervise(
    'emulator',
    async () => {
      const child = await startChild<{ readonly url: string; readonly port: number }>({
        entry: new URL('./processes/emulator-process.js', import.meta.url),
        name: 'emulator',
        // After a restart it must listen where it listened before.
        start: { ...start, port },
        readyWithinMs,
      })
      port = child.ready.port
      return child
    },
    options.log,
  )
  return { url: supervised.current().ready.url, stop: () => supervised.stop() }
}

/** Three environments, and the two identities that the local workspace has secrets for. */
export async function emulatorOptions(workspace: Workspace, port: number): Promise<EmulatorOptions> {
  const clients = [
    { tenantId: localTenant, ...deployerClient, clientSecret: await loadLocalSecret(workspace, 'deployer') },
    { tenantId: localTenant, ...makerClient, clientSecret: await loadLocalSecret(workspace, 'maker') },
  ]
  return {
    port,
    dataDir: workspace.emulatorData,
    environments: [...localEnvironments],
    clients,
    adminSecret: await loadLocalSecret(workspace, 'emulator-admin'),
  }
}
