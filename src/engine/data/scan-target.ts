import type { MaskedTable } from '#domain/data'
import { describeRule, isElsewhere } from '#domain/data'
import type { OpenEnvironment, Row } from '#engine/ports'
import type { Needles } from './scan-needles.ts'
import type { ScanFinding } from './scan-rows.ts'
import { scanRow, scanText } from './scan-rows.ts'
import { isPacked } from './scan-texts.ts'
import type { ScanReport } from './seed-record.ts'

/** So many findings are named; the others are counted. */
const findingsAtMost = 100
/** Each file is a request of its own: so many of a column are read (ours). */
const filesAtMost = 200

/** Looks through all rows of the tables; `needles` undefined: for forms alone. */
export async function scanTarget(of: {
  readonly target: OpenEnvironment
  readonly masked: readonly MaskedTable[]
  readonly needles: Needles | undefined
}): Promise<ScanReport> {
  const { target, masked, needles } = of
  let rows = 0
  let found = 0
  const findings: ScanFinding[] = []
  const unread: string[] = []
  function note(some: readonly ScanFinding[]): void {
    found += some.length
    findings.push(...some.slice(0, Math.max(0, findingsAtMost - findings.length)))
  }
  for (const table of masked) {
    const files = createFileLook(target, table, needles)
    for await (const page of target.readRows({ table: table.table.table, columns: undefined })) {
      rows += page.length
      for (const row of page) {
        note(scanRow({ needles, masked: table }, row))
        note(await files.scan(row))
      }
    }
    unread.push(...files.unread())
  }
  return { rows, sought: needles?.size ?? 0, found, findings, unread }
}

interface FileLook {
  scan(row: Row): Promise<readonly ScanFinding[]>
  unread(): readonly string[]
}

/** Files of a table's rows, as far as they can be read as text: packed and encrypted ones cannot. */
function createFileLook(target: OpenEnvironment, masked: MaskedTable, needles: Needles | undefined): FileLook {
  const { table, masks } = masked
  const columns = masks.filter(({ column }) => isElsewhere(column) && column.type === 'File')
  const looked = new Map(columns.map(({ column }) => [column.name, { read: 0, none: 0, packed: 0, left: 0 }]))
  return {
    async scan(row) {
      const found: ScanFinding[] = []
      for (const mask of columns) {
        const counts = looked.get(mask.column.name)
        if (counts === undefined) continue
        if (counts.read + counts.none + counts.packed >= filesAtMost) {
          counts.left++
          continue
        }
        const id = String(row[table.primaryId])
        const text = await target.fetchFileText({ table: table.table, column: mask.column.name, id })
        if (text === undefined) {
          counts.none++
          continue
        }
        if (isPacked(text)) {
          counts.packed++
          continue
        }
        counts.read++
        const place = { table: table.table, column: mask.column.name, id, rule: describeRule(mask.rule) }
        found.push(...scanText(needles, mask, { place, text }))
      }
      return found
    },
    unread: () =>
      [...looked].flatMap(([column, { none, packed, left }]) =>
        none + packed + left === 0
          ? []
          : [
              `${table.table}.${column}: ${none} rows gave no file, ${packed} one that is packed or no text, and ${left} were not asked for one.`,
            ],
      ),
  }
}
