import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { DroverError } from '#domain/kernel'
import type { ControlApi } from '../admin/control-api.ts'
import { admitRegistered } from '../auth/application-users.ts'
import type { ClientRegistration, PersonRegistration } from '../auth/registration.ts'
import { openSigningKey } from '../auth/signing-key.ts'
import { createClock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { createJobs } from '../jobs/start-jobs.ts'
import type { EmulatorStore } from '../store/store.ts'
import { openStore } from '../store/store.ts'
import { mountPlatformSolution, prepareEnvironment as applyTemplate } from '../templates/index.ts'
import { answer } from './answer.ts'
import type { Emulator } from './emulator.ts'
import { furnishEnvironment } from './new-environment.ts'
import { openServer } from './server.ts'

export interface EmulatorOptions {
  /** 0 takes a free port. */
  readonly port: number
  /** Address to listen on; 127.0.0.1 unless given. */
  readonly host?: string
  /** Folder that keeps all state; made when absent. */
  readonly dataDir: string
  readonly environments: readonly string[]
  /** Which platform solutions a new environment has; `dataverse` unless given. */
  readonly template?: string
  readonly clients: readonly ClientRegistration[]
  /** People who can sign in by a device code; none unless given. */
  readonly people?: readonly PersonRegistration[]
  /** How much faster than usual the service's time goes (clock.ts); 1 unless given, 0.1 is ten times slower. */
  readonly clockScale?: number
  /** Life of access tokens in seconds; 3600 unless given. */
  readonly tokenLifetimeSeconds?: number
  /** Opens the control address `/_emulator/`; without it that address is closed. */
  readonly adminSecret?: string
}

export interface RunningEmulator {
  /** `http://host:port`; an environment is at `<url>/<name>/api/data/v9.2/`. */
  readonly url: string
  readonly port: number
  /** Answers what is open, lets running operations end, and releases the store. */
  close(): Promise<void>
}

/** Starts local Dataverse environments over one data folder. What a killed process left unfinished is ended first. */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const host = options.host ?? '127.0.0.1'
  const clock = createClock(options.clockScale)
  const make = { now: () => clock.now(), guid: () => randomUUID() }
  const store = await openStore(options.dataDir)
  const jobs = createJobs({ clock, guid: make.guid })
  try {
    for (const name of options.environments) {
      await prepareEnvironment(store, name, { options, make })
      await jobs.recover(store.environment(name))
    }
    const emulator: Emulator = {
      store,
      jobs,
      clock,
      key: await openSigningKey(options.dataDir),
      clients: options.clients,
      people: options.people ?? [],
      tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 3600,
      control: controlApi(store, jobs, { options, make }),
      ...make,
    }
    const server = openServer((request) => answer(emulator, request))
    const port = await listen(server, options.port, host)
    return {
      url: `http://${host}:${port}`,
      port,
      async close() {
        await stop(server)
        await jobs.idle()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

interface Making {
  readonly options: EmulatorOptions
  readonly make: { now(): Date; guid(): string }
}

async function prepareEnvironment(store: EmulatorStore, name: string, { options, make }: Making): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new DroverError('emulator.environment-name', `"${name}" cannot be the name of a local environment.`, {
      hint: 'Use up to 40 lower-case letters, digits and hyphens, beginning with a letter: the name stands in addresses.',
    })
  }
  if (!store.environments().includes(name)) await store.create(name)
  const env = store.environment(name)
  await applyTemplate(env, { ...make, ...(options.template === undefined ? {} : { template: options.template }) })
  await furnishEnvironment(env, make)
  await env.write((tx) => admitRegistered(tx, { clients: options.clients, people: options.people ?? [] }, make))
}

function controlApi(store: EmulatorStore, jobs: Jobs, making: Making): ControlApi | undefined {
  const { adminSecret } = making.options
  if (adminSecret === undefined) return undefined
  return {
    store,
    secret: adminSecret,
    ...making.make,
    mountSolution: (env, solution) => mountPlatformSolution(env, solution, making.make),
    async resetEnvironment(name) {
      const holder = jobs.holder(name)
      if (holder !== undefined)
        throw new ODataError(409, 'emulator.busy', `The environment '${name}' is busy with [${holder}]: wait until it has ended.`)
      await store.reset(name)
      await prepareEnvironment(store, name, making)
    },
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint =
        error.code === 'EADDRINUSE'
          ? 'Something else listens there: choose another port, or 0 for a free one.'
          : 'Choose another address or port.'
      reject(
        new DroverError('emulator.cannot-listen', `The local Dataverse cannot listen on ${host}:${port}: ${error.message}`, {
          hint,
          cause: error,
        }),
      )
    })
    server.listen(port, host, () => resolve())
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Keep-alive connections of clients that never let go must not hold the process.
    setTimeout(() => server.closeAllConnections(), 2_000).unref()
  })
}
