import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseMaskingFile } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { ScanReport } from '../../src/engine/data/seed-record.ts'
import { makeRows } from '../../src/adapters/dataverse/testing/library.ts'
import { handMade } from '../conformance/hand-made.ts'
import { importSolution } from '../conformance/organisation.ts'
import { personId } from '../support/domain-builders.ts'
import type { EmulatorChild } from '../support/emulator-child.ts'
import { peakBytesOf, startEmulatorChild } from '../support/emulator-child.ts'
import { granted } from '../support/granted.ts'
import type { MaskingWorld } from '../support/masking-world.ts'
import { openMaskingWorld } from '../support/masking-world.ts'

// Through a local environment in a process of its own; `npm run prove -- --data` takes 200,000 rows.
const rows = Number(process.env['DROVER_MASKED_ROWS'] ?? 2_000)
const firms = Math.ceil(rows / 20)
const people = rows - firms
/** Of those that have a file, each of which is a request of its own. */
const files = 20
const megabyte = 2 ** 20
/** Beyond what the process held before: hashes of what is protected, of which there are some ten to a row, and pages on their way. */
const mostGrowth = 250 * megabyte + rows * 1000

const rules = `version: 1
tables:
  hand_firm:
    columns:
      hand_name: { fake: company }
  hand_person:
    columns:
      hand_name: { fake: full-name }
      hand_mail: { fake: email }
      hand_json: mask
      hand_note: mask
`

let folder: string
let child: EmulatorChild
let world: MaskingWorld

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-masked-'))
  child = await startEmulatorChild()
  for (const place of ['dev', 'test']) await withTables(place)
  world = await openMaskingWorld(child.organisation, folder)
  await timed('made', rows, fillSource)
})
afterAll(async () => {
  await child?.organisation.close()
  await rm(folder, { recursive: true, force: true })
})

describe(`${rows} rows of a pet`, () => {
  it('arrive masked in cattle with no planted value in text, JSON or files, in bounded memory, and the scan finds those that are put back', async () => {
    const before = peakBytesOf(process.pid)
    const asked = granted(
      await world.engine.seedData({ ...places, rules: rulesOf(), seed: '42', synthetic: undefined, actor: personId('pat') }),
    )
    const id = asked.request.id
    granted(await world.engine.decideData({ id, verdict: 'approve', comment: '', actor: personId('olga') }))
    await timed('read, masked, written and scanned', rows, () => world.work())
    const { status, done, scan } = await world.load(id)
    expect(status).toMatchObject({ state: 'ended' })
    expect(done.filter(({ part }) => part === 'values').map(({ table, written, refused }) => [table, written, refused])).toEqual([
      ['hand_firm', firms, 0],
      ['hand_person', people, 0],
    ])
    expect(done.filter(({ part }) => part === 'links').map(({ table, written, refused }) => [table, written, refused])).toEqual(
      expect.arrayContaining([['hand_person', people, 0]]),
    )
    expect(scan).toMatchObject({ rows, found: 0, findings: [] })
    expect(scan?.sought).toBeGreaterThan(people * 3)
    const grown = (peakBytesOf(process.pid) ?? 0) - (before ?? 0)
    tell(`product grew by ${inMegabytes(grown)}; environments held ${inMegabytes(child.peakBytes() ?? 0)} at most`)
    expect(grown).toBeLessThan(mostGrowth)

    await plant()
    const again = await timed('scanned', rows, scanAgain)
    expect(again.findings.map(({ column, id: row, what, from }) => [column, row, what, from])).toEqual(
      expect.arrayContaining([
        ['hand_note', idOfPerson(1), 'protected-value', 'hand_person.hand_name'],
        ['hand_json', idOfPerson(2), 'protected-value', 'hand_person.hand_mail'],
        ['hand_file', idOfPerson(3), 'protected-value', 'hand_person.hand_name'],
      ]),
    )
    expect(again.found).toBe(3)
  })
})

const places = { environmentId: env('test'), sourceId: env('prod') }

async function scanAgain(): Promise<ScanReport> {
  const asked = granted(await world.engine.scanData({ ...places, rules: rulesOf(), actor: personId('pat') }))
  granted(await world.engine.decideData({ id: asked.request.id, verdict: 'approve', comment: '', actor: personId('olga') }))
  await world.work()
  const { scan } = await world.load(asked.request.id)
  if (scan === undefined) throw new Error('it did not look')
  return scan
}

