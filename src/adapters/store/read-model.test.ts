import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Instant, NewEvent } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Lookup, Projection } from '#engine/ports'
import type { TestDatabase } from '../../../test/support/test-database.ts'
import { openTestDatabase } from '../../../test/support/test-database.ts'
import type { Store } from './index.ts'
import { createStore, migrate } from './index.ts'
import { migrations } from './migrations.ts'

const hashing = { sha256: (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex') }
const clock = { now: () => toId<Instant>('2026-11-21T09:30:00.000Z') }

interface Order {
  readonly id: string
  readonly solution: string
  readonly state: string
}

/** An order goes into its solution's place when it succeeds; the place holds what went in last. */
const orders: Projection = {
  kind: 'promotion',
  id: ({ stream }) => (stream.startsWith('promotion/') ? stream.slice(10) : undefined),
  fold: (document, event) => {
    if (event.type === 'Removed') return undefined
    const before = document as Order | undefined
    return { id: event.stream.slice(10), solution: 'A', ...before, ...(event.data as Partial<Order>), state: event.type }
  },
  summarise: (document) => {
    const { id, solution, state } = document as Order
    return { id, solutionKey: solution, state, absent: undefined }
  },
}
const places: Projection = {
  kind: 'deployment',
  id: ({ type }, folded) => (type === 'Succeeded' ? (folded('promotion') as Order | undefined)?.solution : undefined),
  fold: (_document, _event, folded) => ({ holds: (folded('promotion') as Order).id }),
}

const rules: Projection = {
  kind: 'configuration',
  id: ({ stream }) => (stream === 'configuration' ? 'current' : undefined),
  fold: (_document, event) => event.data,
}

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  await database.empty()
  store = createStore({ url: database.appUrl, projections: [orders, places, rules], clock, hashing })
})

afterEach(async () => {
  await store.close()
})

afterAll(() => database.close())

describe('the configuration in force', () => {
  const apply = (by: Store, solutions: readonly string[]) =>
    by.ledger.append({
      stream: 'configuration',
      expectedVersion: undefined,
      actor: 'pat',
      events: [{ type: 'Applied', data: { solutions } }],
    })
  const load = () => store.readModel.load<{ readonly solutions: string[] }>('configuration', 'current')

  it('is held while it is in force, however often it is asked for', async () => {
    expect(await load()).toBeUndefined()
    await apply(store, ['A'])
    const first = await load()
    expect(first).toEqual({ solutions: ['A'] })
    expect(await load()).toBe(first)
  })

  it('is the new one at once, whichever process applied it, and none once it is gone', async () => {
    await apply(store, ['A'])
    await load()
    const other = createStore({ url: database.appUrl, projections: [orders, places, rules], clock, hashing })
    await apply(other, ['A', 'B'])
    await other.close()
    expect(await load()).toEqual({ solutions: ['A', 'B'] })
    await database.empty()
    expect(await load()).toBeUndefined()
    await apply(store, ['C'])
    expect(await load()).toEqual({ solutions: ['C'] })
  })

  it('is changed by no reader, since others read the same', async () => {
    await apply(store, ['A'])
    const held = await load()
    expect(() => held?.solutions.push('B')).toThrow(TypeError)
    expect(await load()).toEqual({ solutions: ['A'] })
  })
})

describe('a lookup', () => {
  beforeEach(async () => {
    await append('p-1', { type: 'Requested', data: { solution: 'A' } })
    await append('p-2', { type: 'Requested', data: { solution: 'B' } })
    await append('p-3', { type: 'Requested', data: { solution: 'A' } })
    await append('p-4', { type: 'Requested', data: { solution: 'A' } })
    await append('p-1', { type: 'Running', data: {} })
    await append('p-4', { type: 'Succeeded', data: {} })
  })

  it.each<readonly [string, Lookup, readonly string[]]>([
    ['everything, newest first, by when it was made', {}, ['p-4', 'p-3', 'p-2', 'p-1']],
    ['what has one value', { where: { solutionKey: 'A' } }, ['p-4', 'p-3', 'p-1']],
    ['what has any of several values', { where: { state: ['Running', 'Succeeded'] } }, ['p-4', 'p-1']],
    ['what has all that is asked for', { where: { solutionKey: 'A', state: 'Requested' } }, ['p-3']],
    ['nothing where no value will do', { where: { state: [] } }, []],
    ['nothing where the entry is absent', { where: { absent: 'undefined' } }, []],
    ['the newest few of what fits', { where: { solutionKey: 'A' }, limit: 2 }, ['p-4', 'p-3']],
    ['what is named', { ids: ['p-3', 'p-1', 'p-9'] }, ['p-3', 'p-1']],
    ['nothing when nothing is named', { ids: [] }, []],
    ['a name with a quote in it, as a name', { where: { "state'": 'Running' } }, []],
  ])('finds %s', async (_what, lookup, ids) => {
    expect((await store.readModel.list<Order>('promotion', lookup)).map((order) => order.id)).toEqual(ids)
    expect((await store.readModel.listSummaries<Order>('promotion', lookup)).rows.map((order) => order.id)).toEqual(ids)
  })

  it('sees a change as soon as it is appended', async () => {
    await append('p-3', { type: 'Failed', data: { solution: 'B' } })
    expect((await listIds({ where: { solutionKey: 'A', state: 'Requested' } })).ids).toEqual([])
    expect((await listIds({ where: { solutionKey: 'B' } })).ids).toEqual(['p-3', 'p-2'])
  })

  it('reads a folded document of another kind as it is after the same event', async () => {
    expect(await store.readModel.load('deployment', 'A')).toEqual({ holds: 'p-4' })
    await append('p-1', { type: 'Succeeded', data: {} })
    expect(await store.readModel.load('deployment', 'A')).toEqual({ holds: 'p-1' })
    expect(await store.readModel.load('deployment', 'B')).toBeUndefined()
  })
})

