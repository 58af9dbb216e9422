import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseMaskingFile, writeMaskingFile } from '#contract'
import type { MaskingRules } from '#domain/data'
import { toId } from '#domain/kernel'
import type { EnvironmentId } from '#domain/kernel'
import { writeZip } from '#format'
import type { DataWork, Engine } from '#engine'
import { makeRows } from '../../adapters/dataverse/testing/library.ts'
import { handMade } from '../../../test/conformance/hand-made.ts'
import type { Organisation } from '../../../test/conformance/organisation.ts'
import { importSolution, openLocal, rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { MaskingWorld } from '../../../test/support/masking-world.ts'
import { openMaskingWorld } from '../../../test/support/masking-world.ts'

const count = 240
let folder: string
let organisation: Organisation
let world: MaskingWorld
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-data-'))
  organisation = await openLocal()
  await withTables('dev')
  await withTables('test')
  world = await openMaskingWorld(organisation, folder)
  engine = world.engine
  await fillSource()
})
afterAll(async () => {
  await organisation.close()
  await rm(folder, { recursive: true, force: true })
})

const rules = `version: 1
tables:
  hand_firm:
    columns:
      hand_name: { fake: company }
  hand_person:
    columns:
      hand_name: { fake: full-name }
      hand_mail: { fake: email }
      hand_code: mask
      hand_json: mask
      hand_iban: { mask: iban }
      hand_kind: keep
      hand_note: null
`

describe('masked rows of a pet', () => {
  let asked: DataWork

  it('wait for the word of somebody else who answers for its data, and go nowhere but into cattle', async () => {
    expect(await seed({ environmentId: 'prod', sourceId: 'test' })).toMatchObject({ ok: false, refusal: { code: 'data.target-pet' } })
    expect(await seed({ actor: 'maria' })).toMatchObject({ ok: false, refusal: { code: 'data.not-allowed' } })
    expect(await seed({ sourceId: undefined })).toMatchObject({ ok: false, refusal: { code: 'data.no-source' } })
    const wrong = { ...rulesOf(rules), tables: { hand_person: { columns: { hand_gone: { kind: 'keep' as const } } } } }
    expect(await seed({ rules: wrong })).toMatchObject({
      ok: false,
      refusal: { code: 'data.rules-unfit', reasons: [{ subject: 'tables.hand_person.columns.hand_gone' }] },
    })
    for (const kind of ['keep', 'mask', 'hash'] as const) {
      const filed = { ...rulesOf(rules), tables: { hand_person: { columns: { hand_scan: { kind } } } } }
      const message = 'Files and images do not travel with rows; only null is possible.'
      expect(await seed({ rules: filed })).toMatchObject({ ok: false, refusal: { code: 'data.rules-unfit', reasons: [{ message }] } })
    }
    const alone = granted(await seed({ actor: 'olga' }))
    const own = { id: alone.request.id, verdict: 'approve' as const, comment: '', actor: personId('olga') }
    expect(await engine.decideData(own)).toMatchObject({ ok: false, refusal: { code: 'data.same-person' } })
    granted(await engine.decideData({ ...own, id: granted(await seed({})).request.id, verdict: 'reject' }))
    expect(world.pending.size).toBe(0)
    // A role that is granted for the environment that is filled is enough; without it nobody starts.
    asked = granted(await seed({ actor: 'remy' }))
    expect(asked.status).toEqual({ state: 'waiting' })
    const shown = asked.plan.find(({ table }) => table === 'hand_person')?.columns
    expect(shown).toContainEqual({ column: 'hand_kind', rule: 'keep', isNamed: true })
    expect(shown).toContainEqual({ column: 'hand_scan', rule: 'null', isNamed: false })
    expect(world.pending.size).toBe(0)
    const word = { id: asked.request.id, verdict: 'approve' as const, comment: 'For the acceptance test' }
    expect(await engine.decideData({ ...word, actor: personId('pat') })).toMatchObject({ ok: false, refusal: { code: 'data.no-owner' } })
    expect(granted(await engine.decideData({ ...word, actor: personId('olga') })).status).toEqual({ state: 'running' })
    expect(await engine.decideData({ ...word, actor: personId('olga') })).toMatchObject({ ok: false, refusal: { code: 'data.decided' } })
  })

  it('arrive once each, with their links, whenever the worker is killed, and hold nothing that the rules protect', async () => {
    const deaths = ['plan', 'values-0', 'values-1', 'links-1', 'scan']
    while (world.pending.size > 0) await world.work(deaths)
    expect(deaths).toEqual([])
    const done = await world.load(asked.request.id)
    expect(done.status).toMatchObject({ state: 'ended' })
    expect(done.done.map(({ table, part, refused }) => [table, part, refused])).toEqual([
      ['hand_firm', 'values', 0],
      ['hand_person', 'values', 0],
      ['hand_firm', 'links', 0],
      ['hand_person', 'links', 0],
    ])
    expect(done.scan).toMatchObject({ found: 0, rows: count + 3 })
    expect(done.scan?.sought).toBeGreaterThan(count * 4)
    const people = await rows(
      'test',
      'hand_persons?$select=hand_name,hand_mail,hand_code,hand_json,hand_iban,hand_kind,hand_note,hand_scan,_hand_firm_value',
    )
    expect(people).toHaveLength(count)
    for (const row of people) {
      expect(JSON.stringify(row)).not.toMatch(/quackenbush|contoso/i)
      expect(row['hand_mail']).toMatch(/@example\.(com|org|net)$/)
      expect(row['hand_code']).toMatch(/^[A-Z]-\d{4}$/)
      expect(row['hand_kind']).toBe('plain')
      expect([row['hand_note'] ?? null, row['hand_scan'] ?? null]).toEqual([null, null])
      expect(row['_hand_firm_value']).not.toBeNull()
      expect(Object.keys(JSON.parse(String(row['hand_json'])) as object)).toEqual(['mail', 'tags'])
    }
  })

  it('are told by counts and rules, and by no value, in the ledger', async () => {
    const work = await world.load(asked.request.id)
    expect(work.plan.find(({ table }) => table === 'hand_person')?.columns).toContainEqual({
      column: 'hand_mail',
      rule: 'fake email',
      isNamed: true,
    })
    expect(JSON.stringify(await world.deps.ledger.readAll(0, 1000))).not.toMatch(/quackenbush|contoso|plain/i)
    expect(JSON.stringify([...world.recorded.values()].map((steps) => [...steps]))).not.toMatch(/quackenbush|contoso/i)
    expect((await readFile(join(folder, 'masking.key'))).length).toBeGreaterThan(40)
  })

  it('are the same when they are asked for again, and those that are there stay', async () => {
    const before = await rows('test', 'hand_persons?$select=hand_mail&$orderby=hand_personid')
    const again = granted(await seed({}))
    granted(await engine.decideData({ id: again.request.id, verdict: 'approve', comment: '', actor: personId('olga') }))
    await world.work()
    const emails = (list: readonly Record<string, unknown>[]): readonly unknown[] => list.map((row) => row['hand_mail'])
    expect(emails(await rows('test', 'hand_persons?$select=hand_mail&$orderby=hand_personid'))).toEqual(emails(before))
  })
})

