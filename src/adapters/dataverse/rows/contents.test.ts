import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileContent, OpenEnvironment, RowsWritten } from '#engine/ports'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal, rowsOf } from '../../../../test/conformance/organisation.ts'
import { book, idOf, make, makeLibrary, makeRows } from '../testing/library.ts'
import { openOf } from '../testing/observed-organisation.ts'

/** A content with its bytes at hand. */
type Held = Omit<FileContent, 'bytes'> & { readonly whole: Buffer }

const [emma, part, empty] = [idOf(1, 1), idOf(1, 2), idOf(1, 3)]
/** More than two chunks, and not a multiple of one. */
const scan = randomBytes(9 * 1024 * 1024 + 13)
const note = Buffer.from('a note')
const photo = randomBytes(100_000)

let organisation: Organisation
let environment: OpenEnvironment

beforeAll(async () => {
  organisation = await openLocal()
  environment = openOf(organisation)
  await makeLibrary(organisation)
  for (const [name, type] of [['new_Scan', 'File'] as const, ['new_Photo', 'Image'] as const]) await makeColumn(name, type)
  await makeRows(
    organisation,
    'new_books',
    [emma, part, empty].map((id) => ({ new_bookid: id, new_name: 'A book' })),
  )
})
afterAll(() => organisation.close())

describe('contents of files and images', () => {
  it('come back as they were, byte by byte with their names, also when it is done twice', async () => {
    await environment.writeContents({
      ...{ table: book, columns: ['new_scan', 'new_photo'] },
      contents: given([
        { id: emma, column: 'new_scan', fileName: 'scan of page 1.bin', size: scan.length, whole: scan },
        { id: part, column: 'new_scan', fileName: 'Übersicht €.txt', size: note.length, whole: note },
        { id: empty, column: 'new_scan', fileName: 'nothing.txt', size: 0, whole: Buffer.alloc(0) },
        { id: emma, column: 'new_photo', fileName: 'emma.png', size: photo.length, whole: photo },
      ]),
    })
    const before = await read()
    expect(before.map(({ id, column, fileName, size }) => [id, column, fileName, size])).toEqual([
      [emma, 'new_scan', 'scan of page 1.bin', scan.length],
      [part, 'new_scan', 'Übersicht €.txt', note.length],
      [empty, 'new_scan', 'nothing.txt', 0],
      [emma, 'new_photo', 'emma.png', photo.length],
    ])
    expect(before.map(({ whole }, at) => whole.equals([scan, note, Buffer.alloc(0), photo][at] ?? note))).toEqual([true, true, true, true])

    for (const [id, column] of [[emma, 'new_scan'] as const, [part, 'new_scan'] as const, [emma, 'new_photo'] as const])
      expect((await organisation.call('DELETE', `new_books(${id})/${column}`)).status).toBe(204)
    for (let time = 0; time < 2; time++) expect(await write(before)).toEqual({ written: 4, kept: 0, refused: [] })
    const after = await read()
    expect(after.map(({ whole, ...content }) => [content, whole.equals(before.find(same(content))?.whole ?? note)])).toEqual(
      before.map(({ whole: _, ...content }) => [content, true]),
    )
  })

  it('are read to the end whatever the size of the parts that the environment gives, and of an image kept small alone its thumbnail', async () => {
    const small = through((url, init) => {
      if (String(url).endsWith('?size=full')) return Promise.resolve(new Response(null, { status: 204 }))
      const headers = new Headers(init?.headers)
      // Files that are not in file storage are given whole alone (0x80090017).
      if (headers.has('range')) return Promise.resolve(Response.json({ error: { code: '0x80090017', message: 'x' } }, { status: 400 }))
      return fetch(url, init)
    })
    const [first, ...others] = await read(small)
    expect(first?.whole.equals(scan)).toBe(true)
    expect(others.at(-1)).toMatchObject({ column: 'new_photo', isThumbnail: true, size: photo.length })
  })

  it('that were changed while they were read are no content, and those that cannot be read are not left out', async () => {
    const hasty = through(async (url, init) => {
      if (new Headers(init?.headers).get('range')?.startsWith('bytes=4194304-') === true)
        await put(emma, 'new_scan', Buffer.concat([Buffer.from([1]), scan.subarray(1)]))
      return fetch(url, init)
    })
    await expect(read(hasty)).rejects.toMatchObject({ code: 'rows.content-changed', isRetryable: true })
    const broken = through((url, init) =>
      String(url).includes('/$value') ? Promise.resolve(new Response(null, { status: 204 })) : fetch(url, init),
    )
    await expect(read(broken)).rejects.toMatchObject({ code: 'rows.content-unreadable' })
  })

  it('of others that are there now stay, and what has no place is told by its row', async () => {
    await put(part, 'new_scan', Buffer.from('newer'))
    const saved = [
      { id: part, column: 'new_scan', fileName: 'a.txt', size: note.length, whole: note },
      { id: idOf(1, 9), column: 'new_scan', fileName: 'a.txt', size: note.length, whole: note },
      { id: part, column: 'new_name', fileName: 'a.txt', size: note.length, whole: note },
    ]
    expect(await write(saved)).toMatchObject({ written: 0, kept: 1, refused: [{ id: idOf(1, 9) }, { id: part }] })
    expect((await read()).find(same({ id: part, column: 'new_scan' }))?.whole.toString()).toBe('newer')
  })

  it('are known of a table beside what travels with its rows', async () => {
    expect(await environment.fetchShape({ table: book, columns: ['new_scan', 'new_photo', 'new_code'] })).toEqual({
      ...{ isThere: true, missing: [], contents: ['new_scan', 'new_photo'], unread: [], joins: [] },
    })
    const [row] = rowsOf(await organisation.call('GET', `new_books?$filter=new_bookid eq ${emma}`))
    expect(Object.keys(row ?? {})).not.toContain('new_photo')
  })
})

