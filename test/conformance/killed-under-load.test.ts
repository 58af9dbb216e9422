import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from './organisation.ts'
import { adminSecret, deployer, rowsOf, sampleSolution, send, tenantId } from './organisation.ts'

const kills = 8

/** What a client was told, and so may rely on. */
interface Told {
  /** Name of each row that was written, by its address; undefined: it was deleted. */
  readonly rows: Map<string, string | undefined>
  /** Names that a request was sent for whose answer never came: they may be there or not. */
  readonly unsure: Map<string, Set<string | undefined>>
  /** Ids of operations that were accepted. */
  readonly operations: Set<string>
  readonly finished: Set<string>
}

let dataDir: string
let child: ChildProcess | undefined
let port = 0
let authorization = ''

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'drover-load-'))
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

async function start(): Promise<void> {
  const script = fileURLToPath(new URL('./emulator-process.ts', import.meta.url))
  const args = ['--import', 'tsx', '--conditions=source', script, dataDir, String(port), '4']
  const made = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  child = made
  const [line] = (await once(made.stdout, 'data')) as [Buffer]
  port = Number(line.toString('utf8'))
}

async function kill(): Promise<void> {
  child?.kill('SIGKILL')
  if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { authorization }
  return send(`http://127.0.0.1:${port}/dev/api/data/v9.2/${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
}

async function signIn(): Promise<void> {
  const root = `http://127.0.0.1:${port}`
  const form = {
    grant_type: 'client_credentials',
    client_id: deployer.clientId,
    client_secret: deployer.clientSecret,
    scope: `${root}/dev/.default`,
  }
  const token = await send(`${root}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', form })
  authorization = `Bearer ${String(token.json['access_token'])}`
}

/** Writes rows one after the other until the process is gone; what it was told is noted before it asks for more. */
async function writeRows(told: Told, worker: string): Promise<void> {
  for (let number = 0; ; number += 1) {
    const name = `${worker}-${number}`
    const id = crypto.randomUUID()
    const path = `publishers(${id})`
    told.unsure.set(path, new Set([undefined, name]))
    const created = await call('POST', 'publishers', {
      publisherid: id,
      uniquename: name.replaceAll('-', ''),
      friendlyname: name,
      customizationprefix: prefix(id),
    })
    expect(created.status, created.text).toBe(204)
    settle(told, path, name)
    if (number % 3 === 1) {
      told.unsure.set(path, new Set([name, `${name} again`]))
      expect((await call('PATCH', path, { friendlyname: `${name} again` })).status).toBe(204)
      settle(told, path, `${name} again`)
    } else if (number % 3 === 2) {
      told.unsure.set(path, new Set([name, undefined]))
      expect((await call('DELETE', path)).status).toBe(204)
      settle(told, path, undefined)
    }
  }
}

function settle(told: Told, path: string, name: string | undefined): void {
  told.unsure.delete(path)
  told.rows.set(path, name)
}

function prefix(id: string): string {
  return `a${id.slice(0, 7)}`
}

/** Imports the sample over and over until the process is gone. */
async function importOften(told: Told, file: string): Promise<void> {
  for (;;) {
    const order = {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      CustomizationFile: file,
      ImportJobId: crypto.randomUUID(),
    }
    const started = await call('POST', 'ImportSolutionAsync', order)
    expect(started.status, started.text).toBe(200)
    const id = String(started.json['AsyncOperationId'])
    told.operations.add(id)
    for (let state = 0; state !== 3; state = Number((await call('GET', `asyncoperations(${id})`)).json['statecode'])) await wait(5)
    told.finished.add(id)
  }
}

/** Runs until the connection breaks; what broke it must be the kill and nothing that the test found. */
async function untilGone(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof TypeError && error.message.includes('fetch failed')) && !String(error).includes('terminated')) throw error
  })
}

async function checkRows(told: Told): Promise<void> {
  const found = new Map(
    rowsOf(await call('GET', 'publishers?$select=publisherid,friendlyname')).map((row) => [
      `publishers(${String(row['publisherid'])})`,
      row['friendlyname'],
    ]),
  )
  for (const [path, name] of told.rows) if (!told.unsure.has(path)) expect(found.get(path), path).toBe(name)
  // A write that nobody was told of is there as a whole, or not at all; from now on it is known which.
  for (const [path, possible] of told.unsure) {
    const name = found.get(path) as string | undefined
    expect([...possible], path).toContain(name)
    told.rows.set(path, name)
  }
  told.unsure.clear()
}

async function checkOperations(told: Told): Promise<void> {
  for (const id of told.operations) {
    const { status, json } = await call('GET', `asyncoperations(${id})`)
    expect(status, `the accepted operation ${id}`).toBe(200)
    // Ended, whatever happened: succeeded, or interrupted by a kill.
    expect([json['statecode'], [30, 31].includes(Number(json['statuscode']))], JSON.stringify(json)).toEqual([3, true])
    if (told.finished.has(id)) expect(json['statuscode'], `the finished operation ${id}`).toBe(30)
    else if (json['statuscode'] === 31) expect(json['message']).toContain('interrupted')
  }
  const succeeded = rowsOf(await call('GET', "asyncoperations?$filter=messagename eq 'ImportSolutionAsync' and statuscode eq 30")).length
  const solutions = rowsOf(await call('GET', "solutions?$filter=uniquename eq 'ContosoInspection'")).length
  expect(solutions).toBe(succeeded > 0 ? 1 : 0)
  // Every history row that was begun has an end.
  expect(rowsOf(await call('GET', 'msdyn_solutionhistories?$filter=msdyn_status eq 0'))).toEqual([])
}

describe('a local environment that is killed again and again under load', () => {
  it(`has every acknowledged row and operation after each of ${kills} kills, and nothing half done`, async () => {
    const told: Told = { rows: new Map(), unsure: new Map(), operations: new Set(), finished: new Set() }
    const file = Buffer.from(await sampleSolution()).toString('base64')
    await start()
    await signIn()
    for (let round = 0; round < kills; round += 1) {
      const load = [importOften(told, file), ...['a', 'b', 'c'].map((worker) => writeRows(told, `${worker}${round}x`))].map(untilGone)
      const enough = told.rows.size + 3 + 2 * round
      while (told.rows.size < enough || told.operations.size <= round) await wait(2)
      // Spread over what an import goes through: accepted, queued, in progress, ending.
      await wait((round * 17) % 60)
      await kill()
      await Promise.all(load)
      await start()
      await checkRows(told)
      await checkOperations(told)
    }
  })

  it('restores a snapshot as a whole or not at all', async () => {
    await start()
    await signIn()
    const control = (path: string, init: RequestInit): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/_emulator/environments/dev/${path}`, { ...init, headers: { authorization: `Bearer ${adminSecret}` } })
    const count = async (): Promise<number> => rowsOf(await call('GET', 'publishers?$select=publisherid')).length
    const before = await count()
    for (let each = 0; each < 60; each += 1)
      await call('POST', 'publishers', { uniquename: `p${each}`, friendlyname: `p${each}`, customizationprefix: `pre${each}` })
    const full = new Uint8Array(await (await control('snapshot', { method: 'GET' })).arrayBuffer())
    for (const delay of [0, 2, 5, 9, 15]) {
      await control('reset', { method: 'POST', body: '{}' })
      const restoring = untilGone(control('snapshot', { method: 'PUT', body: full }).then(() => undefined))
      await wait(delay)
      await kill()
      await restoring
      await start()
      expect([before, before + 60]).toContain(await count())
    }
  })
})