describe('a scan', () => {
  it('finds what arrived nevertheless, by its place', async () => {
    const target = id(7)
    const leak = {
      hand_note: 'Ask zeb9 QUACKENBUSH',
      hand_json: String.raw`{"a":"\u007aeb8@contoso.com"}`,
      hand_kind: 'GB82 WEST 1234 5698 7654 32',
    }
    await call('test', 'PATCH', `hand_persons(${target})`, leak)
    await call('test', 'PATCH', `hand_persons(${id(11)})`, { hand_code: 'K-0011' })
    await upload('test', id(12), Buffer.from('<p>Zeb12&nbsp;Quackenbush</p>'))
    await upload('test', id(13), Buffer.from('Kontakt: M\u00FCller\r\nZeb13 Quackenbush', 'latin1'))
    await upload('test', id(14), await writeZip([{ path: 'word/document.xml', bytes: Buffer.from('<w:t>Zeb14 Quackenbush</w:t>') }]))
    await upload('test', id(15), crypto.getRandomValues(new Uint8Array(400)))
    const asked = granted(
      await engine.scanData({ environmentId: env('test'), sourceId: env('prod'), rules: rulesOf(rules), actor: personId('pat') }),
    )
    expect(asked.status).toEqual({ state: 'waiting' })
    expect(world.pending.size).toBe(0)
    granted(await engine.decideData({ id: asked.request.id, verdict: 'approve', comment: '', actor: personId('olga') }))
    await world.work()
    const { scan } = await world.load(asked.request.id)
    const found = scan?.findings.map(({ column, id: row, what, from }) => [column, row, what, from])
    expect(found).toEqual(
      expect.arrayContaining([
        ['hand_note', target, 'protected-value', 'hand_person.hand_name'],
        ['hand_json', target, 'protected-value', 'hand_person.hand_mail'],
        ['hand_kind', target, 'iban', undefined],
        ['hand_code', id(11), 'same-value', undefined],
        ['hand_scan', id(12), 'protected-value', 'hand_person.hand_name'],
        ['hand_scan', id(13), 'protected-value', 'hand_person.hand_name'],
        ['hand_scan', id(14), 'protected-value', 'hand_person.hand_name'],
      ]),
    )
    expect(scan?.found).toBe(7)
    expect(scan?.unread).toContainEqual(expect.stringMatching(/^hand_person\.hand_scan: \d+ rows gave no file, 1 one that cannot be read/))
    expect(JSON.stringify(scan)).not.toMatch(/quackenbush|contoso|5698/i)
  })
})

