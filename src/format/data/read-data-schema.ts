import type { ConfigurationColumn, ConfigurationLink, ConfigurationTable } from '#domain/data'
import { DroverError } from '#domain/kernel'
import type { XmlElement } from '../package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { attributeOf, child, childrenNamed, textOf } from '../xml/tree.ts'

export interface DataSchema {
  readonly tables: readonly Omit<ConfigurationTable, 'onTargetChange' | 'rows'>[]
  readonly importOrder: readonly string[]
}

/** Reads data_schema.xml: which tables, columns and relationships a package holds [release-facts 1.2]. Throws `data.bad-schema`. */
export function readDataSchema(bytes: Uint8Array | string): DataSchema {
  const root = parseXml(bytes, 'data_schema.xml')
  if (root.name !== 'entities') throw badSchema('it does not begin with <entities>')
  const mode = attributeOf(root, 'dateMode') ?? 'absolute'
  if (mode !== 'absolute')
    throw badSchema(`its dateMode is ${mode}; rows that differ from day to day cannot be held against what was approved`)
  const tables = childrenNamed(root, 'entity').map(readTable)
  if (tables.length === 0) throw badSchema('it describes no table')
  const importOrder = childrenNamed(child(root, 'entityImportOrder'), 'entityName').map((name) => (textOf(name) ?? '').trim().toLowerCase())
  return { tables, importOrder }
}

function badSchema(problem: string): DroverError {
  return new DroverError('data.bad-schema', `data_schema.xml cannot be used: ${problem}.`, {
    hint: 'Write it with the Configuration Migration tool (`pac tool cmt`), or mend it by hand; it describes tables, their columns and their order.',
  })
}

const logicalName = /^[a-z_][a-z0-9_]{0,127}$/

function readTable(entity: XmlElement): DataSchema['tables'][number] {
  const name = nameOf(entity, 'a table')
  const columns = childrenNamed(child(entity, 'fields'), 'field').map((field) => readColumn(field, name))
  const twice = columns.find((column, at) => columns.findIndex((other) => other.name === column.name) !== at)
  if (twice !== undefined) throw badSchema(`it describes ${name}.${twice.name} twice`)
  return {
    name,
    displayName: attributeOf(entity, 'displayname') ?? name,
    primaryId: attributeOf(entity, 'primaryidfield')?.toLowerCase() || `${name}id`,
    primaryName: attributeOf(entity, 'primarynamefield')?.toLowerCase() ?? '',
    columns,
    links: childrenNamed(child(entity, 'relationships'), 'relationship').flatMap((relationship) => readLink(relationship, name)),
    filter: textOf(child(entity, 'filter'))?.trim() || undefined,
  }
}

/** primaryKey="true" can stand on several columns and tells nothing that primaryidfield does not [release-facts 1.2]. */
function readColumn(field: XmlElement, table: string): ConfigurationColumn {
  const name = nameOf(field, `a column of ${table}`)
  return {
    name,
    displayName: attributeOf(field, 'displayname') ?? name,
    type: (attributeOf(field, 'type') ?? 'string').toLowerCase(),
    target: attributeOf(field, 'lookupType')?.toLowerCase(),
    isKey: /^(true|1)$/.test(attributeOf(field, 'updateCompare') ?? ''),
  }
}

function readLink(relationship: XmlElement, table: string): readonly ConfigurationLink[] {
  if (!/^(true|1)$/.test(attributeOf(relationship, 'manyToMany') ?? '')) return []
  const name = attributeOf(relationship, 'name') ?? ''
  const target = attributeOf(relationship, 'm2mTargetEntity')?.toLowerCase() ?? ''
  if (!/^\w{1,200}$/.test(name) || !logicalName.test(target))
    throw badSchema(`a relationship of ${table} lacks its name or m2mTargetEntity`)
  return [
    {
      relationship: name,
      intersect: attributeOf(relationship, 'relatedEntityName')?.toLowerCase() ?? name.toLowerCase(),
      target,
      targetPrimaryId: attributeOf(relationship, 'm2mTargetEntityPrimaryKey')?.toLowerCase() ?? `${target}id`,
      isReflexive: /^(true|1)$/.test(attributeOf(relationship, 'isreflexive') ?? ''),
    },
  ]
}

/** Names go into addresses of requests: nothing but a logical name passes. */
function nameOf(element: XmlElement, what: string): string {
  const name = (attributeOf(element, 'name') ?? '').toLowerCase()
  if (logicalName.test(name)) return name
  throw badSchema(`${what} has no logical name`)
}
