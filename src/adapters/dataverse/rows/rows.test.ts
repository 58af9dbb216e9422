import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenEnvironment, Row, RowSelection, RowsWritten } from '#engine/ports'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal, rowsOf } from '../../../../test/conformance/organisation.ts'
import { person } from '../../../../test/conformance/people.ts'
import { book, idOf, make, makeLibrary, makeRows, pairs, shelf, textColumn } from '../testing/library.ts'
import { openOf } from '../testing/observed-organisation.ts'

const ada = person('Ada', 'a', 'System Administrator')

let organisation: Organisation
let environment: OpenEnvironment

const emma = idOf(1, 1)
const part = idOf(1, 2)
const attic = idOf(2, 1)
const cellar = idOf(2, 2)

beforeAll(async () => {
  organisation = await openLocal({ people: [ada] })
  environment = openOf(organisation)
  await makeLibrary(organisation)
  await makeRows(organisation, 'new_shelfs', [
    { new_shelfid: attic, new_name: 'Attic' },
    { new_shelfid: cellar, new_name: 'Cellar' },
  ])
  await makeRows(organisation, 'new_books', [
    {
      new_bookid: emma,
      new_name: 'Emma',
      new_code: 'K-1',
      new_number: 'B-0815',
      new_memo: 'a\nb "c" €',
      new_pages: 474,
      new_price: 12.35,
      new_amount: 99.95,
      new_lent: true,
      new_bought: '2024-02-29T10:11:12Z',
      new_printed: '1815-12-23',
      new_stage: 100_000_001,
      new_topics: '100000000,100000002',
      overriddencreatedon: '2020-05-01T08:00:00Z',
      'new_Shelf@odata.bind': `/new_shelfs(${attic})`,
    },
    { new_bookid: part, new_name: 'Part', 'new_Whole@odata.bind': `/new_books(${emma})` },
  ])
  await organisation.call('PATCH', `new_books(${part})`, { body: { statecode: 1 } })
  for (const id of [attic, cellar]) {
    const body = { '@odata.id': `${organisation.url}/api/data/v9.2/new_shelfs(${id})` }
    await make(organisation, `new_books(${emma})/${pairs}/$ref`, body)
  }
})
afterAll(() => organisation.close())

