import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Projection } from '#engine/ports'
import type { Database } from '../../app/embedded-database.ts'
import type { TestDatabase } from '../../../test/support/test-database.ts'
import { openTestDatabase } from '../../../test/support/test-database.ts'
import { startDatabase } from '../../app/embedded-database.ts'
import type { Store } from './index.ts'
import { createStore, migrate, requireLesserRole } from './index.ts'
import { migrations } from './migrations.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const hashing = { sha256: (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex') }
const clock = { now: () => toId<Instant>(new Date().toISOString()) }
const counting: Projection = {
  kind: 'promotion',
  id: ({ stream, type }) => (stream.startsWith('promotion/') && type !== 'Ignored' ? stream : undefined),
  fold: (document, event) => {
    if (event.type === 'Removed') return undefined
    if (event.type === 'Broken') throw new Error('the fold is broken')
    const before = document === undefined ? [] : (document as { readonly types: readonly string[] }).types
    return { types: [...before, event.type] }
  },
}

let database: TestDatabase
let store: Store
let owner: TestDatabase['owner']

beforeAll(async () => {
  database = await openTestDatabase()
  owner = database.owner
})

beforeEach(async () => {
  await database.empty()
  store = openStore([counting])
})

afterEach(async () => {
  await store.close()
})

afterAll(() => database.close())

describe('the ledger', () => {
  it('gives back what was appended, numbered from 1 and chained', async () => {
    const appended = await append('promotion/p-1', ['Requested', 'Approved'])
    expect(appended.map((event) => [event.sequence, event.streamVersion, event.type])).toEqual([
      [1, 1, 'Requested'],
      [2, 2, 'Approved'],
    ])
    expect(appended[0]?.previousHash).toBe('0'.repeat(64))
    expect(appended[1]?.previousHash).toBe(appended[0]?.hash)
    expect(await store.ledger.read('promotion/p-1')).toEqual(appended)
    expect(await store.ledger.readNewest('promotion/p-1')).toEqual(appended[1])
    expect(await store.ledger.readNewest('promotion/p-2')).toBeUndefined()
    expect(await store.ledger.readAll(1, 10)).toEqual(appended.slice(1))
  })

  it('stays gapless and whole under many appends at once, from two processes', async () => {
    const other = runChild(['--stream', 'other', '--count', '40'])
    await Promise.all(Array.from({ length: 60 }, (_, i) => append(`promotion/p-${i % 7}`, ['A', 'B'])))
    expect(await other).toBe(0)
    const all = await store.ledger.readAll(0, 1000)
    expect(all.map((event) => event.sequence)).toEqual(Array.from({ length: 160 }, (_, i) => i + 1))
    expect(await store.ledger.verify()).toMatchObject({ entries: 160, faults: [] })
  })

  it('refuses a decision made on an older version, and keeps nothing of it', async () => {
    await append('promotion/p-1', ['Requested'])
    const late = store.ledger.append({
      stream: 'promotion/p-1',
      expectedVersion: 0,
      actor: 'ann',
      events: [{ type: 'Approved', data: {} }],
    })
    await expect(late).rejects.toMatchObject({ code: 'ledger.conflict', isRetryable: true })
    expect(await store.ledger.readAll(0, 10)).toHaveLength(1)
  })

  it('lets exactly one of many decisions on the same version win', async () => {
    const decide = () =>
      store.ledger.append({ stream: 'promotion/p-1', expectedVersion: 0, actor: 'ann', events: [{ type: 'Approved', data: {} }] })
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, decide))
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    expect(await store.ledger.read('promotion/p-1')).toHaveLength(1)
  })

  it('writes an event with a key once in its stream, even when the version moved on', async () => {
    const keyed = () =>
      store.ledger.append({
        stream: 'promotion/p-1',
        expectedVersion: 0,
        actor: 'drover',
        events: [{ type: 'StepFinished', data: { step: 1 }, key: 'a-1/import/finished' }],
      })
    expect(await keyed()).toHaveLength(1)
    expect(await keyed()).toEqual([])
    expect(await store.ledger.read('promotion/p-1')).toHaveLength(1)
    expect(await store.readModel.load('promotion', 'promotion/p-1')).toEqual({ types: ['StepFinished'] })
  })

  it('keeps every JSON value as it was written, and its hash holds after reading', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (data) => {
        const [appended] = await store.ledger.append({
          stream: 'any',
          expectedVersion: undefined,
          actor: 'ann',
          events: [{ type: 'T', data }],
        })
        const read = (await store.ledger.read('any')).at(-1)
        expect(read).toEqual(appended)
        expect(JSON.stringify(read?.data)).toBe(JSON.stringify(data))
      }),
      { numRuns: 60 },
    )
    expect((await store.ledger.verify()).firstBroken).toBeUndefined()
  })

  it('keeps nothing of an append whose process was killed in the middle of it', async () => {
    await append('promotion/p-1', ['Requested'])
    expect(await runChild(['--stream', 'killed', '--die'])).toBe('SIGKILL')
    expect(await store.ledger.read('killed')).toEqual([])
    const [next] = await append('promotion/p-1', ['Approved'])
    expect(next?.sequence).toBe(2)
    expect(await store.ledger.verify()).toMatchObject({ entries: 2, faults: [] })
  })

  it('keeps nothing of an append whose read model cannot be folded', async () => {
    await expect(append('promotion/p-1', ['Requested', 'Broken'])).rejects.toMatchObject({ code: 'store.failed' })
    expect(await store.ledger.readAll(0, 10)).toEqual([])
    expect(await store.readModel.load('promotion', 'promotion/p-1')).toBeUndefined()
  })

  it('calls a database that is away unreachable and retryable', async () => {
    const away = createStore({ url: 'postgresql://x:y@127.0.0.1:1/none', projections: [], clock, hashing })
    await expect(away.ledger.read('any')).rejects.toMatchObject({ code: 'store.unreachable', isRetryable: true })
    await away.close()
  })
})

