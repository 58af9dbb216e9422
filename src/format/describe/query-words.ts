import { ownMember } from '#domain/kernel'
import type { XmlElement } from '../package.ts'
import { attributeOf } from '../xml/tree.ts'

/** `<condition attribute="statecode" operator="eq">` → "statecode equals". */
export function conditionInWords(condition: XmlElement): string {
  const operator = attributeOf(condition, 'operator') ?? ''
  const table = attributeOf(condition, 'entityname') || undefined
  const column = attributeOf(condition, 'attribute') ?? ''
  return `${table === undefined ? '' : `${table}.`}${column} ${ownMember(operators, operator) ?? operator.replaceAll('-', ' ')}`.trim()
}

/** `<filter type="or">` → "any of". */
export function filterInWords(filter: XmlElement): string {
  const kind = attributeOf(filter, 'type') === 'or' ? 'any of' : 'all of'
  return attributeOf(filter, 'isquickfindfields') === '1' ? `${kind} (quick find)` : kind
}

// Those of FetchXML that do not read as words; what they do is from knowledge of FetchXML, unverified against the platform: https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators
const operators: Readonly<Record<string, string>> = {
  eq: 'equals',
  ne: 'does not equal',
  neq: 'does not equal',
  gt: 'is greater than',
  ge: 'is at least',
  lt: 'is less than',
  le: 'is at most',
  in: 'is one of',
  null: 'is empty',
  'not-null': 'is not empty',
  'eq-userid': 'is the current user',
  'ne-userid': 'is not the current user',
}
