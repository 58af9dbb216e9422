import { ODataError } from '../errors.ts'
import type { Row } from '../store/store.ts'
import type { Column } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import type { Reply } from './reply.ts'
import { single } from './server.ts'

/** A file or image column of one row; `isRaw`: its `$value`. */
export interface FilePlace {
  readonly row: Row
  readonly column: Column
  readonly isRaw: boolean
}

/** What the service recommends for a chunk, in bytes; whether it takes larger ones is unverified: they are refused. */
export const chunkSize = 4 * 1024 * 1024

/** Uploads that have begun, by their token, and their chunks by token and place. They last until they are whole; when the service gives them up is unverified. */
const uploads = '~fileupload'
const chunks = '~filechunk'

/** PATCH with `x-ms-transfer-mode: chunked`: gives the address that the chunks go to (Learn, "Use file column data"). */
export async function beginUpload(call: ApiCall, { column }: FilePlace): Promise<Reply> {
  const name = single(call.headers['x-ms-file-name']) ?? call.url.searchParams.get('x-ms-file-name')
  if (name === null || name === '') throw new ODataError(400, '0x80048d19', 'An upload needs the name of its file in x-ms-file-name.')
  const token = call.context.guid()
  await call.context.env.write((tx) => tx.put(uploads, token, { name, column: column.name, place: placeOf(call) }))
  const address = `${call.url.origin}${call.url.pathname}?sessiontoken=${token}`
  const headers = { location: address, 'accept-ranges': 'bytes', 'x-ms-chunk-size': String(chunkSize), 'odata-version': '4.0' }
  return { status: 200, headers }
}

/** Takes one chunk by its `Content-Range`; gives the whole file with the last, wherever that is in it. */
export async function takeChunk(
  call: ApiCall,
  { column }: FilePlace,
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | undefined> {
  const token = call.url.searchParams.get('sessiontoken') ?? ''
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(single(call.headers['content-range']) ?? '')
  if (range === null) throw new ODataError(400, '0x80048d19', 'A chunk needs its Content-Range, such as bytes 0-4194303/25870370.')
  const [from = 0, to = 0, size = 0] = range.slice(1).map(Number)
  const bytes = await call.readBytes(chunkSize)
  if (bytes.byteLength !== to - from + 1 || to >= size)
    throw new ODataError(400, '0x80048d19', 'The Content-Range does not fit the chunk that was sent.')
  return call.context.env.write((tx) => {
    const upload = tx.get(uploads, token)
    if (upload === undefined || upload['column'] !== column.name || upload['place'] !== placeOf(call))
      throw new ODataError(400, '0x80048d19', 'There is no upload with this session token.')
    tx.put(chunks, `${token} ${String(from).padStart(12, '0')}`, { file: tx.putBlob(bytes), length: bytes.byteLength })
    const all = tx.range(chunks, { prefix: `${token} ` })
    if (all.reduce((sum, { row }) => sum + Number(row['length']), 0) < size) return undefined
    for (const { id } of all) tx.remove(chunks, id)
    tx.remove(uploads, token)
    return { name: String(upload['name']), bytes: Buffer.concat(all.map(({ row }) => tx.blob(String(row['file'])) ?? new Uint8Array())) }
  })
}

function placeOf({ url }: ApiCall): string {
  return url.pathname
}
