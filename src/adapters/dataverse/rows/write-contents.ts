import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { DroverError } from '#domain/kernel'
import type { FileContent, RowSelection, RowsWritten } from '#engine/ports'
import type { Call, DataverseClient, Part } from '../client.ts'
import { fetchMe } from './current-rows.ts'
import type { TableDefinition } from './definitions.ts'
import { fetchTable } from './definitions.ts'
import type { ContentPlace } from './file-columns.ts'
import { contentPath, fetchHolder, hasContent, idColumn } from './file-columns.ts'
import { chunkSize, openContent } from './read-contents.ts'
import { isMadeBy } from './row-writers.ts'

const patience = { tries: 12, firstMs: 500, longestMs: 60_000 }

type Write = RowSelection & { readonly contents: AsyncIterable<FileContent> }
type Outcome = 'written' | 'kept' | { readonly refused: string }

/** One content after the other, in the chunks that the environment asks for. What is there already, with the same bytes, is not sent again. */
export async function writeContents(client: DataverseClient, write: Write): Promise<RowsWritten> {
  const definition = await fetchTable(client, write.table)
  if (definition === undefined) {
    throw new DroverError('rows.absent', `${client.environment.name} has no table ${write.table} to write contents into.`, {
      hint: 'Bring the version of the solution that has the table first, then restore again.',
    })
  }
  const me = write.columns === undefined ? await fetchMe(client) : undefined
  let [written, kept] = [0, 0]
  const refused: { readonly id: string; readonly message: string }[] = []
  for await (const content of write.contents) {
    const outcome = await writeOne(client, { definition, content, me })
    if (outcome === 'written') written += 1
    else if (outcome === 'kept') kept += 1
    else refused.push({ id: content.id, message: `${content.column}: ${outcome.refused}` })
  }
  return { written, kept, refused }
}

async function writeOne(
  client: DataverseClient,
  of: { readonly definition: TableDefinition; readonly content: FileContent; readonly me: string | undefined },
): Promise<Outcome> {
  const { definition, content, me } = of
  const column = definition.columns.get(content.column)
  if (!hasContent(column)) return { refused: 'the column is not there, or takes no files' }
  const place = { definition, column, id: content.id }
  const now = await fetchHolder(client, place)
  if (now === undefined) return { refused: 'the row is not there' }
  if (me !== undefined && !isMadeBy(now, me)) return 'kept'
  const there = now[idColumn(column)] ?? undefined
  if (there !== undefined) return (await isSame(client, { place, there, content })) ? 'written' : 'kept'
  const hash = createHash('sha256')
  const bytes = hashed(content.bytes, hash)
  try {
    await upload(client, place, { ...content, bytes })
    return 'written'
  } catch (error) {
    if (!(error instanceof DroverError) || error.isRetryable) throw error
    // An answer may have been lost and the content be there.
    for await (const _ of bytes) continue
    const arrived = (await fetchHolder(client, place))?.[idColumn(column)] ?? undefined
    if (arrived !== undefined && (await digestThere(client, place, arrived)) === hash.digest('hex')) return 'written'
    return { refused: whyRefused(error) }
  }
}

/** The environment's own words may repeat what was in the row; its code does not. */
function whyRefused({ code, message }: DroverError): string {
  const said = /\((0x[0-9a-f]+)\)/i.exec(message)?.[1] ?? code
  return code === 'dataverse.forbidden' ? `Drover's identity may not write it: ${said}` : `the environment refused it: ${said}`
}

async function isSame(
  client: DataverseClient,
  { place, there, content }: { readonly place: ContentPlace; readonly there: unknown; readonly content: FileContent },
): Promise<boolean> {
  const hash = createHash('sha256')
  for await (const chunk of content.bytes) hash.update(chunk)
  return (await digestThere(client, place, there)) === hash.digest('hex')
}

async function digestThere(client: DataverseClient, place: ContentPlace, contentId: unknown): Promise<string | undefined> {
  const opened = await openContent(client, place, contentId)
  if (opened === undefined) return undefined
  const hash = createHash('sha256')
  for await (const chunk of opened.bytes) hash.update(chunk)
  return hash.digest('hex')
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
}

/**
 * In one request what is small; in a session of chunks what is not, or has a name that no header can hold
 * (learn.microsoft.com/power-apps/developer/data-platform/file-column-data; images take the same way, image-column-data).
 */
async function upload(client: DataverseClient, place: ContentPlace, { fileName, size, bytes }: FileContent): Promise<void> {
  const isPlain = /^[\x20-\x7e]+$/.test(fileName)
  const named: Readonly<Record<string, string>> = isPlain ? { 'x-ms-file-name': fileName } : {}
  const headers = { ...named, 'Content-Type': 'application/octet-stream' }
  const path = contentPath(place)
  if (size <= chunkSize && (isPlain || size === 0)) {
    const whole = await collect(bytes)
    const name = isPlain ? {} : { 'x-ms-file-name': encodeURIComponent(fileName) }
    await sendPatiently(client, { operation: 'UploadFile', path, bytes: whole, headers: { ...headers, ...name } })
    return
  }
  const session = { path: `${path}?x-ms-file-name=${encodeURIComponent(fileName)}`, headers: { 'x-ms-transfer-mode': 'chunked' } }
  const begun = await sendPatiently(client, { operation: 'UploadFile', ...session })
  const address = begun.headers.get('location')
  if (address === null) throw noSession(client, place)
  let at = 0
  for await (const chunk of inChunks(bytes, Number(begun.headers.get('x-ms-chunk-size')) || chunkSize)) {
    const range = `bytes ${at}-${at + chunk.length - 1}/${size}`
    await sendPatiently(client, { operation: 'UploadFile', path: address, bytes: chunk, headers: { ...headers, 'Content-Range': range } })
    at += chunk.length
  }
}

function noSession(client: DataverseClient, { definition, column }: ContentPlace): DroverError {
  return new DroverError(
    'dataverse.unexpected',
    `${client.environment.name} gives no address to upload ${definition.table}.${column.name} to.`,
    {
      hint: `Check that the url of environment ${client.environment.name} in drover.yaml is that of a Dataverse environment.`,
    },
  )
}

/** What is turned away for now is sent again: each request names the wanted end. */
async function sendPatiently(client: DataverseClient, call: Call<never>): Promise<Part> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.callPart({ ...call, isLong: true })
    } catch (error) {
      if (!(error instanceof DroverError) || !error.isRetryable || attempt >= patience.tries) throw error
      await pause(error.retryAfterMs ?? Math.min(patience.longestMs, patience.firstMs * 2 ** (attempt - 1)))
    }
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = []
  for await (const chunk of bytes) all.push(chunk)
  return Buffer.concat(all)
}

async function* inChunks(bytes: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes) {
    waiting.push(chunk)
    length += chunk.length
    if (length < size) continue
    const all = Buffer.concat(waiting)
    let at = 0
    for (; length - at >= size; at += size) yield all.subarray(at, at + size)
    waiting = [all.subarray(at)]
    length -= at
  }
  if (length > 0) yield Buffer.concat(waiting)
}
