import type { MaskingColumn, MaskingTable } from './masking-table.ts'
import type { FakeProvider, MaskingRule } from './masking-rules.ts'

const texts = new Set(['String', 'Memo'])
const numbers = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money'])
const elsewhere = new Set(['File', 'Image', 'PartyList', 'CalendarRules'])

/** Keys, links and choices: by themselves they say nothing that a person could be known by. */
const kept = new Set([
  ...['Lookup', 'Customer', 'Uniqueidentifier', 'EntityName', 'ManagedProperty'],
  ...['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'],
])

/** People, teams and units of an environment: rows of one are none of another. */
const inhabitants = new Set(['systemuser', 'team', 'businessunit', 'owner'])

/** Columns that say when and by whom a row came to be: a row that arrives is of today, and of whoever brings it (release-facts §9). */
const traces = new Set([
  'createdon',
  'modifiedon',
  'overriddencreatedon',
  'createdby',
  'modifiedby',
  'createdonbehalfby',
  'modifiedonbehalfby',
  'owningbusinessunit',
  'owninguser',
  'owningteam',
  'ownerid',
])

/** Numbers that the service keeps for itself: left out, it gives them anew. */
const plumbing = new Set([
  'importsequencenumber',
  'timezoneruleversionnumber',
  'utcconversiontimezonecode',
  'versionnumber',
  'exchangerate',
])

/** Whether every table has a column of this name, which tells nothing but how its row came to be. */
export function isSystemColumn(name: string): boolean {
  return traces.has(name) || plumbing.has(name)
}

/** Content of attachments, as base64: in rows, and in none of the usual kinds of file (release-facts §9). */
const attached = new Set(['documentbody', 'body', 'filename', 'entityimage'])

/** By name, the first that fits: columns that release-facts §9 finds usually covered. */
const byName: readonly (readonly [RegExp, FakeProvider])[] = [
  [/e-?mail|(^|_)mail(_?address)?\d?$/, 'email'],
  [/^(.*_)?first_?name$|^(.*_)?given_?name$/, 'first-name'],
  [/^(.*_)?(last|middle|sur|family)_?name$/, 'last-name'],
  [/^(.*_)?full_?name$/, 'full-name'],
  [/job_?title$/, 'job-title'],
  [/_(line[123]|street)$/, 'street'],
  [/_city$|^(.*_)?city$/, 'city'],
  [/(web_?site|_url$)/, 'url'],
]

export function isText(column: Pick<MaskingColumn, 'type'>): boolean {
  return texts.has(column.type)
}

export function isNumber(column: Pick<MaskingColumn, 'type'>): boolean {
  return numbers.has(column.type)
}

/** Whether the content is somewhere else than in the row: files and images are sent apart. */
export function isElsewhere(column: Pick<MaskingColumn, 'type'>): boolean {
  return elsewhere.has(column.type)
}

/**
 * What becomes of a column that no rule names. Default deny: whatever can hold something about somebody is masked or left out, and so
 * is what nobody has seen before; keys, lookups, choices, states and yes/no are kept.
 */
export function defaultRule(table: Pick<MaskingTable, 'targets'>, column: MaskingColumn): MaskingRule {
  const { name, type } = column
  if (column.isPrimaryId) return { kind: 'keep' }
  if (isSystemColumn(name) || attached.has(name) || isElsewhere(column)) return { kind: 'null' }
  if (type === 'Owner' || (table.targets[name] ?? []).some((target) => inhabitants.has(target))) return { kind: 'null' }
  if (isText(column)) return defaultText(column)
  if (isNumber(column) || type === 'DateTime') return { kind: 'mask' }
  return { kind: kept.has(type) ? 'keep' : 'null' }
}

function defaultText({ name, format, type }: MaskingColumn): MaskingRule {
  if (format === 'Email') return { kind: 'fake', provider: 'email' }
  if (format === 'Url') return { kind: 'fake', provider: 'url' }
  if (type === 'Memo' || format === 'Json') return { kind: 'mask' }
  if (/iban/.test(name)) return { kind: 'mask', check: 'iban' }
  const provider = byName.find(([form]) => form.test(name))?.[1]
  return provider === undefined ? { kind: 'mask' } : { kind: 'fake', provider }
}