describe('the chain of the ledger', () => {
  const tampering: readonly (readonly [string, string, number])[] = [
    ['data', `UPDATE drover.ledger SET data = '{"verdict":"approve"}' WHERE sequence = 3`, 3],
    ['an actor', "UPDATE drover.ledger SET actor = 'eve' WHERE sequence = 2", 2],
    ['a time', "UPDATE drover.ledger SET at = '2020-01-01T00:00:00.000Z' WHERE sequence = 4", 4],
    ['a key', "UPDATE drover.ledger SET key = 'x' WHERE sequence = 1", 1],
    ['a hash', "UPDATE drover.ledger SET hash = repeat('a', 64) WHERE sequence = 5", 5],
    ['the presence of an entry', 'DELETE FROM drover.ledger WHERE sequence = 3', 3],
    ['the presence of the last entries', 'DELETE FROM drover.ledger WHERE sequence >= 4', 4],
  ]

  it.each(tampering)('shows that somebody changed %s behind its back', async (_what, statement, firstBroken) => {
    for (let i = 0; i < 5; i++) await append('promotion/p-1', ['Requested'])
    await owner.query('ALTER TABLE drover.ledger DISABLE TRIGGER USER')
    await owner.query(statement)
    expect((await store.ledger.verify()).firstBroken).toBe(firstBroken)
  })

  it('refuses to be changed, shortened or emptied, even by its owner', async () => {
    await append('promotion/p-1', ['Requested'])
    await expect(owner.query("UPDATE drover.ledger SET actor = 'eve'")).rejects.toThrow('append-only')
    await expect(owner.query('DELETE FROM drover.ledger')).rejects.toThrow('append-only')
    await expect(owner.query('TRUNCATE drover.ledger')).rejects.toThrow('append-only')
  })

  it('refuses an entry that does not continue it', async () => {
    await append('promotion/p-1', ['Requested'])
    const insert = (sequence: number) =>
      owner.query("INSERT INTO drover.ledger VALUES ($1, 's', 1, 'T', '{}', NULL, 'now', 'eve', repeat('0', 64), repeat('0', 64))", [
        sequence,
      ])
    await expect(insert(3)).rejects.toThrow('does not continue')
    await expect(insert(2)).rejects.toThrow('does not continue')
  })
})

