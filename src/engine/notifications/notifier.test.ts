import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMessenger } from '#adapters/notify'
import type { Store } from '#adapters/store'
import { createStore } from '#adapters/store'
import { nodeHashing } from '#adapters/world'
import { parseConfiguration, toConfigurationFile, checkConfigurationFile } from '#contract'
import type { Instant, PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, NotificationChannel } from '#domain/pipeline'
import { diffConfigurations } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import { decideRequest } from '#domain/promotion'
import { projections } from '#engine'
import { buildConfiguration, buildRequestFacts, personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import type { TestDatabase } from '../../../test/support/test-database.ts'
import { openTestDatabase } from '../../../test/support/test-database.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { createNotificationCommands } from './notification-commands.ts'
import { createNotifier } from './notifier.ts'

interface Received {
  readonly path: string
  readonly id: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

let database: TestDatabase
let store: Store
let now = 0
/** What answers: a status, or nothing at all. */
let answer: (received: Received) => number | 'silence' = () => 204
let received: Received[] = []
let address = ''
const http = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const one = {
      path: request.url ?? '',
      id: String(request.headers['webhook-id'] ?? ''),
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
    }
    received.push(one)
    const status = answer(one)
    if (status !== 'silence') response.writeHead(status).end()
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(http.address() as AddressInfo).port}` // it listens on a port
  database = await openTestDatabase()
})
afterAll(async () => {
  http.closeAllConnections()
  http.close()
  await database.close()
})
beforeEach(async () => {
  now = Date.now()
  received = []
  answer = () => 204
  await database.empty()
  store = createStore({ url: database.appUrl, projections, clock, hashing: nodeHashing })
})
afterEach(() => store.close())

const clock = { now: () => toId<Instant>(new Date(now).toISOString()) }
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const base = buildConfiguration(3)

function webhook(id: string, more: Partial<NotificationChannel> = {}): NotificationChannel {
  const secret = { kind: 'environment', variable: 'SECRET' } as const
  return { id, kind: 'webhook', url: `${address}/${id}`, secret, ...more } as NotificationChannel // only what is for every kind is changed
}

function open(channels: readonly NotificationChannel[]) {
  const messenger = createMessenger({ secrets: { resolve: async () => (channels[0]?.kind === 'webhook' ? 'secret' : `${address}/chat`) } })
  const { ledger, readModel, directory, tokenUses, notifications } = store
  const deps = {
    ledger,
    readModel,
    directory,
    tokenUses,
    notifications,
    messenger,
    clock,
    hashing: nodeHashing,
    policy: shippedPolicy,
    log: silent,
  }
  const { loadNotifications } = createNotificationCommands(deps as unknown as EngineDependencies) // lists need nothing else of the world
  return { round: createNotifier(deps), list: async () => granted(await loadNotifications()) }
}

/** Past the rules of applying: what is in force is what the test says. */
async function apply(channels: readonly NotificationChannel[], page = 'https://drover.example'): Promise<void> {
  const configuration: Configuration = { ...base, notifications: { page, channels } }
  const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
  await store.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

async function request(id: string): Promise<number> {
  const promotionId = toId<PromotionId>(id)
  const events = granted(decideRequest(buildRequestFacts(3, { configuration: base, promotionId })))
  const appended = await store.ledger.append({ stream: `promotion/${id}`, expectedVersion: undefined, actor: 'maria', events })
  return appended[0]?.sequence ?? 0
}

describe('a channel', () => {
  it('hears of what came after it was named, once, signed, with a link and without what others are for', async () => {
    await request('p-before')
    const channels = [webhook('all'), webhook('board', { for: { gates: ['cab'] } })]
    await apply(channels)
    const sequence = await request('p-1')
    const { round, list } = open(channels)
    await round()
    await round()
    expect(received.map(({ path }) => path)).toEqual(['/all'])
    const [one] = received
    const data = JSON.parse(one?.body ?? '') as Record<string, unknown>
    expect(data).toMatchObject({
      type: 'decision-wanted',
      data: { title: 'Permits 1.1.0.0 asks to go into prod', link: 'https://drover.example/promotions/p-1', solution: 'Permits' },
    })
    const stamp = String(one?.headers['webhook-timestamp'])
    const signature = createHmac('sha256', 'secret').update(`${one?.id}.${stamp}.${one?.body}`).digest('base64')
    expect(one?.headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(await list()).toMatchObject({
      channels: [
        { id: 'all', waiting: 0, failing: 0 },
        { id: 'board', waiting: 0 },
      ],
      messages: [{ channel: 'all', sequence, state: 'sent', tries: 1 }],
    })
  })

  it('that does not answer holds up no other, is tried again under the same id, and is given up in the end', async () => {
    const channels = [webhook('gone'), webhook('there')]
    await apply(channels)
    await request('p-1')
    const { round, list } = open(channels)
    answer = ({ path }) => (path === '/gone' ? 500 : 204)
    await round()
    expect(received.map(({ path }) => path).toSorted()).toEqual(['/gone', '/there'])
    await round()
    expect(received).toHaveLength(2)
    const { host } = new URL(address)
    expect((await list()).messages.find(({ channel }) => channel === 'gone')).toMatchObject({
      ...{ state: 'due', tries: 1, failure: `${host} answered 500 to a message of the channel gone.` },
    })
    now += 61_000
    await round()
    const tried = received.filter(({ path }) => path === '/gone')
    expect(tried.map(({ id }) => id)).toEqual([tried[0]?.id, tried[0]?.id])
    now += shippedPolicy.notifications.triedHours.value * 3_600_000
    await round()
    expect((await list()).messages.find(({ channel }) => channel === 'gone')).toMatchObject({ state: 'given-up', tries: 3 })
    now += 86_400_000
    await round()
    expect(received.filter(({ path }) => path === '/gone')).toHaveLength(3)
  })

  it('that fails once has the others wait for the shortest pause, and not for as long as they were taken', async () => {
    const channels = [webhook('all')]
    await apply(channels)
    const sequences = [await request('p-1'), await request('p-2'), await request('p-3')]
    const { round, list } = open(channels)
    answer = () => 500
    await round()
    expect(received).toHaveLength(1)
    answer = () => 204
    now += shippedPolicy.notifications.retryMinutes.value * 60_000 + 1000
    await round()
    const told = (await list()).messages.toSorted((a, b) => a.sequence - b.sequence)
    expect(told.map(({ sequence, state, tries }) => [sequence, state, tries])).toEqual(
      sequences.map((sequence, at) => [sequence, 'sent', at === 0 ? 2 : 1]),
    )
  })

  it('of Teams or Slack gets a message in its form, in which names are only words', async () => {
    const chat = { kind: 'environment', variable: 'CHAT' } as const
    const channels: NotificationChannel[] = [
      { id: 'teams', kind: 'teams', address: chat },
      { id: 'slack', kind: 'slack', address: chat },
    ]
    const environments = base.environments.map((each) => (each.id === 'prod' ? { ...each, name: '<!channel> [x](http://y)' } : each))
    const configuration: Configuration = { ...base, environments, notifications: { channels } }
    const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
    await store.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
    await request('p-1')
    await open(channels).round()
    const bodies = received.map(({ body }) => body)
    expect(bodies.find((body) => body.includes('AdaptiveCard'))).toContain('\\\\[x\\\\](http://y)')
    expect(bodies.find((body) => body.includes('mrkdwn'))).toContain('&lt;!channel&gt;')
    expect(bodies.join()).not.toContain('Open in Drover')
  })

  it('of two workers at once gets each message once', async () => {
    await apply([webhook('all')])
    for (const id of ['p-1', 'p-2', 'p-3']) await request(id)
    const [one, two] = [open([webhook('all')]), open([webhook('all')])]
    await Promise.all([one.round(), two.round(), one.round(), two.round()])
    await one.round()
    expect(received.map(({ id }) => id).toSorted()).toEqual([...new Set(received.map(({ id }) => id))].toSorted())
    expect(received).toHaveLength(3)
  })
})

it('a process that is killed while it tells loses nothing, and tells nothing twice under another id', async () => {
  await apply([webhook('all')])
  for (let i = 1; i <= 8; i++) await request(`p-${i}`)
  const program = new URL('../../../test/support/notifier-to-kill.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program, database.appUrl], { stdio: 'inherit' })
  const killed = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
  answer = () => {
    if (received.length < 4) return 204
    if (received.length === 4) child.kill('SIGKILL')
    return 'silence'
  }
  expect(await killed).toBe('SIGKILL')
  answer = () => 204
  // What the dead process had claimed is free again after a while.
  now = Date.now() + 180_000
  const { round, list } = open([webhook('all')])
  await round()
  await round()
  const ids = received.map(({ id }) => id)
  const about = new Set(received.map(({ body }) => (JSON.parse(body) as { readonly data: { readonly link: string } }).data.link))
  expect([ids.length, new Set(ids).size, about.size]).toEqual([9, 8, 8])
  expect((await list()).messages.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'sent'))
})

it('time that ran out is recorded once, and told from there', async () => {
  await apply([webhook('all', { about: ['gate-overdue'] })])
  const emergency = { reason: 'Permits are lost' }
  const [asked] = granted(decideRequest(buildRequestFacts(3, { configuration: base, emergency, requester: personId('olga') })))
  const started = { type: 'attempt-started', data: { attemptId: 'a-1' } }
  const jobs = { type: 'job-recorded', data: { attemptId: 'a-1', importJobId: 'j', importState: 'passed' } }
  const ended = { type: 'attempt-succeeded', data: { attemptId: 'a-1', verification: [] } }
  if (asked === undefined) throw new Error('nothing was asked for')
  const events = [asked, started, jobs, ended]
  await store.ledger.append({ stream: 'promotion/p-1', expectedVersion: undefined, actor: 'maria', events })
  await open([webhook('all')]).round()
  expect(received).toEqual([])
  now += 30 * 86_400_000
  const { round } = open([webhook('all')])
  await round()
  now += 61_000
  await round()
  const told = received.map(({ body }) => (JSON.parse(body) as { readonly data: { readonly gates: readonly string[] } }).data.gates)
  const owed = (await store.ledger.read('deadlines')).map(({ data }) => (data as { readonly gate: string }).gate)
  expect(told.flat().toSorted()).toEqual(owed.toSorted())
  expect(owed.length).toBeGreaterThan(0)
})

describe('the part of drover.yaml', () => {
  const configured: Configuration = {
    ...base,
    notifications: {
      page: 'https://drover.example',
      channels: [
        { id: 'hook', kind: 'webhook', url: 'https://hooks.example/drover', secret: { kind: 'environment', variable: 'HOOK' } },
        { id: 'team', kind: 'teams', address: { kind: 'file', path: 'teams' }, about: ['escalated'], for: { roles: ['cab'] } },
      ],
    },
  }

  it('says the same after it was written out', () => {
    expect(granted(checkConfigurationFile(toConfigurationFile(configured))).notifications).toEqual(configured.notifications)
  })

  it('takes no address of a chat in plain text, and nobody whom nothing declares', () => {
    const text = JSON.stringify({
      ...toConfigurationFile(base),
      notifications: { channels: [{ id: 'team', kind: 'slack', address: 'https://hooks.slack.com/services/T/B/x' }] },
    })
    expect(parseConfiguration(text).ok).toBe(false)
    const stranger = { id: 'x', kind: 'teams', address: { environment: 'X' }, for: { people: ['nobody-here'], groups: ['none'] } } as const
    const judged = checkConfigurationFile({ ...toConfigurationFile(base), notifications: { channels: [stranger, stranger] } })
    expect(judged.ok ? [] : judged.refusal.reasons.map(({ subject }) => subject)).toEqual([
      'notifications.channels[0].for.people[0]',
      'notifications.channels[0].for.groups[0]',
      'notifications.channels[1].id',
      'notifications.channels[1].for.people[0]',
      'notifications.channels[1].for.groups[0]',
    ])
  })

  it('takes two people to silence a channel, and one to add one', () => {
    const authorities = (before: Configuration, after: Configuration) => diffConfigurations(before, after).map(({ authority }) => authority)
    expect([authorities(base, configured), authorities(configured, base)]).toEqual([['platform-admin'], ['two-people']])
  })
})
