import { giveKind, readEnvironmentKind } from '../admin-plane/environment-record.ts'
import type { ControlApi } from '../admin/control-request.ts'
import { admitRegistered } from '../auth/application-users.ts'
import type { ClientRegistration, PersonRegistration } from '../auth/registration.ts'
import { inLowerCase } from '../auth/registration.ts'
import { openSigningKey } from '../auth/signing-key.ts'
import type { Clock } from '../clock.ts'
import { createClock } from '../clock.ts'
import type { FaultsFile } from '../faults/fault.ts'
import type { FaultList } from '../faults/fault-list.ts'
import { createFaultList } from '../faults/fault-list.ts'
import { jobFaults } from '../faults/job-faults.ts'
import { tokenLife } from '../faults/request-faults.ts'
import { risingGuids } from '../guids.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import { createJobs } from '../jobs/start-jobs.ts'
import { createLimiter } from '../limits/limiter.ts'
import type { ServiceLimits } from '../limits/numbers.ts'
import type { EmulatorStore } from '../store/store.ts'
import { openStore } from '../store/store.ts'
import { mountPlatformSolution, prepareEnvironment } from '../templates/index.ts'
import { answer } from './answer.ts'
import type { Emulator } from './emulator.ts'
import type { Environments } from './environments.ts'
import { createEnvironments, keepTemplate } from './environments.ts'
import { listen, stopListening } from './listen.ts'
import { furnishEnvironment } from './new-environment.ts'
import { openServer } from './server.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** What the local environments of a folder are made of. */
export interface FolderOptions {
  /** Folder that keeps all state; made when absent. */
  readonly dataDir: string
  /** Which platform solutions a new environment has; `dataverse` unless given. */
  readonly template?: string
  readonly clients: readonly ClientRegistration[]
  /** People who can sign in by a device code; none unless given. */
  readonly people?: readonly PersonRegistration[]
  /** How much faster than usual the service's time goes (clock.ts); 1 unless given, 0.1 is ten times slower. */
  readonly clockScale?: number
}

/** An environment with its kind: `Production`, `Sandbox`, `Developer`, `Trial` or `Default`. One that was administered before keeps its own. */
export interface WantedEnvironment {
  readonly name: string
  /** `Sandbox` unless given. */
  readonly kind?: string
}

export interface EmulatorOptions extends FolderOptions {
  /** 0 takes a free port. */
  readonly port: number
  /** Address to listen on; 127.0.0.1 unless given. */
  readonly host?: string
  /** Made when the folder has them not; those that it has besides are served too. */
  readonly environments: readonly (string | WantedEnvironment)[]
  /** Made too when the folder has none yet. */
  readonly firstEnvironments?: readonly (string | WantedEnvironment)[]
  /** Life of access tokens in seconds; 3600 unless given. */
  readonly tokenLifetimeSeconds?: number
  /** Opens the control address `/_emulator/`; without it that address is closed. */
  readonly adminSecret?: string
  /** The service's own (limits/numbers.ts) unless given. */
  readonly limits?: ServiceLimits | 'off'
  /** In force from the start; none unless given. */
  readonly faults?: FaultsFile
}

export interface RunningEmulator {
  /** `http://host:port`; an environment is at `<url>/<name>/api/data/v9.2/`. */
  readonly url: string
  readonly port: number
  environments(): readonly string[]
  /** Answers what is open, lets running operations end, and releases the store. */
  close(): Promise<void>
}

/** The environments of a folder that no emulator serves. */
export interface EnvironmentsFolder extends Environments {
  names(): readonly string[]
  close(): Promise<void>
}

/**
 * Starts local Dataverse environments over one data folder. What a killed process left unfinished is ended first. Throws
 * `emulator.environment-name`, `emulator.environment-kind`, `emulator.template-unknown`, `emulator.cannot-listen`.
 */
