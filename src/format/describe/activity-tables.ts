import type { Fact } from '#domain/difference'
import type { ComponentPart } from '../package.ts'
import { childText, descendant } from '../xml/tree.ts'

/** Tables (`Entity:<name>`) that hold activities. */
export function activityTables(parts: readonly ComponentPart[]): ReadonlySet<string> {
  const tables = parts.filter(
    (part) => part.kind === 'Entity' && childText(descendant(part.xml, 'EntityInfo', 'entity'), 'IsActivity') === '1',
  )
  return new Set(tables.map((part) => `Entity:${part.key}`.toLowerCase()))
}

// The lookup columns that every activity table has from the start (from knowledge of activitypointer; unverified beyond the pair below).
const ownLookups: ReadonlySet<string> = new Set([
  ...['activityid', 'regardingobjectid', 'sendermailboxid', 'serviceid', 'slaid', 'slainvokedid'],
  ...['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit', 'createdby', 'modifiedby'],
])

/**
 * Whether the platform makes a relationship together with its activity table. Observed on the one pair of a managed and an unmanaged export
 * of one version that has such a table: the managed one lacks exactly these, 94 of 94, and none through another column.
 */
export function isMadeWithActivityTable(part: ComponentPart, tables: ReadonlySet<string>): boolean {
  if (part.kind !== 'EntityRelationship') return false
  const table = childText(part.xml, 'ReferencingEntityName')
  const column = childText(part.xml, 'ReferencingAttributeName')?.toLowerCase()
  return table !== undefined && column !== undefined && tables.has(`Entity:${table}`.toLowerCase()) && ownLookups.has(column)
}

/**
 * Which tables a party list of an activity accepts: managed exports keep users only. Observed on the same pair: 8 of 8 others left out, on
 * columns of that type alone.
 */
export function withPartyListsMarked(part: ComponentPart, facts: Fact[]): Fact[] {
  if (part.kind !== 'Attribute' || childText(part.xml, 'Type') !== 'partylist') return facts
  return facts.map((fact) => (/(^|\/)LookupType\[/.test(fact.path) ? { ...fact, isLeftOutOfManaged: true } : fact))
}
