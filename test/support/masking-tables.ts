import type { MaskedTable, MaskingColumn, MaskingRule, MaskingTable } from '#domain/data'
import { planMasking } from '#domain/data'

/** A column that can be written and is nothing special. */
export function maskingColumn(name: string, type: string, more: Partial<MaskingColumn> = {}): MaskingColumn {
  return {
    name,
    type,
    format: undefined,
    maxLength: type === 'String' ? 100 : type === 'Memo' ? 4000 : undefined,
    minValue: undefined,
    maxValue: undefined,
    precision: undefined,
    isPrimaryId: false,
    isPrimaryName: false,
    isRequired: false,
    isWritable: true,
    ...more,
  }
}

export function maskingTable(table: string, columns: readonly MaskingColumn[], more: Partial<MaskingTable> = {}): MaskingTable {
  const id = maskingColumn(`${table}id`, 'Uniqueidentifier', { isPrimaryId: true })
  return { table, primaryId: id.name, isIntersect: false, columns: [id, ...columns], keys: [], targets: {}, ...more }
}

/** A table as rules for its columns have it; what they do not name goes by the defaults. */
export function maskedTable(of: MaskingTable, columns: Readonly<Record<string, MaskingRule>> = {}): MaskedTable {
  const planned = planMasking({ rules: { locale: 'en', tables: { [of.table]: { columns } } }, tables: [of], wanted: [of.table] })
  const [masked] = planned.ok ? planned.value : []
  if (masked === undefined) throw new Error(`nothing was planned: ${JSON.stringify(planned)}`)
  return masked
}
