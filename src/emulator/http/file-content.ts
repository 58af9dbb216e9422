import { ODataError } from '../errors.ts'
import { notSupported } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import { UploadedFile } from '../tables/data/values.ts'
import type { Column } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import type { Source } from './read.ts'
import type { Reply } from './reply.ts'
import { noContent, wrongVerb } from './reply.ts'
import { single } from './server.ts'
import { changeRow } from './write.ts'

/** The service takes so much in one request; larger files go up in blocks (Learn, "Use file column data"). */
const largestUpload = 128 * 1024 * 1024
/** Contents by the id that their row shows. */
const contents = '~filecontent'

/**
 * `<set>(<key>)/<file column>`: PATCH with the bytes and `x-ms-file-name` puts a file there, GET of its `$value` gives it back, DELETE takes it
 * away (Learn, "Use file column data"). What an empty column answers is unverified: 204.
 */
export async function answerFileContent(
  call: ApiCall,
  source: Source,
  { row, column, isRaw }: { readonly row: Row; readonly column: Column; readonly isRaw: boolean },
): Promise<Reply> {
  if (call.method === 'GET' && isRaw) return download(call, row[column.name])
  if (isRaw) throw notSupported(`${call.method} of '$value'`)
  if (call.method === 'DELETE') {
    await changeRow(call, source, { row, changes: { [column.name]: null } })
    return noContent()
  }
  if (call.method !== 'PATCH') throw wrongVerb(call.method)
  const name = single(call.headers['x-ms-file-name'])
  if (name === undefined || single(call.headers['content-type']) !== 'application/octet-stream')
    throw new ODataError(400, '0x80048d19', 'A file is uploaded as application/octet-stream with the header x-ms-file-name.')
  const bytes = await call.readBytes(largestUpload)
  const id = call.context.guid()
  await call.context.env.write((tx) => tx.put(contents, id, { file: tx.putBlob(bytes), name }))
  await changeRow(call, source, { row, changes: { [column.name]: new UploadedFile(id) } })
  return noContent()
}

function download(call: ApiCall, id: unknown): Reply {
  const found = call.context.env.read((tx) => {
    const stored = typeof id === 'string' ? tx.get(contents, id) : undefined
    const bytes = typeof stored?.['file'] === 'string' ? tx.blob(stored['file']) : undefined
    return bytes && { bytes, name: String(stored?.['name']) }
  })
  if (found === undefined) return noContent()
  const { bytes, name } = found
  const headers = { 'content-type': 'application/octet-stream', 'x-ms-file-name': name, 'x-ms-file-size': String(bytes.byteLength) }
  return { status: 200, headers, body: bytes }
}
