import { defaultRule, isSystemColumn } from './masking-defaults.ts'
import type { MaskingRule, MaskingRules } from './masking-rules.ts'
import type { MaskingTable } from './masking-table.ts'
import { planMasking } from './masking-plan.ts'

/**
 * Rules for all that these tables have and that would not be kept anyway: the defaults, written down to be looked at. Whoever knows that a column
 * says nothing about anybody writes keep.
 */
export function proposeRules(tables: readonly MaskingTable[], locale: string): MaskingRules {
  const planned = planMasking({ rules: { locale, tables: {} }, tables, wanted: tables.map(({ table }) => table) })
  if (!planned.ok) return { locale, tables: {} }
  const entries = planned.value.map(({ table, masks }): [string, { readonly columns: Readonly<Record<string, MaskingRule>> }] => {
    const columns = masks.flatMap(({ column, rule }): [string, MaskingRule][] =>
      rule.kind === 'keep' || isTrace(table, column.name) ? [] : [[column.name, rule]],
    )
    return [table.table, { columns: Object.fromEntries(columns) }]
  })
  return { locale, tables: Object.fromEntries(entries) }

  /** What every table has and nobody would decide otherwise need not be read by anybody. */
  function isTrace(table: MaskingTable, name: string): boolean {
    const column = table.columns.find((each) => each.name === name)
    if (column === undefined) return false
    return isSystemColumn(name) && defaultRule(table, column).kind !== 'fake'
  }
}