describe.each(['embedded', 'by its address'] as const)('the app login of a database that is %s', (mode) => {
  let appUrl = ''
  let other: Database | undefined

  beforeAll(async () => {
    if (mode === 'embedded') return void (appUrl = database.appUrl)
    // As with DATABASE_URL: somebody else's server, of which only the owner's login is known.
    const workspace = join(database.folder, 'other')
    await mkdir(workspace)
    other = await startDatabase({ workspace, log: silent, databaseUrl: database.ownerUrl })
    appUrl = other.appUrl
  })

  afterAll(async () => other?.stop())

  it.each([
    ['change', "UPDATE drover.ledger SET actor = 'eve'"],
    ['lock and change', 'SELECT 1 FROM drover.ledger FOR UPDATE'],
    ['delete', 'DELETE FROM drover.ledger'],
    ['empty', 'TRUNCATE drover.ledger'],
    ['unguard', 'ALTER TABLE drover.ledger DISABLE TRIGGER USER'],
    ['drop a guard of', 'DROP TRIGGER ledger_is_append_only ON drover.ledger'],
    ['put a trigger on', 'CREATE TRIGGER t BEFORE INSERT ON drover.ledger FOR EACH ROW EXECUTE FUNCTION drover.refuse_ledger_change()'],
    ['put a rule on', 'CREATE RULE r AS ON INSERT TO drover.ledger DO INSTEAD NOTHING'],
    [
      'replace what guards',
      'CREATE OR REPLACE FUNCTION drover.refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$',
    ],
    ['drop what guards', 'DROP FUNCTION drover.require_next_link() CASCADE'],
    ['switch off all triggers of', "SET session_replication_role = 'replica'"],
    ['own', 'ALTER TABLE drover.ledger OWNER TO CURRENT_USER'],
    ['rename', 'ALTER TABLE drover.ledger RENAME TO old'],
    ['drop', 'DROP TABLE drover.ledger'],
    ['drop the schema of', 'DROP SCHEMA drover CASCADE'],
    ['make things beside', 'CREATE TABLE drover.ledger2 (a int)'],
    ['become the owner of', 'SET ROLE drover_owner'],
    ['make roles for', 'CREATE ROLE eve SUPERUSER'],
    ['forget migrations of', 'DELETE FROM drover.migration'],
  ])('has no right to %s the ledger', async (_verb, statement) => {
    const app = new Client({ connectionString: appUrl })
    await app.connect()
    try {
      await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' })
    } finally {
      await app.end()
    }
  })

  it('is accepted at the start, and the login of the owner is not', async () => {
    await requireLesserRole(appUrl)
    await expect(requireLesserRole(database.ownerUrl)).rejects.toMatchObject({ code: 'store.role-too-mighty' })
  })

  it('is not accepted once somebody gave it a right too many', async () => {
    await owner.query('GRANT TRUNCATE ON drover.ledger TO drover_app')
    await expect(requireLesserRole(appUrl)).rejects.toMatchObject({ code: 'store.role-too-mighty' })
  })
})

