import type { MaskedTable, PlannedMask } from '#domain/data'
import { describeRule, isText } from '#domain/data'
import type { Row } from '#engine/ports'
import type { Needles } from './scan-needles.ts'
import { isProtected } from './scan-needles.ts'
import { findPatterns } from './scan-patterns.ts'
import { readingsOf } from './scan-texts.ts'

/** Something that should not be there, by its place; never what it is. */
export interface ScanFinding {
  readonly table: string
  readonly column: string
  /** Of the row. */
  readonly id: string
  /**
   * `same-value`: the row has in this column what it has in the source; `protected-value`: the text holds a value that the rules protect elsewhere;
   * `email`, `iban`, `phone`: it has that form, and no rule put it there.
   */
  readonly what: 'same-value' | 'protected-value' | 'email' | 'iban' | 'phone'
  /** What the rules say of the column where it was found. */
  readonly rule: string
  /** `table.column` of the protected value. */
  readonly from?: string
}

/** What of one row of a target should not be there; `needles` undefined: only forms are looked at. */
export function scanRow(of: { readonly needles: Needles | undefined; readonly masked: MaskedTable }, row: Row): readonly ScanFinding[] {
  const { table, masks } = of.masked
  const id = String(row[table.primaryId])
  return masks.flatMap((mask) => {
    const value = row[mask.column.name]
    if (value === undefined || value === null) return []
    const place = { table: table.table, column: mask.column.name, id, rule: describeRule(mask.rule) }
    if (of.needles !== undefined && isProtected(mask) && of.needles.isSame({ ...place, value })) return [{ ...place, what: 'same-value' }]
    return isText(mask.column) ? scanText(of.needles, mask, { place, text: String(value) }) : []
  })
}

type Place = Pick<ScanFinding, 'table' | 'column' | 'id' | 'rule'>

/** A text of a row, or of a file that belongs to it. */
export function scanText(
  needles: Needles | undefined,
  mask: PlannedMask,
  of: { readonly place: Place; readonly text: string },
): readonly ScanFinding[] {
  const { place, text } = of
  const from = needles?.findIn(text)
  if (from !== undefined) return [{ ...place, what: 'protected-value', from }]
  const isMasked = mask.rule.kind !== 'keep'
  const patterns = new Set(readingsOf(text).flatMap((reading) => findPatterns(reading, isMasked)))
  return [...patterns].map((what) => ({ ...place, what }))
}
