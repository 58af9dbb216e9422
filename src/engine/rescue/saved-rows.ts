import type { Digest } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { RescueItem } from '#domain/plan'
import type { SavedRows } from '#domain/promotion'
import type { RescueStore, Row, RowAccess } from '#engine/ports'

/** Rows of one selection, saved under a digest. */
export interface SavedObject extends SavedRows {
  /** Of the stored, encrypted bytes. */
  readonly digest: Digest
  readonly size: number
}

/** Rows in a page when they are read again. */
const pageSize = 1000

/** Streams the rows of a selection into the store, a line of JSON each, and counts them on the way. */
export async function saveRows(
  { rescues, target }: { readonly rescues: RescueStore; readonly target: Pick<RowAccess, 'readRows'> },
  { name, item }: { readonly name: string; readonly item: RescueItem },
): Promise<SavedObject> {
  let rows = 0
  const values = Object.fromEntries((item.columns ?? []).map((column) => [column, 0]))
  async function* lines(): AsyncIterable<Uint8Array> {
    const encoder = new TextEncoder()
    for await (const page of target.readRows(item)) {
      if (page.length === 0) continue
      rows += page.length
      for (const row of page)
        for (const column of item.columns ?? []) if (row[column] !== undefined) values[column] = (values[column] ?? 0) + 1
      yield encoder.encode(`${page.map((row) => JSON.stringify(row)).join('\n')}\n`)
    }
  }
  const stored = await rescues.put(name, lines())
  return { item, rows, values, ...stored }
}

/** Pages of rows as they were saved. */
export async function* readSavedRows(rescues: Pick<RescueStore, 'get'>, digest: Digest): AsyncIterable<readonly Row[]> {
  const decoder = new TextDecoder()
  let rest = ''
  let page: Row[] = []
  for await (const chunk of rescues.get(digest)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      page.push(parseRow(line, digest))
      if (page.length < pageSize) continue
      yield page
      page = []
    }
  }
  if (rest !== '') throw broken(digest)
  if (page.length > 0) yield page
}

/** What is in a line must not get into a message. */
function parseRow(line: string, digest: Digest): Row {
  try {
    // Written by saveRows alone, and the store has checked that nobody changed it.
    return JSON.parse(line) as Row
  } catch {
    throw broken(digest)
  }
}

function broken(digest: Digest): DroverError {
  return new DroverError('rescue.unreadable', `What was rescued as ${digest} holds a line that is no row.`, {
    hint: 'Keep the file, and report this: it was sealed like that, nobody changed it since.',
  })
}
