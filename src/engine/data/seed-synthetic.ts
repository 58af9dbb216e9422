import type { Draw, FakeProvider, MaskedTable, PlannedMask } from '#domain/data'
import { isNumber, isText } from '#domain/data'
import type { Masks, Row } from '#engine/ports'

const pageSize = 500
const dayMs = 86_400_000
/** Dates of made-up rows lie in the ten years before this day, so that the same seed makes the same rows. */
const lastDay = Date.UTC(2026, 0, 1)

/** Made-up rows: the same for the same seed, with lookups among one another. Choices and yes/no are left to their defaults. */
export async function* makeRows(of: {
  readonly masks: Masks
  readonly locale: string
  readonly masked: readonly MaskedTable[]
  readonly table: MaskedTable
  readonly count: number
}): AsyncIterable<readonly Row[]> {
  const { count } = of
  for (let first = 0; first < count; first += pageSize)
    yield Array.from({ length: Math.min(pageSize, count - first) }, (_, at) => makeRow(of, first + at))
}

interface Making {
  readonly masks: Masks
  readonly locale: string
  readonly masked: readonly MaskedTable[]
  readonly table: MaskedTable
  readonly count: number
}

function makeRow(making: Making, at: number): Row {
  const { masks, table } = making
  const { table: name, primaryId, targets } = table.table
  const row: Record<string, unknown> = { [primaryId]: guidOf(masks, name, at) }
  for (const mask of table.masks) {
    const { column, rule } = mask
    if (column.isPrimaryId || rule.kind === 'null') continue
    const draw = masks.draw(`made ${name}.${column.name}`, String(at))
    const target = (targets[column.name] ?? []).find((each) => making.masked.some(({ table: { table: other } }) => other === each))
    if (target !== undefined) row[column.name] = { table: target, id: guidOf(masks, target, Math.floor(draw() * making.count)) }
    else row[column.name] = makeValue(making, mask, { at, draw })
  }
  return row
}

function makeValue(
  { masks, locale, table }: Making,
  mask: PlannedMask,
  { at, draw }: { readonly at: number; readonly draw: Draw },
): unknown {
  const { column, rule, isUnique } = mask
  if (isNumber(column)) return numberOf(mask, draw)
  if (column.type === 'DateTime') {
    const day = new Date(lastDay - Math.floor(draw() * 3650) * dayMs).toISOString()
    return column.format === 'DateOnly' ? day.slice(0, 10) : day.replace(/\.\d+Z$/, 'Z')
  }
  if (!isText(column)) return undefined
  const room = column.maxLength ?? 100
  if (isUnique) return masks.digest(`made ${table.table.table}.${column.name}`, String(at)).slice(0, Math.min(room, 24))
  const provider = rule.kind === 'fake' ? rule.provider : fitting(mask)
  const text =
    column.format === 'Json' ? '{}' : masks.fake({ provider, locale: (rule.kind === 'fake' ? rule.locale : undefined) ?? locale, draw })
  return text.slice(0, room)
}

/** What a text without a fake of its own is made of. */
function fitting({ column }: PlannedMask): FakeProvider {
  if (column.format === 'Email') return 'email'
  if (column.format === 'Phone') return 'phone'
  if (column.format === 'Url') return 'url'
  if (column.type === 'Memo') return 'paragraph'
  return column.isPrimaryName ? 'company' : 'sentence'
}

function numberOf({ column }: PlannedMask, draw: Draw): number {
  const lowest = Math.max(column.minValue ?? 0, 0)
  const highest = Math.min(column.maxValue ?? 10_000, Math.max(10_000, lowest))
  const value = lowest + draw() * (highest - lowest)
  return column.type === 'Integer' || column.type === 'BigInt'
    ? Math.floor(value)
    : Number(value.toFixed(Math.min(column.precision ?? 2, 10)))
}

/** A version 4 id, the same for the same seed, table and number. */
function guidOf(masks: Masks, table: string, at: number): string {
  const number = masks.below(`id of ${table}`, String(at), 1n << 122n)
  const hex = number.toString(16).padStart(31, '0')
  const variant = (8 + Number(number % 4n)).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18, 30)}`
}
