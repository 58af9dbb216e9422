import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { appRole, migrate } from '#adapters/store'
import type { DurableStarter } from '#engine/ports'
import type { Database } from '../../app/embedded-database.ts'
import { startDatabase } from '../../app/embedded-database.ts'
import { createStarter, migrateDurable } from './index.ts'
import { durableSchema } from './names.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const steps = ['one', 'two', 'three', 'four', 'five']
let folder: string
let database: Database
let scope: string
let starter: DurableStarter & { close(): Promise<void> }
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-durable-'))
  database = await startDatabase({ workspace: folder, log: silent })
  await migrate(database.ownerUrl)
  await migrateDurable(database.ownerUrl, appRole)
})

beforeEach(async () => {
  // Each test has a version and queue keys of its own.
  scope = `v${Math.random().toString(36).slice(2)}`
  starter = await createStarter({ databaseUrl: database.appUrl, applicationVersion: scope, log: silent })
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => end(child, 'SIGKILL')))
  await starter.close()
  await cancelUnfinished()
})

afterAll(async () => {
  await database.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What a killed worker of one test left unfinished would be reported to the workers of the next. */
async function cancelUnfinished(): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query(`UPDATE ${durableSchema}.workflow_status SET status = 'CANCELLED' WHERE status IN ('PENDING', 'ENQUEUED')`)
  await client.end()
}

describe('a durable worker', () => {
  it.each(steps.flatMap((step) => [`${step}/before`, `${step}/after`]))(
    'killed at %s is followed by another, which repeats no recorded step',
    async (killIn) => {
      const journal = await newJournal()
      const first = await startChild(`first-${killIn}`, journal, killIn)
      await starter.start({ name: 'five-steps', id: `kill-${killIn}`, queueKey: `test-${scope}`, input: { label: 'x' } })
      await ended(first)
      await startChild(`second-${killIn}`, journal)
      const lines = await journalWhen(journal, (found) => found.some((line) => line.startsWith('x end')))
      const [killedStep = '', phase] = killIn.split('/')
      // Recorded steps ran once; the one in flight ran again when its work was done but not yet recorded.
      for (const step of steps) {
        const runs = lines.filter((line) => line.startsWith(`x ${step} `)).length
        expect([step, runs]).toEqual([step, step === killedStep && phase === 'after' ? 2 : 1])
      }
      // The id and the instant were recorded too.
      expect(new Set(lines.map((line) => line.split(' ').slice(4).join(' '))).size).toBe(1)
    },
  )

  it('lets whoever started work ask whether it is known, goes on, or has ended', async () => {
    const journal = await newJournal()
    const id = `asked-${scope}`
    expect(await starter.state(id)).toBe('unknown')
    await starter.start({ name: 'five-steps', id, queueKey: `test-${scope}`, input: { label: 'x' } })
    expect(await starter.state(id)).toBe('running')
    await startChild('asked', journal)
    await journalWhen(journal, (found) => found.some((line) => line.startsWith('x end')))
    await expect.poll(() => starter.state(id)).toBe('ended')
  })

  it('killed and restarted under its own name resumes its work', async () => {
    const journal = await newJournal()
    const first = await startChild('same', journal, 'three/after')
    await starter.start({ name: 'five-steps', id: 'same-name', queueKey: `test-${scope}`, input: { label: 'x' } })
    await ended(first)
    await startChild('same', journal)
    const lines = await journalWhen(journal, (found) => found.some((line) => line.startsWith('x end')))
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['one', 'two', 'three', 'three', 'four', 'five', 'end'])
  })

  it('is taken over by a worker that lives already', async () => {
    const journal = await newJournal()
    const dying = await startChild('dying', journal)
    await starter.start({ name: 'slow', id: 'taken-over', queueKey: `test-${scope}`, input: { ...untilEnded('dying'), label: 'heir' } })
    await journalWhen(journal, (found) => found.includes('begin heir'))
    await startChild('living', journal)
    await end(dying, 'SIGKILL')
    const lines = await journalWhen(journal, (found) => found.includes('finish heir'))
    expect(lines).toEqual(['begin heir', 'begin heir', 'finish heir'])
  })

  it('stopped in the middle of its work leaves it to the next', async () => {
    const journal = await newJournal()
    const stopped = await startChild('stopped', journal)
    await starter.start({ name: 'slow', id: 'left-over', queueKey: `test-${scope}`, input: { ...untilEnded('stopped'), label: 'left' } })
    await journalWhen(journal, (found) => found.includes('begin left'))
    await end(stopped, 'SIGTERM')
    expect(stopped.exitCode).toBe(0)
    await startChild('next', journal)
    const lines = await journalWhen(journal, (found) => found.includes('finish left'))
    expect(lines).toEqual(['begin left', 'begin left', 'finish left'])
  })

  it('does work of one queue key one at a time and in order, with two workers, and work of other keys beside it', async () => {
    const journal = await newJournal()
    await Promise.all([startChild('left', journal), startChild('right', journal)])
    for (let i = 0; i < 6; i++) {
      for (const key of ['dev', 'prod']) {
        await starter.start({ name: 'slow', id: `slow-${key}-${i}`, queueKey: `${key}-${scope}`, input: { label: `${key} ${i}`, ms: 60 } })
      }
    }
    const lines = await journalWhen(journal, (found) => found.filter((line) => line.startsWith('finish')).length === 12)
    for (const key of ['dev', 'prod']) {
      const ofKey = lines.filter((line) => line.split(' ')[1] === key)
      expect(ofKey).toEqual([0, 1, 2, 3, 4, 5].flatMap((i) => [`begin ${key} ${i}`, `finish ${key} ${i}`]))
    }
  })

  it('does work that was started twice under one id once', async () => {
    const journal = await newJournal()
    const work = { name: 'slow', id: 'once', queueKey: `dev-${scope}`, input: { label: 'once', ms: 1 } }
    await starter.start(work)
    await starter.start(work)
    await startChild('only', journal)
    await journalWhen(journal, (found) => found.includes('finish once'))
    await starter.start(work)
    await starter.start({ name: 'slow', id: 'after', queueKey: `dev-${scope}`, input: { label: 'after', ms: 1 } })
    const lines = await journalWhen(journal, (found) => found.includes('finish after'))
    expect(lines).toEqual(['begin once', 'finish once', 'begin after', 'finish after'])
  })

  it('takes over nothing from a worker that lives', async () => {
    const journal = await newJournal()
    await startChild('busy', journal)
    await starter.start({ name: 'slow', id: 'long', queueKey: `dev-${scope}`, input: { label: 'long', ms: 3500 } })
    await journalWhen(journal, (found) => found.includes('begin long'))
    await startChild('eager', journal)
    const lines = await journalWhen(journal, (found) => found.includes('finish long'))
    expect(lines).toEqual(['begin long', 'finish long'])
  })

  it('refuses the name of a worker that lives', async () => {
    const journal = await newJournal()
    await startChild('unique', journal)
    await expect(startChild('unique', journal)).rejects.toThrow('Another live worker is named unique')
  })

  it('goes on after its connections were cut', async () => {
    const journal = await newJournal()
    await startChild('cut', journal)
    const admin = new Client({ connectionString: database.adminUrl })
    await admin.connect()
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'drover_app_login'")
    await admin.end()
    await starter.start({ name: 'fenced', id: 'after-cut', queueKey: `dev-${scope}`, input: { label: 'x', key: 'prod' } })
    const lines = await journalWhen(journal, (found) => found.some((line) => line.startsWith('acted')))
    expect(lines.filter((line) => line.startsWith('acted'))).toEqual(['acted x by cut'])
  })

  it('goes on after the database was restarted in the middle of its work', async () => {
    const journal = await newJournal()
    await startChild('patient', journal)
    await starter.start({ name: 'slow', id: 'over-restart', queueKey: `dev-${scope}`, input: { label: 'x', ms: 2000 } })
    await journalWhen(journal, (found) => found.includes('begin x'))
    await database.stop()
    database = await startDatabase({ workspace: folder, log: silent })
    await starter.start({ name: 'slow', id: 'after-restart', queueKey: `dev-${scope}`, input: { label: 'y', ms: 10 } })
    const lines = await journalWhen(journal, (found) => found.includes('finish y'))
    expect(lines.filter((line) => !line.startsWith('error'))).toEqual(['begin x', 'finish x', 'begin y', 'finish y'])
  })

  it('reports the unfinished work of a dead worker of another version, and leaves it alone', async () => {
    const journal = await newJournal()
    const old = await startChild('old', journal, 'two/before')
    await starter.start({ name: 'five-steps', id: `stranded-${scope}`, queueKey: `test-${scope}`, input: { label: 'x' } })
    await ended(old)
    scope = `${scope}-later`
    await startChild('new', journal)
    const lines = await journalWhen(journal, (found) => found.some((line) => line.includes('of another version')))
    expect(lines.filter((line) => line.startsWith('x'))).toHaveLength(1)
  })

  it('records why a step failed, so that a replay fails in the same way', async () => {
    const journal = await newJournal()
    const first = await startChild('failing', journal, 'after-failure/before')
    await starter.start({ name: 'failing', id: 'failing', queueKey: `dev-${scope}`, input: {} })
    await ended(first)
    await startChild('replaying', journal)
    const lines = await journalWhen(journal, (found) => found.some((line) => line.startsWith('caught') && line.endsWith('replaying')))
    const said = 'dataverse.unreachable true try later'
    expect(lines.filter((line) => line.startsWith('caught'))).toEqual([`caught ${said} by failing`, `caught ${said} by replaying`])
    expect(lines.filter((line) => line === 'failed')).toHaveLength(1)
  })
})