export async function startEmulator(given: EmulatorOptions): Promise<RunningEmulator> {
  const options = inLowerCase(given)
  const host = options.host ?? '127.0.0.1'
  const faults = createFaultList(options.faults?.seed)
  faults.add(options.faults?.faults ?? [])
  const parts = await openParts(options, faults)
  const { store, jobs, close } = parts
  try {
    const first = store.environments().length === 0 && options.environments.length === 0 ? (options.firstEnvironments ?? []) : []
    await prepareAll(parts, [...options.environments, ...first])
    const emulator = await emulatorOf(parts, options)
    const server = openServer((request) => answer(emulator, request))
    const port = await listen(server, options.port, host)
    return {
      url: `http://${host}:${port}`,
      port,
      environments: () => store.environments(),
      async close() {
        await stopListening(server)
        await jobs.idle()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens the environments of a folder without serving them. Only one process may have it open. */
export async function openEnvironments(options: FolderOptions): Promise<EnvironmentsFolder> {
  const { environments, store, jobs, close } = await openParts(inLowerCase(options), createFaultList())
  for (const name of store.environments()) await jobs.recover(store.environment(name))
  return { ...environments, names: () => store.environments(), close }
}

interface Parts {
  readonly store: EmulatorStore
  readonly jobs: JobRunner
  readonly clock: Clock
  readonly faults: FaultList
  readonly environments: Environments
  readonly make: { now(): Date; guid(): string }
  close(): Promise<void>
}

async function openParts(options: FolderOptions, faults: FaultList): Promise<Parts> {
  const clock = createClock(options.clockScale)
  const make = { now: () => clock.now(), guid: risingGuids() }
  const store = await openStore(options.dataDir)
  const jobs = createJobs({ clock, guid: make.guid, faults: jobFaults(faults) })
  const environments = createEnvironments({ store, jobs, now: make.now }, async (env, template = options.template ?? 'dataverse') => {
    await prepareEnvironment(env, { ...make, template })
    await keepTemplate(env, template)
    await furnishEnvironment(env, make)
    await env.write((tx) => admitRegistered(tx, { clients: options.clients, people: options.people ?? [] }, make))
  })
  return {
    store,
    jobs,
    clock,
    faults,
    environments,
    make,
    async close() {
      await jobs.stop()
      await store.close()
    },
  }
}

// All that are there, and not only those that are asked for: a killed process may have left any of them half made.
async function prepareAll({ store, jobs, environments }: Parts, given: EmulatorOptions['environments']): Promise<void> {
  const wanted = given.map((each) => (typeof each === 'string' ? { name: each } : each))
  const kinds = wanted.flatMap(({ name, kind }) => (kind === undefined ? [] : [{ name, kind: readEnvironmentKind(kind) }]))
  for (const name of new Set([...wanted.map((each) => each.name), ...store.environments()])) {
    await environments.prepare(name)
    await jobs.recover(store.environment(name))
  }
  await store.tenant().write((tx) => {
    for (const { name, kind } of kinds) giveKind(tx, name, kind)
  })
}

async function emulatorOf(parts: Parts, options: EmulatorOptions): Promise<Emulator> {
  const { store, jobs, clock, faults, environments, make } = parts
  const limiter = createLimiter(clock, options.limits)
  const usualLife = options.tokenLifetimeSeconds ?? 3600
  const control: ControlApi | undefined =
    options.adminSecret === undefined
      ? undefined
      : {
          ...{ store, environments, jobs, clock, faults, limiter },
          ...make,
          secret: options.adminSecret,
          mountSolution: (env, solution) => mountPlatformSolution(env, solution, make),
        }
  return {
    ...{ store, environments, jobs, clock, faults, limiter, control },
    ...make,
    tokens: new VerifiedTokens(),
    key: await openSigningKey(options.dataDir),
    clients: options.clients,
    people: options.people ?? [],
    get tokenLifetimeSeconds() {
      return tokenLife(faults, usualLife)
    },
  }
}