describe('pages', () => {
  it('show each row that was there once, whatever is made, changed or removed meanwhile', async () => {
    for (let i = 1; i <= 25; i++) await append(`p-${i}`, { type: 'Requested', data: {} })
    const seen: string[] = []
    let after: number | undefined
    for (let page = 1; ; page++) {
      const { ids, next } = await listIds({ limit: 4, after })
      seen.push(...ids)
      if (next === undefined) break
      after = next
      await append(`new-${page}`, { type: 'Requested', data: {} })
      await append(`p-${page}`, { type: 'Running', data: {} })
      // Now and then the row that the next page is counted from.
      await append(ids.at(page % 2 === 0 ? -1 : 0) ?? '', { type: 'Removed', data: {} })
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `p-${25 - i}`))
  })

  it('end without a next one, also when the last is full', async () => {
    for (let i = 1; i <= 4; i++) await append(`p-${i}`, { type: 'Requested', data: {} })
    const first = await listIds({ limit: 2 })
    expect(first.next).toBeDefined()
    expect(await listIds({ limit: 2, after: first.next })).toEqual({ ids: ['p-2', 'p-1'], next: undefined })
    expect((await listIds({})).next).toBeUndefined()
  })
})

describe('folding again', () => {
  it('gives what folding one append at a time gave, whatever happened', async () => {
    const happening = fc.record({
      stream: fc.constantFrom('p-1', 'p-2', 'p-3'),
      types: fc.array(fc.constantFrom('Requested', 'Running', 'Succeeded', 'Removed'), { minLength: 1, maxLength: 4 }),
      solution: fc.constantFrom('A', 'B'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 8 }), async (happenings) => {
        for (const { stream, types, solution } of happenings) await append(stream, ...types.map((type) => ({ type, data: { solution } })))
        const before = await dump()
        await store.rebuildReadModels()
        expect(await dump()).toEqual(before)
      }),
      { numRuns: 25 },
    )
  })

  it('is done once per version of the projections, also by two at once', async () => {
    await append('p-1', { type: 'Requested', data: {} })
    const folded = await Promise.all([store.refreshReadModels('a'), store.refreshReadModels('a')])
    expect([...folded].sort()).toEqual([0, 1])
    expect(await store.refreshReadModels('b')).toBe(1)
    expect(await store.refreshReadModels('b')).toBe(0)
  })

  it('fills the summaries of a database from before there were any, with the rights of the app login', async () => {
    await append('p-1', { type: 'Requested', data: {} })
    await append('p-2', { type: 'Requested', data: {} }, { type: 'Succeeded', data: {} })
    const before = await dump()
    await database.makeOlder()
    expect(await migrate(database.ownerUrl)).toEqual(migrations.slice(1).map(({ name }) => name))
    expect((await listIds({ where: { state: 'Requested' } })).ids).toEqual([])
    expect(await store.refreshReadModels('2')).toBe(3)
    expect(await dump()).toEqual(before)
    expect((await listIds({ where: { state: 'Requested' } })).ids).toEqual(['p-1'])
  })
})

async function dump(): Promise<readonly unknown[]> {
  const { rows } = await database.owner.query('SELECT * FROM drover.read_model ORDER BY kind, id')
  return rows
}

async function listIds(lookup: Lookup) {
  const { rows, next } = await store.readModel.listSummaries<Order>('promotion', lookup)
  return { ids: rows.map((row) => row.id), next }
}

function append(id: string, ...events: readonly NewEvent[]) {
  return store.ledger.append({ stream: `promotion/${id}`, expectedVersion: undefined, actor: 'ann', events })
}
