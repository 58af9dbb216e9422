import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createStarter, migrateDurable } from '#adapters/durable'
import { appRole, migrate, requireLesserRole } from '#adapters/store'
import { createOpenId } from '#adapters/identity'
import { createSecrets } from '#adapters/secrets'
import { createLog } from '#adapters/world'
import { DroverError, errorMessage } from '#domain/kernel'
import type { Engine, Pace } from '#engine'
import { createEngine } from '#engine'
import type { Log } from '#engine/ports'
import { createServer } from '#server'
import { startDatabase } from './embedded-database.ts'
import { issueWorkspaceToken } from './issue-token.ts'
import { personId } from './local-configuration.ts'
import { startLocalPlatform } from './local-platform.ts'
import { startChild } from './processes/child.ts'
import { supervise } from './processes/supervise.ts'
import type { WorkerStart } from './processes/worker.ts'
import { refreshReadModels, wireEngine } from './wire-engine.ts'
import { openWorkspace, saveAccess, saveDatabaseAccess } from './workspace.ts'
import type { Workspace } from './workspace.ts'

export interface UpSettings {
  readonly workspace: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Port of the local environments; 0: any free port at the first start of a workspace, and the same again later; undefined: 4700 or the same again. */
  readonly emulatorPort: number | undefined
  /** How fast the time of the local environments goes; as at the service unless given. */
  readonly clockScale?: number
  readonly pace: Pace
  /** False: durable work waits for a worker that somebody else runs. */
  readonly hasWorker?: boolean
  readonly log?: Log
}

/** Everything that `drover up` runs, and how to stop it in the right order. */
export interface RunningDrover {
  readonly url: string
  readonly platformUrl: string
  readonly workspace: Workspace
  readonly engine: Engine
  /** What a worker of this stack is started with. */
  readonly workerStart: WorkerStart
  issueToken(person: string): Promise<string>
  stop(): Promise<void>
}

const workerReadyWithinMs = 60_000
const tokenHours = 12
/** Names the shape of recorded steps; changed only when work in flight could no longer be replayed, or that work would wait for ever. */
const recordedSteps = 'path-10'
/** The worker of this machine; it looks this often for what the ledger says should run, and only repeats what was asked for. */
const workerDefaults = { executorId: 'worker-1', applicationVersion: recordedSteps, sweepEveryMs: 1_000 } as const

/** Starts database, local environments, worker and server; whatever fails, what was started is stopped again. */
export async function startUp(settings: UpSettings, progress: (line: string) => void): Promise<RunningDrover> {
  const log = settings.log ?? createLog({ level: 'warn' })
  const workspace = await openWorkspace(settings.workspace)
  const stops: (() => Promise<void>)[] = []
  async function stop(): Promise<void> {
    for (const each of stops.splice(0).reverse())
      await each().catch((error: unknown) => log.warn('Something did not stop cleanly', { error: errorMessage(error) }))
  }
  try {
    const database = await startDatabase({
      workspace: workspace.folder,
      log,
      ...(process.env['DATABASE_URL'] ? { databaseUrl: process.env['DATABASE_URL'] } : {}),
    })
    stops.push(() => database.stop())
    await migrate(database.ownerUrl)
    await migrateDurable(database.ownerUrl, appRole)
    await requireLesserRole(database.appUrl)
    const folded = await refreshReadModels(database.appUrl)
    if (folded > 0) progress(`read models folded again from ${folded} ledger entries`)
    await saveDatabaseAccess(workspace, database.appUrl)
    progress(`database ready${process.env['DATABASE_URL'] ? ' (DATABASE_URL)' : ' (embedded PostgreSQL)'}`)
    const platform = await startLocalPlatform({ workspace, port: settings.emulatorPort, clockScale: settings.clockScale ?? 1, log })
    stops.push(() => platform.stop())
    progress(`local environments dev, test, prod at ${platform.url}`)
    const workerStart = { ...workerDefaults, workspace: workspace.folder, databaseUrl: database.appUrl, pace: settings.pace }
    if (settings.hasWorker !== false) {
      const worker = await startWorkerProcess(workerStart, log)
      stops.push(() => worker.stop())
      progress('worker ready')
    }
    const starter = await createStarter({ databaseUrl: database.appUrl, applicationVersion: recordedSteps })
    stops.push(() => starter.close())
    const wired = wireEngine({ workspace, databaseUrl: database.appUrl, starter, log })
    stops.push(() => wired.close())
    const engine = createEngine(wired.deps)
    const openId = createOpenId({ secrets: createSecrets({ env: process.env, baseFolder: workspace.folder, log }) })
    const server = createServer({ engine, openId, log, ...webRoot() })
    stops.push(async () => void (await server.close()))
    const url = await listen(server, settings)
    const issueToken = onePerPerson((person) => issueWorkspaceToken(wired.deps, { person, hours: tokenHours }))
    await saveAccess(workspace, { server: url, token: await issueToken(await firstPerson(engine)) })
    return { url, platformUrl: platform.url, workspace, engine, workerStart, issueToken, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Whoever asks again for a token gets the one that they have: each is an entry of the ledger. */
function onePerPerson(issue: (person: string) => Promise<{ readonly token: string }>): (person: string) => Promise<string> {
  const issued = new Map<string, Promise<string>>()
  return (person) => {
    const token = issued.get(person) ?? issue(person).then((made) => made.token)
    issued.set(person, token)
    token.catch(() => issued.delete(person))
    return token
  }
}

async function startWorkerProcess(start: WorkerStart, log: Log) {
  const entry = new URL('./processes/worker-process.js', import.meta.url)
  return supervise('worker', () => startChild<true>({ entry, name: 'worker', start, readyWithinMs: workerReadyWithinMs }), log)
}

async function listen(server: ReturnType<typeof createServer>, settings: UpSettings): Promise<string> {
  try {
    return await server.listen({ host: settings.host, port: settings.port })
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (!isTaken) throw error
    throw new DroverError('server.port-taken', `Port ${settings.port} on ${settings.host} is already in use.`, {
      hint: 'Stop what listens there, or choose another with --port.',
      cause: error,
    })
  }
}

/** The page is built beside the compiled product; sources run without it. */
function webRoot(): { webRoot?: string } {
  const folder = fileURLToPath(new URL('../web', import.meta.url))
  return existsSync(`${folder}/index.html`) ? { webRoot: folder } : {}
}

/** Who the workspace's own token speaks for: a platform administrator, before any configuration that of the local one, which comes first. */
async function firstPerson(engine: Engine): Promise<string> {
  const people = (await engine.loadConfiguration())?.configuration.people ?? []
  return (people.find((person) => person.roles.includes('platform-admin')) ?? people[0])?.id ?? personId('pat')
}
