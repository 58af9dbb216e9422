import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appRole, migrate } from '#adapters/store'
import { findNativeFolder, prepareBinaries } from './embedded-database/binaries.ts'
import type { Database, DatabaseOptions } from './embedded-database.ts'
import { removeDatabase, startDatabase } from './embedded-database.ts'
import { lockWorkspace } from './folder-lock.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const isRoot = process.getuid?.() === 0
let folder: string
let workspace: string
const running: Database[] = []
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-database-'))
  workspace = join(folder, 'workspace')
  // As a checkout usually is: others may pass through.
  await chmod(folder, 0o755)
})

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await ended(child)
  }
  await Promise.all(running.splice(0).map((database) => database.stop()))
  await stopLeftOver()
  await rm(folder, { recursive: true, force: true })
})

describe('the embedded database', () => {
  it('starts on an empty workspace and can be migrated by its owner', async () => {
    const database = await start()
    expect(await migrate(database.ownerUrl)).not.toEqual([])
    expect(await ask(database.appUrl, 'SELECT count(*)::int AS answer FROM drover.ledger')).toBe(0)
    expect(await ask(database.adminUrl ?? '', 'SELECT 1 AS answer')).toBe(1)
  })

  it('keeps data, port and passwords from start to start', async () => {
    const first = await start()
    await run(first.ownerUrl, 'CREATE TABLE kept (id int)')
    await first.stop()
    const { stop: _stop, ...urls } = await start()
    expect(urls).toEqual({ ownerUrl: first.ownerUrl, appUrl: first.appUrl, adminUrl: first.adminUrl })
    await run(urls.ownerUrl, 'SELECT * FROM kept')
  })

  it('keeps its passwords from other users, and lets nobody in without one', async () => {
    const database = await start()
    expect((await stat(join(workspace, 'database.json'))).mode & 0o777).toBe(0o600)
    const wrong = new URL(database.ownerUrl)
    wrong.password = 'wrong'
    await expect(run(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
  })

  it('listens on the loopback address only', async () => {
    const database = await start()
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find((face) => face.family === 'IPv4' && !face.internal)
    const url = new URL(database.ownerUrl)
    expect(
      await ask(
        database.adminUrl ?? '',
        "SELECT current_setting('listen_addresses') || current_setting('unix_socket_directories') AS answer",
      ),
    ).toBe('127.0.0.1')
    if (outside === undefined) return
    url.hostname = outside.address
    await expect(run(url.href, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('gives the app login less than the owner', async () => {
    const database = await start()
    await expect(run(database.appUrl, 'CREATE SCHEMA mine')).rejects.toMatchObject({ code: '42501' })
    await expect(run(database.appUrl, 'CREATE TABLE public.mine (id int)')).rejects.toMatchObject({ code: '42501' })
    expect(await ask(database.ownerUrl, 'SELECT rolsuper AS answer FROM pg_roles WHERE rolname = current_user')).toBe(false)
  })

  it('stops everything that it started', async () => {
    const database = await start()
    const pid = await postmasterPid()
    await database.stop()
    expect(isAlive(pid)).toBe(false)
    await expect(run(database.ownerUrl, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await database.stop()
  })

  it('takes another port when somebody took the one it had', async () => {
    const first = await start()
    await first.stop()
    const thief = createServer().listen(Number(new URL(first.ownerUrl).port), '127.0.0.1')
    await new Promise((resolve) => thief.once('listening', resolve))
    const second = await start()
    expect(new URL(second.ownerUrl).port).not.toBe(new URL(first.ownerUrl).port)
    await run(second.ownerUrl, 'SELECT 1')
    thief.close()
  })

  it('makes its data anew when making them was interrupted', async () => {
    const first = await start()
    await first.stop()
    const data = await dataFolder()
    await cp(data, `${data}.making`, { recursive: true })
    await rm(data, { recursive: true })
    await rm(join(`${data}.making`, 'global'), { recursive: true })
    await run((await start()).ownerUrl, 'SELECT 1')
  })

  it('says who must run it when the workspace belongs to another user', async (context) => {
    if (!isRoot) return context.skip('only root can give the workspace to another user')
    const first = await start()
    await first.stop()
    await chown(await dataFolder(), 12_345, 12_345)
    await expect(start()).rejects.toMatchObject({ code: 'workspace.not-yours' })
  })
})

describe('a workspace', () => {
  it('is given to one of two starts at once, and the other is told so', async () => {
    const outcomes = await Promise.all([keep(), keep()])
    expect(outcomes.map((outcome) => outcome['code']).sort()).toEqual(['workspace.in-use', undefined])
  })

  it('is refused while it is used, and free after the other stopped', async () => {
    const first = await start()
    await expect(start()).rejects.toMatchObject({ code: 'workspace.in-use', hint: expect.stringContaining('Stop it first') })
    await first.stop()
    await start()
  })
})

describe('after a kill', () => {
  it('of its parent, the database left behind is stopped and its data are there', async () => {
    const urls = await keep()
    await run(String(urls['ownerUrl']), 'CREATE TABLE kept (id int)')
    const orphan = await postmasterPid()
    await killLast()
    expect(isAlive(orphan)).toBe(true)
    const database = await start()
    expect(isAlive(orphan)).toBe(false)
    await run(database.ownerUrl, 'SELECT * FROM kept')
  })

  it('of the server itself, the next start recovers what was committed', async () => {
    const urls = await keep()
    await run(String(urls['ownerUrl']), 'CREATE TABLE kept (id int)')
    process.kill(await postmasterPid(), 'SIGKILL')
    await killLast()
    await run((await start()).ownerUrl, 'SELECT * FROM kept')
  })

  it('and a restart of the machine, a process that got the old number is left alone', async () => {
    const first = await start()
    await first.stop()
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' })
    children.push(bystander)
    await writeFile(join(await dataFolder(), 'postmaster.pid'), `${bystander.pid}\n${await dataFolder()}\n1\n5432\n\n\n\nready\n`)
    await run((await start()).ownerUrl, 'SELECT 1')
    expect(isAlive(bystander.pid ?? 0)).toBe(true)
  })

  it('or an exit that stopped nothing, no server stays', async () => {
    const urls = await keep('leave')
    // A server that ends takes its file along, as its last deed; it may have ended by now.
    const itsFile = join(await dataFolder(), 'postmaster.pid')
    for (let i = 0; i < 200 && existsSync(itsFile); i++) await delay(25)
    expect(existsSync(itsFile)).toBe(false)
    await expect(run(String(urls['ownerUrl']), 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('a workspace that is to be removed', () => {
  it('has nothing to stop when no database was made in it', async () => {
    await mkdir(workspace)
    await removeDatabase(workspace)
    expect(await readdir(workspace)).toEqual([])
  })

  it('is no longer used by the database that a killed process left, also when that lies elsewhere', async () => {
    // Where only root may enter, root keeps the database outside of the workspace.
    await chmod(folder, 0o700)
    await keep()
    const data = await dataFolder()
    const orphan = await postmasterPid()
    await killLast()
    expect(isAlive(orphan)).toBe(true)
    const lock = await lockWorkspace(workspace)
    await removeDatabase(workspace)
    await lock.release()
    expect(isAlive(orphan)).toBe(false)
    if (data.startsWith(`${workspace}/`)) return
    await expect(stat(dirname(data))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('keeps the database that a copy of it uses', async () => {
    await start()
    const copy = join(folder, 'copy')
    await mkdir(copy)
    await cp(join(workspace, 'database.json'), join(copy, 'database.json'))
    const logins = JSON.parse(await readFile(join(copy, 'database.json'), 'utf8')) as { dataFolder: string }
    await writeFile(join(copy, 'database.json'), JSON.stringify({ ...logins, dataFolder: await dataFolder() }))
    await expect(removeDatabase(copy)).rejects.toMatchObject({ code: 'workspace.in-use' })
    expect(isAlive(await postmasterPid())).toBe(true)
  })
})

describe('the database of another user of the machine', () => {
  it('runs as a normal user', async (context) => {
    if (!isRoot) return context.skip('every other test already runs as a normal user')
    await mkdir(workspace)
    await chown(workspace, 65_534, 65_534)
    const urls = await keep(undefined, { uid: 65_534, gid: 65_534 })
    expect(await ask(String(urls['ownerUrl']), 'SELECT 1 AS answer')).toBe(1)
    expect((await stat(await dataFolder())).uid).toBe(65_534)
  })

  it('stays in the workspace, which stays closed to others, when root made it private', async (context) => {
    if (!isRoot) return context.skip('only root runs the database as another user')
    workspace = join(folder, '.drover', 'demo')
    await mkdir(workspace, { recursive: true, mode: 0o700 })
    await start()
    expect(await dataFolder()).toBe(join(workspace, 'postgres', 'data'))
    for (const closed of [workspace, dirname(workspace)]) expect((await stat(closed)).mode & 0o777).toBe(0o710)
  })

  it('runs for root below a folder that only root may enter, and is removed with its temporary workspace', async (context) => {
    if (!isRoot) return context.skip('only root keeps its database elsewhere')
    await chmod(folder, 0o700)
    const database = await start()
    await run(database.ownerUrl, 'SELECT 1')
    const outside = await dataFolder()
    expect(outside.startsWith('/var/lib/drover/')).toBe(true)
    await database.stop()
    await run((await start()).ownerUrl, 'SELECT 1')
    await running.at(-1)?.stop()
    await rm(workspace, { recursive: true })
    const next = await start()
    await expect(stat(dirname(outside))).rejects.toMatchObject({ code: 'ENOENT' })
    await next.stop()
    await rm(dirname(await dataFolder()), { recursive: true })
  })
})

describe('the programs of the server', () => {
  it('run although npm ran no install script', async () => {
    const copy = join(folder, 'package', 'native')
    await cp(await findNativeFolder(), copy, { recursive: true, filter: async (source) => !(await isLinkInLib(source)) })
    await chmod(join(copy, 'bin', 'postgres'), 0o644)
    const before = promisify(execFile)(join(copy, 'bin', 'postgres'), ['--version'])
    await expect(before).rejects.toThrow()
    const { postgres, initdb } = await prepareBinaries(copy)
    for (const program of [postgres, initdb]) expect((await promisify(execFile)(program, ['--version'])).stdout).toContain('PostgreSQL')
  })
})

describe('a PostgreSQL of your own', () => {
  it('is used by its URL, with an app login made for this workspace', async () => {
    const own = await start()
    const database = await start({ workspace: join(folder, 'other'), databaseUrl: own.ownerUrl })
    expect(database.ownerUrl).toBe(own.ownerUrl)
    expect(database.adminUrl).toBeUndefined()
    await migrate(database.ownerUrl)
    await expect(run(database.appUrl, 'DELETE FROM drover.ledger')).rejects.toMatchObject({ code: '42501' })
    expect(await ask(database.appUrl, `SELECT pg_has_role(current_user, '${appRole}', 'member') AS answer`)).toBe(true)
    await expect(start({ workspace: join(folder, 'other'), databaseUrl: own.ownerUrl })).rejects.toMatchObject({ code: 'workspace.in-use' })
    await database.stop()
    const again = await start({ workspace: join(folder, 'other'), databaseUrl: own.ownerUrl })
    expect(again.appUrl).toBe(database.appUrl)
  })

  it('can bring its own app login', async () => {
    const own = await start()
    const database = await start({ workspace: join(folder, 'other'), databaseUrl: own.ownerUrl, appDatabaseUrl: own.appUrl })
    expect(database.appUrl).toBe(own.appUrl)
  })

  it('is not stopped', async () => {
    const own = await start()
    await (await start({ workspace: join(folder, 'other'), databaseUrl: own.ownerUrl })).stop()
    await run(own.ownerUrl, 'SELECT 1')
  })

  it.each([
    ['away', 'postgresql://x:y@127.0.0.1:1/none', 'store.unreachable'],
    ['not a URL', 'nonsense', 'database.url-malformed'],
  ])('that is %s is an error with a hint', async (_what, databaseUrl, code) => {
    await expect(start({ databaseUrl })).rejects.toMatchObject({ code, hint: expect.stringMatching(/.{10}/) })
  })
})

async function start(options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const database = await startDatabase({ workspace, log: silent, ...options })
  running.push(database)
  return database
}

/** Starts the database in another process and gives what that process says: the URLs, or the code of its error. */
async function keep(mode = '', user: { readonly uid?: number; readonly gid?: number } = {}): Promise<Record<string, unknown>> {
  const program = new URL('./embedded-database/keeper.child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program, workspace, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  })
  children.push(child)
  const text = await new Promise<string>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString()))
    child.once('exit', () => resolve('{}'))
  })
  return JSON.parse(text) as Record<string, unknown>
}

async function killLast(): Promise<void> {
  const child = children.at(-1)
  child?.kill('SIGKILL')
  if (child !== undefined) await ended(child)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve))
}

async function dataFolder(): Promise<string> {
  const { dataFolder: found } = JSON.parse(await readFile(join(workspace, 'database.json'), 'utf8')) as { dataFolder: string }
  return found.startsWith('/') ? found : join(workspace, found)
}

async function postmasterPid(): Promise<number> {
  const [pid] = (await readFile(join(await dataFolder(), 'postmaster.pid'), 'utf8')).split('\n')
  return Number(pid)
}

/** A killed keeper leaves its server; the workspace is about to go, so the server must too. */
async function stopLeftOver(): Promise<void> {
  const pid = await postmasterPid().catch(() => 0)
  if (pid <= 1 || !(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(folder)) return
  process.kill(pid, 'SIGQUIT')
  for (let i = 0; i < 200 && isAlive(pid); i++) await delay(25)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function isLinkInLib(path: string): Promise<boolean> {
  const entries = await readdir(dirname(path), { withFileTypes: true })
  return entries.some((entry) => entry.isSymbolicLink() && join(dirname(path), entry.name) === path)
}

async function run(url: string, statement: string): Promise<void> {
  await ask(url, statement)
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ answer?: unknown }>(statement)
    return rows[0]?.answer
  } finally {
    await client.end()
  }
}
