import { ODataError } from '../errors.ts'
import { notSupported } from '../odata/refuse.ts'
import { contentOf, contents } from '../tables/data/file-rows.ts'
import { UploadedFile } from '../tables/data/values.ts'
import type { ApiCall } from './api-call.ts'
import type { FilePlace } from './file-upload.ts'
import { beginUpload, chunkSize, takeChunk } from './file-upload.ts'
import type { Source } from './read.ts'
import type { Reply } from './reply.ts'
import { noContent, wrongVerb } from './reply.ts'
import { single } from './server.ts'
import { changeRow } from './write.ts'

/** The service takes so much in one request; larger files go up in blocks (Learn, "Use file column data"). */
const largestUpload = 128 * 1024 * 1024

/**
 * `<set>(<key>)/<file or image column>`: PATCH with the bytes and `x-ms-file-name` puts a file there, whole or in chunks of one session; GET of
 * its `$value` gives it back, whole or the range that is asked for; DELETE takes it away (Learn, "Use file column data"). Of an image `$value` is
 * its thumbnail, and with `size=full` the whole; thumbnails are not made here, so both are what was uploaded. What an empty column answers is
 * unverified: 204.
 */
export async function answerFileContent(call: ApiCall, source: Source, place: FilePlace): Promise<Reply> {
  const { row, column, isRaw } = place
  if (call.method === 'GET' && isRaw) return download(call, row[column.name])
  if (isRaw) throw notSupported(`${call.method} of '$value'`)
  if (call.method === 'DELETE') {
    await changeRow(call, source, { row, changes: { [column.name]: null } })
    return noContent()
  }
  if (call.method !== 'PATCH') throw wrongVerb(call.method)
  if (single(call.headers['x-ms-transfer-mode']) === 'chunked') return beginUpload(call, place)
  if (call.url.searchParams.has('sessiontoken')) {
    const whole = await takeChunk(call, place)
    if (whole === undefined) return { status: 206, headers: { 'odata-version': '4.0' } }
    return keep(call, source, { ...place, ...whole })
  }
  const name = single(call.headers['x-ms-file-name'])
  if (name === undefined || single(call.headers['content-type']) !== 'application/octet-stream')
    throw new ODataError(400, '0x80048d19', 'A file is uploaded as application/octet-stream with the header x-ms-file-name.')
  return keep(call, source, { ...place, name, bytes: await call.readBytes(largestUpload) })
}

async function keep(
  call: ApiCall,
  source: Source,
  { row, column, name, bytes }: FilePlace & { readonly name: string; readonly bytes: Uint8Array },
): Promise<Reply> {
  const id = call.context.guid()
  await call.context.env.write((tx) => tx.put(contents, id, { file: tx.putBlob(bytes), name }))
  await changeRow(call, source, { row, changes: { [column.name]: new UploadedFile(id) } })
  return noContent()
}

function download(call: ApiCall, id: unknown): Reply {
  const found = call.context.env.read((tx) => (typeof id === 'string' ? contentOf(tx, id) : undefined))
  if (found === undefined) return noContent()
  const { bytes, name } = found
  const headers = {
    'content-type': 'application/octet-stream',
    // A header holds no other characters; how the service writes them there is unverified.
    'x-ms-file-name': encodeURIComponent(name),
    'x-ms-file-size': String(bytes.byteLength),
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(single(call.headers['range']) ?? '')
  if (range === null) return { status: 200, headers, body: bytes }
  const [from, to] = [Number(range[1]), Number(range[2])]
  if (from > to || from >= bytes.byteLength) throw new ODataError(416, '0x80048d19', 'The range is not within the file.')
  return { status: 206, headers: { ...headers, 'x-ms-chunk-size': String(chunkSize) }, body: bytes.subarray(from, to + 1) }
}
