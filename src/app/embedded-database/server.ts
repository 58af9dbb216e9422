import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { DroverError } from '#domain/kernel'
import type { Log } from '#engine/ports'
import type { DatabaseUser } from './account.ts'
import type { Binaries } from './binaries.ts'
import { choosePort } from './port.ts'
import { isReady, stopOrphan } from './postmaster.ts'

export interface ServerOptions {
  readonly binaries: Binaries
  readonly dataFolder: string
  readonly user: DatabaseUser | undefined
  readonly secrets: { readonly adminPassword: string; readonly ownerPassword: string }
  /** Remembers the port, so that URLs stay the same from start to start. */
  readonly portFile: string
  readonly log: Log
}

export interface Server {
  readonly port: number
  /** Makes the owner login and its database on the first start. */
  prepare(adminUrl: string, secrets: ServerOptions['secrets']): Promise<void>
  stop(): Promise<void>
}

const startTimeoutMs = 60_000
const stopTimeoutMs = 20_000
const attempts = 5

/** Starts PostgreSQL on the data folder, making it first when it is new, and after stopping what a killed process left running. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { dataFolder, log } = options
  if (!(await exists(options))) await initialise(options)
  if (await stopOrphan(dataFolder)) log.info('Stopped the database server that a killed process had left running.', { dataFolder })
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(options.portFile, attempt > 1)
    const child = await launch(options, port)
    if (await becomesReady(child, dataFolder)) return { port, prepare, stop: stopAtExit(child, log) }
    // The port was taken in between, or processes of a killed server still hold its memory: both pass.
    if (attempt === attempts) throw await startFailed(options)
    await delay(300 * attempt)
  }
}

async function exists({ dataFolder, user }: ServerOptions): Promise<boolean> {
  const found = await stat(dataFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw notYours(dataFolder, error)
  })
  if (found === undefined) return false
  const wanted = user?.uid ?? process.getuid?.()
  if (wanted !== undefined && found.uid !== wanted) throw notYours(dataFolder, undefined)
  return true
}

function notYours(dataFolder: string, cause: unknown): DroverError {
  return new DroverError('workspace.not-yours', `The database in ${dataFolder} belongs to another user of this machine.`, {
    hint: 'Run Drover as the user who made this workspace, or choose another workspace folder.',
    cause,
  })
}

/** Into a folder aside and then renamed, so that a killed initdb leaves nothing that looks like a database. */
async function initialise({ binaries, dataFolder, user, secrets, log }: ServerOptions): Promise<void> {
  log.info('Making a database; this happens once per workspace.', { dataFolder })
  const making = `${dataFolder}.making`
  const passwordFile = join(dirname(dataFolder), `.password-${randomBytes(6).toString('hex')}`)
  await rm(making, { recursive: true, force: true })
  try {
    await writeFile(passwordFile, `${secrets.adminPassword}\n`, { mode: 0o600 })
    if (user !== undefined) await chown(passwordFile, user.uid, user.gid)
    const flags = ['--auth=scram-sha-256', '--username=drover_admin', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C']
    await runInitdb(binaries.initdb, [`--pgdata=${making}`, ...flags], user)
    await rename(making, dataFolder)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function runInitdb(initdb: string, flags: readonly string[], user: DatabaseUser | undefined): Promise<void> {
  const child = spawn(initdb, flags, { ...user, cwd: '/', env: environment(), stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return
  throw new DroverError('database.init-failed', `The database could not be made (initdb ended with ${code}): ${output.trim()}`, {
    hint: 'Check the free space and the rights of the workspace, or set DATABASE_URL to a PostgreSQL of your own.',
  })
}

/** Ours are not inherited: PGPORT and its kin would change what is started. */
function environment(): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))), LC_ALL: 'C', TZ: 'UTC' }
}

/** In a session of its own: Ctrl-C in a terminal reaches us only, and we stop the server when its users are done. */
async function launch({ binaries, dataFolder, user }: ServerOptions, port: number): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    log_min_messages: 'warning',
    log_statement: 'none',
    // A failing statement's text may carry values that belong in no log.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logFile = await open(logPath(dataFolder), 'w', 0o600)
  try {
    return spawn(binaries.postgres, ['-D', dataFolder, '-p', String(port), ...flags], {
      ...user,
      cwd: '/',
      env: environment(),
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
    })
  } finally {
    await logFile.close()
  }
}

function logPath(dataFolder: string): string {
  return join(dirname(dataFolder), 'postgres.log')
}

async function becomesReady(child: ChildProcess, dataFolder: string): Promise<boolean> {
  let isOver = false
  child.once('error', () => {
    isOver = true
  })
  child.once('exit', () => {
    isOver = true
  })
  const deadline = Date.now() + startTimeoutMs
  while (!isOver && Date.now() < deadline) {
    if (child.pid !== undefined && (await isReady(dataFolder, child.pid))) return true
    await delay(10)
  }
  if (!isOver) child.kill('SIGQUIT')
  return false
}

async function startFailed({ dataFolder, binaries }: ServerOptions): Promise<DroverError> {
  const output = await readFile(logPath(dataFolder), 'utf8').catch(() => '')
  const tail = output.trim().split('\n').slice(-4).join(' | ')
  return new DroverError(
    'database.start-failed',
    `The embedded PostgreSQL (${binaries.postgres}) did not start on ${dataFolder}: ${tail}`,
    {
      hint: `Read ${logPath(dataFolder)}; if another PostgreSQL uses that folder, stop it.`,
    },
  )
}

/** Stops once, by a fast shutdown; also when this process ends without having asked for it. */
function stopAtExit(child: ChildProcess, log: Log): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.once('exit', (code, signal) => {
    if (stopping === undefined) log.error('The database server ended by itself; stop Drover and start it again.', { code, signal })
  })
  const onExit = (): void => void child.kill('SIGINT')
  process.once('exit', onExit)
  // A server that runs must not keep a process alive that has nothing else to do.
  child.unref()
  const stop = async (): Promise<void> => {
    process.removeListener('exit', onExit)
    if (child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    child.kill('SIGINT')
    const isInTime = await Promise.race([exited.then(() => true), delay(stopTimeoutMs, false, { ref: false })])
    if (isInTime) return
    child.kill('SIGQUIT')
    await exited
  }
  return () => (stopping ??= stop())
}

async function prepare(adminUrl: string, { ownerPassword }: ServerOptions['secrets']): Promise<void> {
  const client = new Client({ connectionString: adminUrl, application_name: 'drover prepare' })
  await client.connect()
  try {
    const owner = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'drover_owner'")
    if (owner.rowCount === 0) {
      await client.query(`CREATE ROLE drover_owner LOGIN CREATEROLE PASSWORD ${client.escapeLiteral(ownerPassword)}`)
    }
    const database = await client.query("SELECT 1 FROM pg_database WHERE datname = 'drover'")
    if (database.rowCount === 0) await client.query('CREATE DATABASE drover OWNER drover_owner')
    await client.query('REVOKE ALL ON DATABASE drover FROM PUBLIC')
  } finally {
    await client.end()
  }
}
