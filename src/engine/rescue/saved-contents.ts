import type { Digest } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { RescueItem } from '#domain/plan'
import type { FileContent, RescueStore, RowAccess } from '#engine/ports'
import type { SavedObject } from './saved-rows.ts'

/*
 * Contents of files and images in one sealed object, one after the other. Each is a head, its bytes in pieces, and an end; every part is
 *
 *   kind (1: head as JSON, 2: bytes, 3: end) · length (4, big-endian) · content
 *
 * That nothing is changed, exchanged or missing is the store's to check.
 */
const kinds = { head: 1, bytes: 2, end: 3 } as const
const partHead = 5
/** A longer part was not written by us: the environment is asked for 4 MiB at once, and gives a whole file only where it gives no parts. */
const longestHead = 64 * 1024

type Head = Omit<FileContent, 'bytes'>

/** Streams the contents of a selection into the store, and counts them on the way. */
export async function saveContents(
  { rescues, target }: { readonly rescues: RescueStore; readonly target: Pick<RowAccess, 'readContents'> },
  { name, item }: { readonly name: string; readonly item: RescueItem },
): Promise<SavedObject> {
  let rows = 0
  const values = Object.fromEntries((item.columns ?? []).map((column) => [column, 0]))
  async function* parts(): AsyncIterable<Uint8Array> {
    for await (const { bytes, ...head } of target.readContents(item)) {
      rows += 1
      if (item.columns !== undefined) values[head.column] = (values[head.column] ?? 0) + 1
      yield part(kinds.head, Buffer.from(JSON.stringify(head)))
      for await (const piece of bytes) yield part(kinds.bytes, piece)
      yield part(kinds.end, new Uint8Array())
    }
  }
  const stored = await rescues.put(name, parts())
  return { item, rows, values, ...stored }
}

/** The contents as they were saved. The bytes of each have to be read, as far as they are wanted, before the next. */
export async function* readSavedContents(rescues: Pick<RescueStore, 'get'>, digest: Digest): AsyncIterable<FileContent> {
  const parts = cutParts(rescues.get(digest), digest)
  for (;;) {
    const next = await parts.next()
    if (next.done === true) return
    if (next.value.kind !== kinds.head) throw broken(digest)
    const head = parseHead(next.value.bytes, digest)
    const bytes = bytesOf(parts, head, digest)
    yield { ...head, bytes }
    // What nobody wanted is passed over.
    for await (const _ of bytes) continue
  }
}

interface Part {
  readonly kind: number
  readonly bytes: Uint8Array
}

async function* bytesOf(parts: AsyncGenerator<Part>, { size }: Head, digest: Digest): AsyncGenerator<Uint8Array> {
  let length = 0
  for (;;) {
    const next = await parts.next()
    if (next.done === true || next.value.kind === kinds.head) throw broken(digest)
    if (next.value.kind === kinds.end) break
    length += next.value.bytes.length
    yield next.value.bytes
  }
  if (length !== size) throw broken(digest)
}

/** Bytes of a content come as they arrive, without waiting for the end of their part. */
async function* cutParts(chunks: AsyncIterable<Uint8Array>, digest: Digest): AsyncGenerator<Part> {
  let rest: Buffer = Buffer.alloc(0)
  /** Bytes of a content that are still to come. */
  let open = 0
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    for (;;) {
      if (open > 0 && rest.length > 0) {
        const piece = rest.subarray(0, open)
        open -= piece.length
        rest = rest.subarray(piece.length)
        yield { kind: kinds.bytes, bytes: piece }
      }
      if (rest.length < partHead) break
      const [kind, length] = [rest.readUInt8(0), rest.readUInt32BE(1)]
      if (kind === kinds.bytes) {
        open = length
        rest = rest.subarray(partHead)
        if (rest.length === 0) break
        continue
      }
      if (length > longestHead) throw broken(digest)
      if (rest.length < partHead + length) break
      yield { kind, bytes: rest.subarray(partHead, partHead + length) }
      rest = rest.subarray(partHead + length)
    }
  }
  if (open > 0 || rest.length > 0) throw broken(digest)
}

function part(kind: number, bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(partHead)
  head.writeUInt8(kind, 0)
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** What is in a head must not get into a message. */
function parseHead(bytes: Uint8Array, digest: Digest): Head {
  try {
    // Written by saveContents alone, and the store has checked that nobody changed it.
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Head
  } catch {
    throw broken(digest)
  }
}

function broken(digest: Digest): DroverError {
  return new DroverError('rescue.unreadable', `What was rescued as ${digest} holds a part that is no content.`, {
    hint: 'Keep the file, and report this: it was sealed like that, nobody changed it since.',
  })
}