describe('read models', () => {
  it('are listed newest first, and stay in place when they change', async () => {
    for (const id of ['p-1', 'p-2', 'p-3']) await append(`promotion/${id}`, ['Requested'])
    await append('promotion/p-1', ['Approved'])
    expect(await store.readModel.list('promotion')).toEqual([
      { types: ['Requested'] },
      { types: ['Requested'] },
      { types: ['Requested', 'Approved'] },
    ])
    expect(await store.readModel.list('promotion', { limit: 1 })).toHaveLength(1)
    expect(await store.readModel.list('release')).toEqual([])
  })

  it('are removed by a fold that gives nothing, and ignore what does not concern them', async () => {
    await append('promotion/p-1', ['Requested', 'Removed'])
    await append('promotion/p-2', ['Ignored'])
    expect(await store.readModel.list('promotion')).toEqual([])
  })

  it('are the same after they were folded again', async () => {
    for (let i = 0; i < 30; i++) await append(`promotion/p-${i % 4}`, i % 9 === 8 ? ['Removed'] : ['Requested', 'Ignored'])
    const before = await store.readModel.list('promotion')
    expect(await store.rebuildReadModels()).toBe(57)
    expect(await store.readModel.list('promotion')).toEqual(before)
  })

  it('follow a projection that was added later', async () => {
    await append('promotion/p-1', ['Requested'])
    const later = openStore([{ kind: 'release', id: ({ stream }) => stream, fold: () => ({ seen: true }) }])
    await later.rebuildReadModels()
    expect(await later.readModel.list('release')).toEqual([{ seen: true }])
    await later.close()
  })
})

describe('watching the ledger', () => {
  it('tells each watcher of every commit until it stops', async () => {
    const first = recorder()
    const second = recorder()
    const stopFirst = await store.ledger.watch(first.tell)
    const stopSecond = await store.ledger.watch(second.tell)
    await append('promotion/p-1', ['A', 'B'])
    await Promise.all([first.reaches(2), second.reaches(2)])
    await stopFirst()
    await append('promotion/p-1', ['C'])
    await second.reaches(3)
    expect(first.newest()).toBe(2)
    await stopSecond()
  })

  it('comes back after its connection was cut, and tells what was missed', async () => {
    const watcher = recorder()
    const stop = await store.ledger.watch(watcher.tell)
    const admin = new Client({ connectionString: database.adminUrl })
    await admin.connect()
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'drover watch'")
    await admin.end()
    await append('promotion/p-1', ['A'])
    await watcher.reaches(1)
    await append('promotion/p-1', ['B'])
    await watcher.reaches(2)
    await stop()
  })
})

describe('migrations', () => {
  it('change nothing when run again, also by two at once', async () => {
    expect(await Promise.all([migrate(database.ownerUrl), migrate(database.ownerUrl)])).toEqual([[], []])
  })

  it('run once when two processes start at once on an empty database', async () => {
    await owner.query('DROP SCHEMA drover CASCADE')
    const applied = await Promise.all([migrate(database.ownerUrl), migrate(database.ownerUrl)])
    expect(applied.flat()).toEqual(migrations.map(({ name }) => name))
  })

  it('refuse a database that a newer version made', async () => {
    await owner.query("INSERT INTO drover.migration (name, checksum) VALUES ('9999-later', 'x')")
    await expect(migrate(database.ownerUrl)).rejects.toMatchObject({ code: 'store.newer' })
  })

  it('refuse a database whose migrations were edited afterwards', async () => {
    await owner.query("UPDATE drover.migration SET checksum = 'x'")
    await expect(migrate(database.ownerUrl)).rejects.toMatchObject({ code: 'store.migration-changed' })
  })
})

function openStore(projections: readonly Projection[]): Store {
  return createStore({ url: database.appUrl, projections, clock, hashing })
}

function append(stream: string, types: readonly string[]) {
  return store.ledger.append({ stream, expectedVersion: undefined, actor: 'ann', events: types.map((type) => ({ type, data: { type } })) })
}

async function runChild(flags: readonly string[]): Promise<number | string | null> {
  const program = new URL('./appender.child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program, '--database', database.appUrl, ...flags], {
    stdio: 'inherit',
  })
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
}

function recorder() {
  let newest = 0
  let wake: () => void = () => undefined
  return {
    tell: (sequence: number) => {
      newest = Math.max(newest, sequence)
      wake()
    },
    newest: () => newest,
    reaches: async (sequence: number) => {
      while (newest < sequence) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}