describe('made-up rows', () => {
  it('fill an environment without any other, with lookups among one another', async () => {
    const asked = granted(await seed({ sourceId: undefined, synthetic: 30, environmentId: 'test' }))
    expect(asked.status).toEqual({ state: 'running' })
    await world.work()
    const done = await world.load(asked.request.id)
    expect(done.status).toMatchObject({ state: 'ended' })
    expect(done.done.every(({ refused }) => refused === 0)).toBe(true)
    const people = await rows('test', 'hand_persons?$select=hand_mail,_hand_firm_value&$orderby=createdon desc')
    expect(people).toHaveLength(count + 30)
  })
})

describe('proposed rules', () => {
  it('fit what they were proposed for, and are read back as they were', async () => {
    const proposed = granted(await engine.proposeDataRules({ subject: 'test', locale: 'de' }))
    expect(proposed.tables['hand_person']?.columns).toMatchObject({
      hand_mail: { kind: 'fake', provider: 'email' },
      hand_note: { kind: 'mask' },
    })
    const read = parseMaskingFile(writeMaskingFile(proposed))
    expect(read.ok && read.value.rules).toEqual(proposed)
  })
})

function seed(
  more: Partial<{ environmentId: string; sourceId: string | undefined; actor: string; rules: MaskingRules; synthetic: number }>,
) {
  const given = { environmentId: 'test', sourceId: 'prod' as string | undefined, actor: 'pat', rules: rulesOf(rules), ...more }
  return engine.seedData({
    environmentId: env(given.environmentId),
    ...(given.sourceId === undefined ? {} : { sourceId: env(given.sourceId) }),
    rules: given.rules,
    seed: '42',
    synthetic: given.synthetic,
    actor: personId(given.actor),
  })
}

function rulesOf(text: string): MaskingRules {
  return granted(parseMaskingFile(text)).rules
}

function granted<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: unknown }): T {
  if (result.ok) return result.value
  throw new Error(JSON.stringify(result.refusal))
}

function env(name: string): EnvironmentId {
  return toId<EnvironmentId>(name)
}

function id(at: number): string {
  return `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`
}

async function withTables(place: 'dev' | 'test'): Promise<void> {
  const names = ['hand_mail', 'hand_code', 'hand_json', 'hand_iban', 'hand_kind', 'hand_note']
  const zip = await handMade({
    name: 'People',
    version: '1.0.0.0',
    tables: [
      { name: 'hand_firm' },
      { name: 'hand_person', columns: [...names.map((name) => ({ name, maxLength: 400 })), { name: 'hand_scan', isFile: true }] },
    ],
    lookups: [{ from: 'hand_person', column: 'hand_firm', to: 'hand_firm' }],
  })
  const at = {
    ...organisation,
    call: (method: string, path: string, more?: object) => organisation.call(method, address(place, path), more),
  }
  expect(await importSolution(at, zip)).toMatchObject({ statuscode: 30 })
}

async function fillSource(): Promise<void> {
  const firms = [1, 2, 3].map((at) => ({ hand_firmid: id(at), hand_name: `Contoso ${at}` }))
  await makeRows(organisation, 'hand_firms', firms)
  const people = Array.from({ length: count }, (_, at) => ({
    hand_personid: id(at),
    hand_name: `Zeb${at} Quackenbush`,
    hand_mail: `zeb${at}@contoso.com`,
    hand_code: `K-${String(at).padStart(4, '0')}`,
    hand_json: JSON.stringify({ mail: `zeb${at}@contoso.com`, tags: ['q', true] }),
    hand_iban: 'DE89 3704 0044 0532 0130 00',
    hand_kind: 'plain',
    hand_note: `Zeb${at} Quackenbush called`,
    'hand_firm@odata.bind': `/hand_firms(${id(1 + (at % 3))})`,
  }))
  await makeRows(organisation, 'hand_persons', people)
  await upload('dev', id(3), Buffer.from('Zeb3 Quackenbush, born in Ely'))
}

async function upload(place: 'dev' | 'test', person: string, bytes: Uint8Array): Promise<void> {
  const path = address(place, `hand_persons(${person})/hand_scan`)
  const headers = { 'content-type': 'application/octet-stream', 'x-ms-file-name': 'scan.txt' }
  const answer = await organisation.call('PATCH', path, { body: bytes, headers })
  expect(answer.status, answer.text).toBe(204)
}

async function call(place: 'dev' | 'test', method: string, path: string, body: unknown): Promise<void> {
  const answer = await organisation.call(method, address(place, path), { body })
  expect(answer.status, answer.text).toBe(204)
}

async function rows(place: 'dev' | 'test', path: string): Promise<readonly Record<string, unknown>[]> {
  return rowsOf(await organisation.call('GET', address(place, path)))
}

function address(place: string, path: string): string {
  return path.startsWith('http') ? path : `${organisation.url.replace(/\/dev$/, `/${place}`)}/api/data/v9.2/${path}`
}
