import type { MaskedTable, PlannedMask } from '#domain/data'
import { describeRule } from '#domain/data'
import type { OpenEnvironment, Row } from '#engine/ports'
import { readZip } from '#format'
import type { Needles } from './scan-needles.ts'
import type { ScanFinding } from './scan-rows.ts'
import { scanText } from './scan-rows.ts'
import { isPacked } from './scan-texts.ts'

/** Each file is a request of its own: so many of a column are read (ours). */
const filesAtMost = 200
/** What a packed document may unpack to, in bytes and in files, so that none exhausts the worker (ours). */
const unpackedAtMost = { maxEntryBytes: 32 * 1024 * 1024, maxUnpackedBytes: 128 * 1024 * 1024, maxEntries: 5000 }

export interface FileLook {
  /** What of a row's files should not be there. */
  scan(row: Row): Promise<readonly ScanFinding[]>
  /** What was not looked into, a sentence a column. */
  unread(): readonly string[]
}

/** Looks into the files of a table's rows: texts, and documents that are packed as zip; encrypted and pictured ones say nothing. */
export function createFileLook(target: OpenEnvironment, masked: MaskedTable, needles: Needles | undefined): FileLook {
  const { table, masks } = masked
  const columns = masks.filter(({ column }) => column.type === 'File').map((mask) => ({ mask, read: 0, none: 0, opaque: 0, left: 0 }))
  const images = masks.filter(({ column }) => column.type === 'Image').map(({ column }) => column.name)
  let rows = 0

  async function scanColumn(counts: (typeof columns)[number], id: string): Promise<readonly ScanFinding[]> {
    const { mask } = counts
    if (counts.read + counts.none + counts.opaque >= filesAtMost) {
      counts.left++
      return []
    }
    const bytes = await target.fetchFile({ table: table.table, column: mask.column.name, id })
    const texts = bytes === undefined || bytes.length === 0 ? undefined : await textsOf(bytes)
    if (texts === undefined) counts.none++
    else if (texts.length === 0) counts.opaque++
    else counts.read++
    return scanTexts(
      needles,
      { mask, place: { table: table.table, column: mask.column.name, id, rule: describeRule(mask.rule) } },
      texts ?? [],
    )
  }

  return {
    async scan(row) {
      rows++
      const found: ScanFinding[] = []
      for (const counts of columns) found.push(...(await scanColumn(counts, String(row[table.primaryId]))))
      return found
    },
    unread: () => [
      ...columns.flatMap(({ mask, none, opaque, left }) =>
        none + opaque + left === 0
          ? []
          : [
              `${table.table}.${mask.column.name}: ${none} rows gave no file, ${opaque} one that cannot be read, and ${left} were not asked for one.`,
            ],
      ),
      ...(rows === 0 ? [] : images.map((name) => `${table.table}.${name}: images are not looked into.`)),
    ],
  }
}

/** Of one file each thing is told once, however many parts of a document hold it. */
function scanTexts(
  needles: Needles | undefined,
  of: { readonly mask: PlannedMask; readonly place: Pick<ScanFinding, 'table' | 'column' | 'id' | 'rule'> },
  texts: readonly string[],
): readonly ScanFinding[] {
  const found = texts.flatMap((text) => scanText(needles, of.mask, { place: of.place, text }))
  return found.filter((one, at) => found.findIndex(({ what, from }) => what === one.what && from === one.from) === at)
}

/** All that a file says: of a packed document (Word, Excel, an archive) what is in it; none where nothing of it can be read. */
async function textsOf(bytes: Uint8Array): Promise<readonly string[]> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return textOf(bytes)
  try {
    return (await readZip(bytes, unpackedAtMost)).flatMap((file) => textOf(file.bytes))
  } catch {
    // Whatever it is, it is none that can be opened: it counts as not looked into.
    return []
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const loose = new TextDecoder('utf-8')
const western = new TextDecoder('windows-1252')

function textOf(bytes: Uint8Array): readonly string[] {
  if (isPacked(loose.decode(bytes))) return []
  try {
    return [utf8.decode(bytes)]
  } catch {
    return [western.decode(bytes)]
  }
}
