import type { MaskedTable } from '#domain/data'
import type { OpenEnvironment } from '#engine/ports'
import { createFileLook } from './scan-files.ts'
import type { Needles } from './scan-needles.ts'
import type { ScanFinding } from './scan-rows.ts'
import { scanRow } from './scan-rows.ts'
import type { ScanReport } from './seed-record.ts'

/** So many findings are named; the others are counted. */
const findingsAtMost = 100

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
