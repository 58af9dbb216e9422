import type { ConfigurationPackage, ConfigurationRow, ConfigurationTable } from '#domain/data'
import { isReferenceValue } from '#domain/data'
import { element, textElement } from '../xml/tree.ts'
import { writeXml } from '../xml/write-xml.ts'
import type { XmlElement } from '../package.ts'
import { writeDataValue } from './data-values.ts'
import { writeOwnFile } from './own-file.ts'
import { dataFile, dataSchemaFile, ownDataFile } from './read-data-package.ts'

/** A moment that no run can change: equal rows give equal files. */
const timestamp = '2000-01-01T00:00:00.0000000Z'

/** The files of a package as the platform's tool reads them: tables and columns as they stand, rows by their ids. */
export function writeDataPackage(pack: ConfigurationPackage): ReadonlyMap<string, Uint8Array> {
  const policies = pack.tables.filter(({ onTargetChange }) => onTargetChange !== 'keep')
  const own = writeOwnFile({
    tables: Object.fromEntries(policies.map(({ name, onTargetChange }) => [name, { changedInTarget: onTargetChange }])),
    deletes: pack.deletes,
    outside: pack.outside,
  })
  const files: [string, string][] = [
    [dataSchemaFile, `${writeDataSchema(pack)}\n`],
    [dataFile, `${writeRows(pack)}\n`],
    ...(own === undefined ? [] : [[ownDataFile, own] as [string, string]]),
  ]
  return new Map(files.map(([path, text]) => [path, new TextEncoder().encode(text)]))
}

function writeDataSchema({ tables, importOrder }: Pick<ConfigurationPackage, 'tables' | 'importOrder'>): string {
  const order =
    importOrder.length === 0
      ? []
      : [
          element(
            'entityImportOrder',
            {},
            importOrder.map((name) => textElement('entityName', name)),
          ),
        ]
  return writeXml(element('entities', { dateMode: 'absolute' }, [...tables.map(tableElement), ...order]), { indent: 2, lineEnd: '\n' })
}

function tableElement(table: ConfigurationTable): XmlElement {
  const fields = table.columns.map((column) =>
    element('field', {
      ...(column.isKey ? { updateCompare: 'true' } : {}),
      displayname: column.displayName,
      name: column.name,
      type: column.type,
      ...(column.name === table.primaryId ? { primaryKey: 'true' } : {}),
      lookupType: column.target,
    }),
  )
  const links = table.links.map((link) =>
    element('relationship', {
      name: link.relationship,
      manyToMany: 'true',
      isreflexive: String(link.isReflexive),
      relatedEntityName: link.intersect,
      m2mTargetEntity: link.target,
      m2mTargetEntityPrimaryKey: link.targetPrimaryId,
    }),
  )
  const about = {
    name: table.name,
    displayname: table.displayName,
    primaryidfield: table.primaryId,
    primarynamefield: table.primaryName,
    disableplugins: 'false',
  }
  return element('entity', about, [
    element('fields', {}, fields),
    element('relationships', {}, links),
    ...(table.filter === undefined ? [] : [textElement('filter', table.filter)]),
  ])
}

function writeRows({ tables }: ConfigurationPackage): string {
  const entities = tables.filter(({ rows }) => rows.length > 0).map(rowsElement)
  const root = element(
    'entities',
    { 'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema', 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', timestamp },
    entities,
  )
  return writeXml(root, { indent: 2, lineEnd: '\n', hasDeclaration: true, hasByteOrderMark: true })
}

function rowsElement(table: ConfigurationTable): XmlElement {
  const rows = [...table.rows].sort((a, b) => (a.id < b.id ? -1 : 1))
  return element('entity', { name: table.name, displayname: table.displayName }, [
    element(
      'records',
      {},
      rows.map((row) => recordElement(table, row)),
    ),
    element(
      'm2mrelationships',
      {},
      rows.flatMap((row) => pairElements(table, row)),
    ),
  ])
}

function recordElement(table: ConfigurationTable, row: ConfigurationRow): XmlElement {
  const fields = table.columns.flatMap((column) => {
    const value = column.name === table.primaryId ? row.id : row.values[column.name]
    if (value === undefined) return []
    const about = { name: column.name, value: writeDataValue(column, value) }
    return [element('field', isReferenceValue(value) ? { ...about, lookupentity: value.table } : about)]
  })
  return element('record', { id: row.id }, fields)
}

function pairElements(table: ConfigurationTable, row: ConfigurationRow): readonly XmlElement[] {
  return table.links.flatMap((link) => {
    const ids = row.links[link.relationship] ?? []
    if (ids.length === 0) return []
    const about = {
      sourceid: row.id,
      targetentityname: link.target,
      targetentitynameidfield: link.targetPrimaryId,
      m2mrelationshipname: link.relationship,
    }
    return [
      element('m2mrelationship', about, [
        element(
          'targetids',
          {},
          [...ids].sort().map((id) => textElement('targetid', id)),
        ),
      ]),
    ]
  })
}
