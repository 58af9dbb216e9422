import { notSupported, unknownSegment } from '../odata/refuse.ts'
import type { Expand } from '../odata/query.ts'
import type { Key } from '../odata/resource-path.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { attributeMetadata, ownMembers } from '../tables/metadata/attribute-rows.ts'
import { choiceOfAttribute, globalChoiceOf } from '../tables/metadata/choice-rows.ts'
import { keyMetadata, ownRelationMembers, relationMetadata } from '../tables/metadata/relation-rows.ts'
import { findTable } from '../tables/registry.ts'
import { listRows } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { readCollection, readRecord } from './read.ts'
import type { Reply } from './reply.ts'
import { jsonReply } from './reply.ts'

/** A set of definitions, one of them, or one of its members; with what `$expand` adds to each. */
export function readMetadata(
  call: ApiCall,
  table: Table,
  what: { readonly key: Key | undefined; readonly member: string | undefined },
): Reply {
  for (const item of call.query.expand) checkExpansion(table, item)
  const plain: ApiCall = { ...call, query: { ...call.query, expand: [] } }
  const source = { table, find: findTable }
  if (what.key === undefined && what.member !== undefined) throw unknownSegment(what.member)
  const reply = what.key === undefined ? readCollection(plain, source) : readRecord(plain, source, what.key)
  if (typeof reply.body !== 'object') return reply
  const body = decorated(call, table, reply.body)
  if (what.member === undefined) return { ...reply, body }
  return memberReply(call, table, { body, member: what.member })
}

function decorated(call: ApiCall, table: Table, body: object): Record<string, unknown> {
  return call.context.env.read((tx) => {
    const stored = new Map(listRows(tx, table).map((row) => [String(row['MetadataId']), row]))
    const show = (shown: Record<string, unknown>): Record<string, unknown> => {
      const row = stored.get(String(shown['MetadataId']))
      return row === undefined
        ? shown
        : { ...typeOfRow(table, row), ...shown, ...whole(call, table, row), ...expansions(tx, call.query.expand, row) }
    }
    const members: Record<string, unknown> = Object.fromEntries(Object.entries(body))
    const { value } = members
    return Array.isArray(value) ? { ...members, value: value.map(show) } : show(members)
  })
}

function memberReply(
  call: ApiCall,
  table: Table,
  { body, member }: { readonly body: Record<string, unknown>; readonly member: string },
): Reply {
  if (isExpandable(table, member)) {
    const shown = readMetadata(
      { ...call, query: { ...call.query, select: undefined, expand: [{ ...noExpand, name: member, select: call.query.select }] } },
      table,
      {
        key: { kind: 'id', id: String(body['MetadataId']) },
        member: undefined,
      },
    )
    const value = typeof shown.body === 'object' ? Object.getOwnPropertyDescriptor(shown.body, member)?.value : undefined
    return jsonReply(200, Array.isArray(value) ? { value } : { ...value })
  }
  if (!(member in body)) throw unknownSegment(member)
  return jsonReply(200, { '@odata.context': `${call.serviceRoot}/$metadata#${table.setName}/${member}`, value: body[member] })
}

const noExpand: Expand = { name: '', select: undefined, filter: undefined, orderBy: [], top: undefined, expand: [], text: '' }

// In a set of several kinds each row names its own; after a cast all are of one.
function typeOfRow(table: Table, row: Row): Record<string, unknown> {
  const isMixed =
    table.logicalName === 'AttributeMetadata' || table.logicalName === 'RelationshipMetadata' || table.logicalName === 'OptionSetMetadata'
  return isMixed ? { '@odata.type': row['@odata.type'] } : {}
}

/** Without `$select` each row of a mixed set has what its own kind has. */
function whole(call: ApiCall, table: Table, row: Row): Record<string, unknown> {
  if (call.query.select !== undefined) return {}
  if (table.logicalName === 'AttributeMetadata') return ownMembers(row)
  return table.logicalName === 'RelationshipMetadata' ? ownRelationMembers(row) : {}
}

const expandable: Readonly<Record<string, readonly string[]>> = {
  EntityMetadata: ['Attributes', 'Keys', 'OneToManyRelationships', 'ManyToOneRelationships', 'ManyToManyRelationships'],
  PicklistAttributeMetadata: ['OptionSet', 'GlobalOptionSet'],
  MultiSelectPicklistAttributeMetadata: ['OptionSet', 'GlobalOptionSet'],
  StateAttributeMetadata: ['OptionSet', 'GlobalOptionSet'],
  StatusAttributeMetadata: ['OptionSet', 'GlobalOptionSet'],
  BooleanAttributeMetadata: ['OptionSet', 'GlobalOptionSet'],
}

function isExpandable(table: Table, name: string): boolean {
  return expandable[table.logicalName]?.includes(name) === true
}

function checkExpansion(table: Table, item: Expand): void {
  if (!isExpandable(table, item.name)) throw notSupported(`$expand=${item.name} of ${table.logicalName}`)
  if (item.filter !== undefined || item.top !== undefined || (item.orderBy ?? []).length > 0 || (item.expand ?? []).length > 0)
    throw notSupported(`other options than $select inside $expand=${item.name} of ${table.logicalName}`)
}

function expansions(tx: ReadTransaction, items: readonly Expand[], row: Row): Record<string, unknown> {
  return Object.fromEntries(items.map((item) => [item.name, selected(expanded(tx, item.name, row), item.select)]))
}

function expanded(tx: ReadTransaction, name: string, row: Row): unknown {
  const table = String(row['LogicalName'])
  switch (name) {
    case 'OptionSet':
      return choiceOfAttribute(tx, row)
    case 'GlobalOptionSet':
      return globalChoiceOf(tx, row) ?? null
    case 'Attributes':
      return listRows(tx, attributeMetadata(table)).map((item) => ({ ...shownOf(attributeMetadata(table), item), ...ownMembers(item) }))
    case 'Keys':
      return listRows(tx, keyMetadata(table)).map((item) => shownOf(keyMetadata(table), item))
    default:
      return relationsOf(tx, name, table)
  }
}

function relationsOf(tx: ReadTransaction, name: string, table: string): unknown {
  const set = relationMetadata(name === 'ManyToManyRelationships' ? 'ManyToMany' : 'OneToMany')
  const ends =
    name === 'OneToManyRelationships'
      ? ['ReferencedEntity']
      : name === 'ManyToOneRelationships'
        ? ['ReferencingEntity']
        : ['Entity1LogicalName', 'Entity2LogicalName']
  return listRows(tx, set)
    .filter((row) => ends.some((end) => row[end] === table))
    .map((row) => shownOf(set, row))
}

function shownOf(table: Table, row: Row): Record<string, unknown> {
  const type = row['@odata.type'] === undefined ? {} : { '@odata.type': row['@odata.type'] }
  return { ...type, ...Object.fromEntries(table.columns.map(({ name }) => [name, row[name] ?? null])) }
}

function selected(value: unknown, select: readonly string[] | undefined): unknown {
  if (select === undefined || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => selected(item, select))
  const wanted = ['@odata.type', 'MetadataId', ...select]
  return Object.fromEntries(Object.entries(value).filter(([name]) => wanted.includes(name)))
}