describe('a starter', () => {
  it('names the database as unreachable rather than starting nothing in silence', async () => {
    await expect(
      createStarter({ databaseUrl: 'postgresql://x:y@127.0.0.1:1/none', applicationVersion: 'test', log: silent }),
    ).rejects.toMatchObject({
      code: 'durable.unavailable',
      isRetryable: true,
    })
  })

  it('refuses work without a queue key, since it would run beside other work on its environment', async () => {
    await expect(starter.start({ name: 'slow', id: 'keyless', queueKey: '', input: {} })).rejects.toMatchObject({
      code: 'durable.queue-key-missing',
    })
  })
})

/** Work that one worker does not end by itself, however slow the machine is at starting another. */
function untilEnded(worker: string): { readonly ms: number; readonly worker: string } {
  return { ms: 600_000, worker }
}

async function newJournal(): Promise<string> {
  const path = join(folder, `journal-${Math.random().toString(36).slice(2)}`)
  await writeFile(path, '')
  return path
}

async function startChild(executor: string, journal: string, killIn = ''): Promise<ChildProcess> {
  const program = new URL('./five-steps.child.ts', import.meta.url).pathname
  const flags = [
    '--database',
    database.appUrl,
    '--executor',
    executor,
    '--journal',
    journal,
    '--applicationVersion',
    scope,
    '--killIn',
    killIn,
  ]
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let errors = ''
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error(errors)))
  })
  return child
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve))
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await ended(child)
}

async function journalWhen(journal: string, isDone: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
  for (const deadline = Date.now() + 240_000; ; ) {
    const lines = (await readFile(journal, 'utf8')).split('\n').filter((line) => line !== '')
    if (isDone(lines)) return lines
    if (Date.now() > deadline) throw new Error(`The journal never showed the end: ${lines.join(' | ')}`)
    await delay(50)
  }
}