function same(one: { readonly id: string; readonly column: string }): (other: Held) => boolean {
  return ({ id, column }) => id === one.id && column === one.column
}

async function makeColumn(SchemaName: string, type: 'File' | 'Image'): Promise<void> {
  const label = { LocalizedLabels: [{ Label: SchemaName, LanguageCode: 1033 }] }
  await make(organisation, `EntityDefinitions(LogicalName='${book}')/Attributes`, {
    ...{ '@odata.type': `Microsoft.Dynamics.CRM.${type}AttributeMetadata`, SchemaName, DisplayName: label, MaxSizeInKB: 30_720 },
  })
}

async function put(id: string, column: string, bytes: Buffer): Promise<void> {
  const contents = given([{ id, column, fileName: 'put.bin', size: bytes.length, whole: bytes }])
  expect((await organisation.call('DELETE', `new_books(${id})/${column}`)).status).toBe(204)
  expect(await environment.writeContents({ table: book, columns: [column], contents })).toMatchObject({ written: 1 })
}

function write(contents: readonly Held[]): Promise<RowsWritten> {
  return environment.writeContents({ table: book, columns: ['new_scan', 'new_photo'], contents: given(contents) })
}

async function read(from = environment): Promise<readonly Held[]> {
  const all: Held[] = []
  for await (const { bytes, ...content } of from.readContents({ table: book, columns: undefined })) {
    const chunks: Uint8Array[] = []
    for await (const chunk of bytes) chunks.push(chunk)
    all.push({ ...content, whole: Buffer.concat(chunks) })
  }
  return all
}

async function* given(contents: readonly Held[]): AsyncIterable<FileContent> {
  for (const { whole, ...content } of contents) yield { ...content, bytes: pieces(whole) }
}

/** Of a size that has nothing to do with chunks. */
async function* pieces(whole: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < whole.length; at += 300_001) yield whole.subarray(at, at + 300_001)
}

/** The environment behind a network that answers in its own way. */
function through(answer: typeof fetch): OpenEnvironment {
  return openOf(organisation, { fetch: answer })
}
