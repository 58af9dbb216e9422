import type { Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { defaultRule, isElsewhere, isNumber, isText } from './masking-defaults.ts'
import type { MaskingRule, MaskingRules } from './masking-rules.ts'
import { fakeProviders } from './masking-rules.ts'
import type { MaskingColumn, MaskingTable } from './masking-table.ts'

/** What becomes of one column. */
export interface PlannedMask {
  readonly column: MaskingColumn
  readonly rule: MaskingRule
  /** Whether the file names it; otherwise it goes by the default of its kind. */
  readonly isNamed: boolean
  /** Whether its values must differ from one another as they do now: it is part of an alternate key. */
  readonly isUnique: boolean
}

/** What becomes of the rows of one table. */
export interface MaskedTable {
  readonly table: MaskingTable
  readonly masks: readonly PlannedMask[]
}

/** Characters that a unique fake needs to tell itself from all others: 80 bits in base 32. */
export const uniqueTail = 16
/** Shortest digest that is still one: as many bits. */
const shortestHash = 16
/** Room for a unique tail, `@` and a domain that is reserved for examples. */
const shortestUniqueEmail = uniqueTail + '@example.com'.length

/** Rules, for the tables that are wanted, against what the environment has. Refused whole: each breach with its place in the file. */
export function planMasking(of: {
  readonly rules: MaskingRules
  /** As the environment tells; those that it lacks are left out. */
  readonly tables: readonly MaskingTable[]
  readonly wanted: readonly string[]
  /** Also columns that the service computes: they are looked at, never written. */
  readonly isForLooking?: boolean
}): Result<readonly MaskedTable[]> {
  const { rules, wanted } = of
  const known = new Map(of.tables.map((table) => [table.table, table]))
  const named = Object.keys(rules.tables)
  const absent = [...new Set([...named, ...wanted])].filter((name) => !known.has(name))
  const reasons: Reason[] = absent.map((name) => ({ subject: `tables.${name}`, message: 'The environment has no such table.' }))
  const planned = wanted.flatMap((name) => {
    const table = known.get(name)
    return table === undefined ? [] : [planTable(table, rules, of.isForLooking === true)]
  })
  for (const name of named) {
    const table = known.get(name)
    if (table !== undefined) reasons.push(...findBreaches(table, rules))
  }
  if (reasons.length === 0) return accept(planned)
  return refuse(
    'data.rules-unfit',
    'The masking rules do not fit the environment; nothing was read or written.',
    'Correct the named places; `drover data rules --for <environment>` proposes rules that fit.',
    reasons,
  )
}

function planTable(table: MaskingTable, rules: MaskingRules, isForLooking: boolean): MaskedTable {
  const columns = rules.tables[table.table]?.columns ?? {}
  const unique = new Set(table.keys.flat())
  const masks = table.columns
    .filter(({ isWritable, isPrimaryId }) => isForLooking || isWritable || isPrimaryId)
    .map((column): PlannedMask => {
      const rule = Object.hasOwn(columns, column.name) ? columns[column.name] : undefined
      const isUnique = unique.has(column.name)
      return { column, rule: rule ?? fitDefault(table, column, isUnique), isNamed: rule !== undefined, isUnique }
    })
  return { table, masks }
}

/** A default must hold what a rule must: where a fake would be none, the value is masked in its own form. */
function fitDefault(table: MaskingTable, column: MaskingColumn, isUnique: boolean): MaskingRule {
  const rule = defaultRule(table, column)
  if (rule.kind === 'null') return rule
  if (findBreach(column, rule, isUnique) === undefined) return rule
  return isText(column) ? { kind: 'mask' } : { kind: 'keep' }
}

function findBreaches(table: MaskingTable, rules: MaskingRules): readonly Reason[] {
  const unique = new Set(table.keys.flat())
  return Object.entries(rules.tables[table.table]?.columns ?? {}).flatMap(([name, rule]): Reason[] => {
    const subject = `tables.${table.table}.columns.${name}`
    const column = table.columns.find((each) => each.name === name)
    if (column === undefined) return [{ subject, message: 'The table has no such column.' }]
    const message = findBreach(column, rule, unique.has(name))
    return message === undefined ? [] : [{ subject, message }]
  })
}

/** Why a rule is none for a column, in a sentence. */
function findBreach(column: MaskingColumn, rule: MaskingRule, isUnique: boolean): string | undefined {
  if (column.isPrimaryId && rule.kind !== 'keep') return 'It is the id of the row, which links need; only keep is possible.'
  if (rule.kind === 'keep') return isElsewhere(column) ? 'Files and images do not travel with rows; only null is possible.' : undefined
  if (rule.kind === 'null') {
    if (isUnique) return 'It is part of an alternate key, which an empty value would break.'
    return column.isRequired ? 'The service makes no row without it.' : undefined
  }
  if (isElsewhere(column)) return 'Files and images do not travel with rows; only null is possible.'
  if (rule.kind === 'mask') return findMaskBreach(column, rule)
  if (rule.kind === 'hash') return findHashBreach(column)
  return findFakeBreach(column, rule, isUnique)
}

function findMaskBreach(column: MaskingColumn, rule: Extract<MaskingRule, { readonly kind: 'mask' }>): string | undefined {
  if (rule.check !== undefined && !isText(column)) return `Only texts have check digits, and this is a ${column.type}.`
  if (isText(column) || isNumber(column) || column.type === 'DateTime') return undefined
  return `A ${column.type} says nothing that could be masked; keep it, or leave it out with null.`
}

function findHashBreach(column: MaskingColumn): string | undefined {
  if (!isText(column)) return `A digest is a text, and this is a ${column.type}.`
  if (column.format === 'Email' || column.format === 'Url' || column.format === 'Json')
    return `A digest would break its format ${column.format}; mask or fake it.`
  if ((column.maxLength ?? 0) >= shortestHash) return undefined
  return `It holds ${column.maxLength ?? 0} characters, and a digest takes ${shortestHash}.`
}

function findFakeBreach(
  column: MaskingColumn,
  { provider }: Extract<MaskingRule, { readonly kind: 'fake' }>,
  isUnique: boolean,
): string | undefined {
  const takes = fakeProviders[provider]
  const has = isText(column) ? 'text' : column.type === 'DateTime' ? 'date' : column.type
  if (takes !== has) return `${provider} is a ${takes}, and this is a ${column.type}.`
  if (column.format === 'Email' && provider !== 'email') return `${provider} would break its format Email.`
  if (column.format === 'Url' && provider !== 'url') return `${provider} would break its format Url.`
  if (column.format === 'Json') return `${provider} would break its format Json; mask it.`
  if (!isUnique) return undefined
  if (takes !== 'text') return 'It is part of an alternate key, and fakes of dates are not unique; mask it.'
  if (provider === 'phone' || provider === 'iban' || provider === 'postcode')
    return `It is part of an alternate key, and a unique ${provider} would not keep its form; mask it.`
  const needed = provider === 'email' ? shortestUniqueEmail : uniqueTail
  const room = column.maxLength ?? 0
  return room >= needed ? undefined : `It is part of an alternate key and holds ${room} characters; a unique fake takes ${needed}. Mask it.`
}