/** What people do to an environment of cattle afterwards. */
async function plant(): Promise<void> {
  await change('test', idOfPerson(1), { hand_note: `Ask ${nameOf(7)} about it` })
  await change('test', idOfPerson(2), { hand_json: JSON.stringify({ of: mailOf(people - 1) }) })
  await upload('test', 3, `Born in Ely: ${nameOf(people - 2)}`)
}

async function withTables(place: string): Promise<void> {
  const columns = ['hand_mail', 'hand_json', 'hand_note'].map((name) => ({ name, maxLength: 400 }))
  const zip = await handMade({
    name: 'People',
    version: '1.0.0.0',
    tables: [{ name: 'hand_firm' }, { name: 'hand_person', columns: [...columns, { name: 'hand_file', isFile: true }] }],
    lookups: [{ from: 'hand_person', column: 'hand_firm', to: 'hand_firm' }],
  })
  const { organisation } = child
  const at = {
    ...organisation,
    call: (method: string, path: string, more?: object) => organisation.call(method, address(place, path), more),
  }
  expect(await importSolution(at, zip)).toMatchObject({ statuscode: 30 })
}

async function fillSource(): Promise<void> {
  const pageSize = 10_000
  for (let at = 0; at < firms; at += pageSize) {
    const page = Array.from({ length: Math.min(pageSize, firms - at) }, (_, index) => at + index)
    await makeRows(
      child.organisation,
      'hand_firms',
      page.map((number) => ({ hand_firmid: idOfFirm(number), hand_name: `Quackenbush & Sons ${number}` })),
    )
  }
  for (let at = 0; at < people; at += pageSize) {
    const page = Array.from({ length: Math.min(pageSize, people - at) }, (_, index) => at + index)
    await makeRows(child.organisation, 'hand_persons', page.map(personOf))
  }
  for (let at = 0; at < files; at++) await upload('dev', at, `name;mail\n${nameOf(at)};${mailOf(at)}\n`)
}

/** A person whose every value is of that person alone. */
function personOf(number: number): Record<string, unknown> {
  return {
    hand_personid: idOfPerson(number),
    hand_name: nameOf(number),
    hand_mail: mailOf(number),
    hand_json: JSON.stringify({ mail: mailOf(number), vip: true }),
    hand_note: `${nameOf(number)} wants to be called at ${mailOf(number)}`,
    'hand_firm@odata.bind': `/hand_firms(${idOfFirm(number % firms)})`,
  }
}

function nameOf(number: number): string {
  return `Zeb${number} Quackenbush`
}

function mailOf(number: number): string {
  return `zeb${number}@contoso.com`
}

function idOfPerson(number: number): string {
  return `00000001-0000-4000-8000-${String(number).padStart(12, '0')}`
}

function idOfFirm(number: number): string {
  return `00000002-0000-4000-8000-${String(number).padStart(12, '0')}`
}

async function change(place: string, person: string, body: unknown): Promise<void> {
  const answer = await child.organisation.call('PATCH', address(place, `hand_persons(${person})`), { body })
  expect(answer.status, answer.text).toBe(204)
}

async function upload(place: string, person: number, text: string): Promise<void> {
  const path = address(place, `hand_persons(${idOfPerson(person)})/hand_file`)
  const headers = { 'content-type': 'application/octet-stream', 'x-ms-file-name': 'scan.txt' }
  const answer = await child.organisation.call('PATCH', path, { body: Buffer.from(text), headers })
  expect(answer.status, answer.text).toBe(204)
}

function address(place: string, path: string): string {
  return path.startsWith('http') ? path : `${child.organisation.url.replace(/\/dev$/, `/${place}`)}/api/data/v9.2/${path}`
}

function rulesOf() {
  return granted(parseMaskingFile(rules)).rules
}

function env(name: string): EnvironmentId {
  return toId<EnvironmentId>(name)
}

async function timed<T>(what: string, count: number, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const result = await work()
  const seconds = (performance.now() - startedAt) / 1000
  tell(`${count} rows ${what} in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)} a second`)
  return result
}

/** Where it was asked for as a proof, and not with all tests. */
function tell(line: string): void {
  if (process.env['DROVER_MASKED_ROWS'] !== undefined) console.log(line)
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / megabyte)} MB`
}
