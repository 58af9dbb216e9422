import { readFile, writeFile } from 'node:fs/promises'
import { DroverError, errorMessage } from '#domain/kernel'
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

/** Development, test, production. */
export const localEnvironments = [
  { name: 'dev', kind: 'Sandbox' },
  { name: 'test', kind: 'Sandbox' },
  { name: 'prod', kind: 'Production' },
] as const

const readyWithinMs = 30_000
const defaultPort = 4700

/** Throws `emulator.cannot-listen` when the port is taken. */
export async function startLocalPlatform(options: {
  readonly workspace: Workspace
  /** Undefined: where this workspace had them, else {@link defaultPort}; 0: where this workspace had them, else any free port. */
  readonly port: number | undefined
  readonly clockScale: number
  readonly log: Log
}): Promise<LocalPlatform> {
  let port = await choosePort(options.workspace, options.port)
  const start = await emulatorOptions(options.workspace, port)
  const supervised = await supervise(
    'emulator',
    async () => {
      const child = await startChild<{ readonly url: string; readonly port: number }>({
        entry: new URL('./processes/emulator-process.js', import.meta.url),
        name: 'emulator',
        // After a restart it must listen where it listened before.
        start: { ...start, port, clockScale: options.clockScale },
        readyWithinMs,
      })
      port = child.ready.port
      return child
    },
    options.log,
  ).catch((error: unknown) => {
    throw explain(error, port)
  })
  await writeFile(options.workspace.emulatorPort, `${port}\n`, { mode: 0o600 })
  return { url: supervised.current().ready.url, stop: () => supervised.stop() }
}

/** The configuration of a workspace names its environments by address, so they stay where they were. */
async function choosePort(workspace: Workspace, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && wanted !== 0) return wanted
  const remembered = Number((await readFile(workspace.emulatorPort, 'utf8').catch(() => '')).trim())
  if (Number.isInteger(remembered) && remembered > 0 && remembered < 65_536) return remembered
  return wanted ?? defaultPort
}

function explain(error: unknown, port: number): unknown {
  if (!(error instanceof DroverError) || error.code !== 'emulator.cannot-listen') return error
  return new DroverError(error.code, errorMessage(error), {
    hint: `Stop what listens on port ${port}, or give the local environments another one with --emulator-port; the configuration of a workspace that already has one names their address, so change it there too.`,
    cause: error,
  })
}

/** Three environments, and who may sign in to them. */
export async function emulatorOptions(workspace: Workspace, port: number): Promise<EmulatorOptions> {
  return {
    port,
    dataDir: workspace.emulatorData,
    environments: localEnvironments,
    clients: await localClients(workspace),
    adminSecret: await loadLocalSecret(workspace, 'emulator-admin'),
  }
}

/** The two identities that the local workspace has secrets for. */
export async function localClients(workspace: Workspace): Promise<EmulatorOptions['clients']> {
  return [
    { tenantId: localTenant, ...deployerClient, clientSecret: await loadLocalSecret(workspace, 'deployer'), isAdministrator: true },
    { tenantId: localTenant, ...makerClient, clientSecret: await loadLocalSecret(workspace, 'maker') },
  ]
}