describe('rows', () => {
  it('are read by the names of their columns, lookups with their table, pairs as two ids', async () => {
    const [first, second] = await read({ table: book, columns: undefined })
    expect(first).toMatchObject({
      new_bookid: emma,
      new_name: 'Emma',
      new_pages: 474,
      new_stage: 100_000_001,
      new_topics: '100000000,100000002',
      new_shelf: { table: shelf, id: attic },
      ownerid: { table: 'systemuser' },
      statecode: 0,
      createdon: '2020-05-01T08:00:00Z',
    })
    expect(second).toMatchObject({ new_bookid: part, statecode: 1, new_whole: { table: book, id: emma } })
    expect(Object.keys(second ?? {})).not.toContain('new_memo')
    expect(Object.keys(first ?? {}).filter((name) => /[@_]value|@/.test(name))).toEqual([])
    expect(await read({ table: pairs, columns: undefined })).toEqual([
      { [`${book}id`]: emma, [`${shelf}id`]: attic },
      { [`${book}id`]: emma, [`${shelf}id`]: cellar },
    ])
  })

  it('of a selection of columns are those with a value in one of them, and hold nothing else', async () => {
    expect(await read({ table: book, columns: ['new_pages', 'new_whole'] })).toEqual([
      { new_bookid: emma, new_pages: 474 },
      { new_bookid: part, new_whole: { table: book, id: emma } },
    ])
  })

  it('of a column that is not there are no empty answer', async () => {
    await expect(read({ table: book, columns: ['new_gone'] })).rejects.toMatchObject({ code: 'rows.absent' })
    await expect(read({ table: 'new_gone', columns: undefined })).rejects.toMatchObject({ code: 'rows.absent' })
    expect(await environment.fetchShape({ table: book, columns: ['new_gone', 'new_code'] })).toEqual({
      isThere: true,
      missing: ['new_gone'],
      contents: [],
      unread: [],
      joins: [],
    })
  })

  it('of a relationship with a table that is not there there are none', async () => {
    const name = 'hand_boat_products'
    const solution = { name: 'Lone', version: '1.0.0.0', isManaged: true }
    await bring(organisation, { ...solution, tables: [{ name: 'hand_boat' }], pairs: [{ name, tables: ['hand_boat', 'product'] }] })
    expect((await organisation.call('GET', "EntityDefinitions(LogicalName='product')")).status).toBe(404)
    expect(await read({ table: name, columns: undefined })).toEqual([])
  })

  it('come back as they were, whichever of their tables is written first, also when it is done twice', async () => {
    const selections = [book, shelf, pairs].map((table) => ({ table, columns: undefined }))
    const before = await Promise.all(selections.map(read))
    for (const id of [emma, part]) expect((await organisation.call('DELETE', `new_books(${id})`)).status).toBe(204)
    for (const id of [attic, cellar]) expect((await organisation.call('DELETE', `new_shelfs(${id})`)).status).toBe(204)
    for (let time = 0; time < 2; time++) {
      for (const kind of ['values', 'links'] as const) {
        for (const [at, selection] of selections.entries())
          expect(await write(selection, kind, before[at] ?? [])).toMatchObject({ written: before[at]?.length, refused: [] })
      }
    }
    const after = await Promise.all(selections.map(read))
    expect(after.map((rows) => rows.map(lasting))).toEqual(before.map((rows) => rows.map(lasting)))
  })

  it('give the values of a column back once it is there again, and leave what was changed beside them', async () => {
    await make(organisation, `EntityDefinitions(LogicalName='${book}')/Attributes`, textColumn('new_Note'))
    await organisation.call('PATCH', `new_books(${emma})`, { body: { new_note: 'mine' } })
    const saved = await read({ table: book, columns: ['new_note'] })
    expect(saved).toEqual([{ new_bookid: emma, new_note: 'mine' }])
    const column = `EntityDefinitions(LogicalName='${book}')/Attributes(LogicalName='new_note')`
    expect((await organisation.call('DELETE', column)).status).toBe(204)
    await make(organisation, `EntityDefinitions(LogicalName='${book}')/Attributes`, textColumn('new_Note'))
    await organisation.call('PATCH', `new_books(${emma})`, { body: { new_name: 'Emma, second edition' } })
    await write({ table: book, columns: ['new_note'] }, 'values', saved)
    const now = rowsOf(await organisation.call('GET', `new_books?$select=new_note,new_name&$filter=new_bookid eq ${emma}`))
    expect(now).toMatchObject([{ new_note: 'mine', new_name: 'Emma, second edition' }])
  })

  it('leave what people have entered since as it is, and say how many they left', async () => {
    await make(organisation, `EntityDefinitions(LogicalName='${book}')/Attributes`, textColumn('new_Mark'))
    const saved = [
      { new_bookid: emma, new_mark: 'saved' },
      { new_bookid: part, new_mark: 'same' },
    ]
    await organisation.call('PATCH', `new_books(${emma})`, { body: { new_mark: 'newer' } })
    await organisation.call('PATCH', `new_books(${part})`, { body: { new_mark: 'same' } })
    expect(await write({ table: book, columns: ['new_mark'] }, 'values', saved)).toEqual({ written: 1, kept: 1, refused: [] })
    const marks = rowsOf(await organisation.call('GET', 'new_books?$select=new_mark&$orderby=new_bookid')).map((row) => row['new_mark'])
    expect(marks).toEqual(['newer', 'same'])

    await organisation.call('PATCH', `new_books(${emma})`, { body: { 'new_Shelf@odata.bind': `/new_shelfs(${cellar})` } })
    const looked = [{ new_bookid: emma, new_shelf: { table: shelf, id: attic } }]
    expect(await write({ table: book, columns: ['new_shelf'] }, 'links', looked)).toEqual({ written: 0, kept: 1, refused: [] })
    expect(rowsOf(await organisation.call('GET', `new_books?$select=_new_shelf_value&$filter=new_bookid eq ${emma}`))).toMatchObject([
      { _new_shelf_value: cellar },
    ])
    await organisation.call('PATCH', `new_books(${emma})`, { body: { 'new_Shelf@odata.bind': `/new_shelfs(${attic})` } })
  })

  it('that never went stay as they are, with their values, owner and state', async () => {
    const as = { mscrmcallerid: await anotherUser() }
    const id = idOf(4, 1)
    const made = await organisation.call('POST', 'new_books', { headers: as, body: { new_bookid: id, new_name: 'Old', new_pages: 1 } })
    expect(made.status, made.text).toBe(204)
    const selection = { table: book, columns: undefined }
    const saved = (await read(selection)).filter((row) => row['new_bookid'] === id)
    const body = { new_name: 'New', 'new_Shelf@odata.bind': `/new_shelfs(${cellar})`, statecode: 1 }
    expect((await organisation.call('PATCH', `new_books(${id})`, { body })).status).toBe(204)
    const before = (await read(selection)).filter((row) => row['new_bookid'] === id)
    expect(await write(selection, 'values', saved)).toEqual({ written: 0, kept: 1, refused: [] })
    expect(await write(selection, 'links', saved)).toEqual({ written: 0, kept: 1, refused: [] })
    expect((await read(selection)).filter((row) => row['new_bookid'] === id)).toEqual(before)
    await organisation.call('DELETE', `new_books(${id})`)
  })

  it('that are gone get no values of single columns: a row of nothing but those would be a lie', async () => {
    const gone = idOf(1, 99)
    const { written, refused } = await write({ table: book, columns: ['new_code'] }, 'values', [{ new_bookid: gone, new_code: 'K-99' }])
    expect({ written, refused }).toEqual({ written: 0, refused: [{ id: gone, message: expect.stringContaining('is not there') }] })
    expect((await organisation.call('GET', `new_books(${gone})`)).status).toBe(404)
  })

  it('that the environment refuses are told by id and code, and never by what is in them', async () => {
    const rows = [
      { new_bookid: idOf(3, 1), new_name: 'x'.repeat(101) },
      { new_bookid: idOf(3, 2), new_name: 'good', new_shelf: { table: shelf, id: idOf(2, 77) } },
    ]
    const values = await write({ table: book, columns: undefined }, 'values', rows)
    expect(values).toMatchObject({ written: 1, refused: [{ id: idOf(3, 1), message: expect.stringContaining('0x80044331') }] })
    const links = await write({ table: book, columns: undefined }, 'links', rows.slice(1))
    expect(links).toMatchObject({ written: 0, refused: [{ id: idOf(3, 2), message: expect.stringContaining('what it points to') }] })
    expect(JSON.stringify([values, links])).not.toMatch(/xxx|good/)
    await organisation.call('DELETE', `new_books(${idOf(3, 2)})`)
  })
})

/** Another administrator than the identity that writes rows back. */
async function anotherUser(): Promise<string> {
  const users = rowsOf(await organisation.call('GET', 'systemusers?$select=systemuserid,azureactivedirectoryobjectid'))
  return String(users.find((user) => user['azureactivedirectoryobjectid'] === ada.objectId)?.['systemuserid'])
}

async function read(selection: RowSelection): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const page of environment.readRows(selection)) rows.push(...page)
  return rows
}

async function write(selection: RowSelection, kind: 'values' | 'links', rows: readonly Row[]): Promise<RowsWritten> {
  return environment.writeRows({ ...selection, part: kind, rows: pages(rows) })
}

async function* pages(rows: readonly Row[]): AsyncIterable<readonly Row[]> {
  yield rows
}

/** Without what no client can set. */
function lasting(row: Row): Row {
  const passing = ['modifiedon', 'versionnumber', 'overriddencreatedon']
  return Object.fromEntries(Object.entries(row).filter(([name]) => !passing.includes(name)))
}
