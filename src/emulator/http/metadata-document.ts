import type { XmlElement } from '#format'
import { compactStyle, element, writeXml } from '#format'
import { operations } from '../operations/registry.ts'
import type { ReadTransaction } from '../store/store.ts'
import { dataTables } from '../tables/data/data-table.ts'
import { tables } from '../tables/registry.ts'
import type { Column, Table } from '../tables/table.ts'
import { lookupNavigations, wireName } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { complexTypes, enumTypes } from './metadata-document-types.ts'
import { complexType, operationImports, operationTypes } from './metadata-document-operations.ts'
import type { Reply } from './reply.ts'
import { jsonReply, wrongVerb } from './reply.ts'

/** Every table whose set an environment serves. */
function servedTables(tx: ReadTransaction): readonly Table[] {
  const own = new Set(tables.map(({ setName }) => setName))
  return [...tables, ...dataTables(tx).filter(({ setName }) => !own.has(setName))]
}

/** `GET /`: the sets of the environment. */
export function serviceDocument(call: ApiCall): Reply {
  if (call.method !== 'GET') throw wrongVerb(call.method)
  const value = call.context.env.read(servedTables).map(({ setName }) => ({ name: setName, kind: 'EntitySet', url: setName }))
  return jsonReply(200, { '@odata.context': `${call.serviceRoot}/$metadata`, value })
}

/** `GET /$metadata`: what is served here, in CSDL as the service writes it (web-api I). */
export function metadataDocument(call: ApiCall): Reply {
  if (call.method !== 'GET') throw wrongVerb(call.method)
  const body = writeXml(csdl(call.context.env.read(servedTables)), { ...compactStyle, hasDeclaration: true })
  return { status: 200, headers: { 'content-type': 'application/xml', 'odata-version': '4.0' }, body }
}

const vocabularies = ['Org.OData.Core.V1', 'OData.Community.Keys.V1', 'OData.Community.Display.V1']

function csdl(served: readonly Table[]): XmlElement {
  const references = vocabularies.map((namespace) =>
    element('edmx:Reference', { Uri: `http://vocabularies.odata.org/${namespace}.xml` }, [
      element('edmx:Include', { Namespace: namespace, Alias: namespace.split('.').at(-2) }),
    ]),
  )
  const schema = element(
    'Schema',
    { Namespace: 'Microsoft.Dynamics.CRM', Alias: 'mscrm', xmlns: 'http://docs.oasis-open.org/odata/ns/edm' },
    schemaMembers(served),
  )
  return element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' }, [
    ...references,
    element('edmx:DataServices', {}, [schema]),
  ])
}

function schemaMembers(served: readonly Table[]): XmlElement[] {
  const byName = new Map(served.map((table) => [table.logicalName, table]))
  const types = served.map((table) => ({ table, navigations: navigationsOf(table, byName) }))
  const sets = types.map(({ table, navigations }) =>
    element('EntitySet', { Name: table.setName, EntityType: `mscrm.${table.logicalName}` }, navigations.flatMap(bindingOf)),
  )
  return [
    element('EntityType', { Name: 'crmbaseentity', Abstract: 'true' }),
    ...types.map(({ table, navigations }) => entityType(table, navigations)),
    ...Object.entries(enumTypes).map(([name, members]) =>
      element(
        'EnumType',
        { Name: name },
        Object.entries(members).map(([member, value]) => element('Member', { Name: member, Value: String(value) })),
      ),
    ),
    ...Object.entries(complexTypes).map(([name, properties]) => complexType(name, properties)),
    ...operationTypes(operations, served),
    element('EntityContainer', { Name: 'System' }, [...sets, ...operationImports(operations)]),
  ]
}

interface Navigation {
  readonly name: string
  /** The table that it leads to; undefined where it leads to several. */
  readonly target: Table | undefined
  readonly isCollection: boolean
  readonly column?: Column
}

// Only what leads to tables that are served: a navigation property with a type that is not in the document would make it invalid.
function navigationsOf(table: Table, byName: ReadonlyMap<string, Table>): readonly Navigation[] {
  const found = new Map<string, Navigation>()
  const taken = new Set([table.logicalName, ...table.columns.map(wireName)])
  const add = (navigation: Navigation): void => {
    if (!taken.has(navigation.name) && !found.has(navigation.name)) found.set(navigation.name, navigation)
  }
  for (const { name, column, tables: targets } of lookupNavigations(table)) {
    const here = targets.filter((target) => byName.has(target))
    if (here.length > 0) add({ name, target: targets.length === 1 ? byName.get(here[0] ?? '') : undefined, isCollection: false, column })
  }
  for (const { name, table: target } of [...(table.collections ?? []), ...(table.manyToMany ?? [])])
    if (byName.has(target)) add({ name, target: byName.get(target), isCollection: true })
  return [...found.values()]
}

function bindingOf({ name, target }: Navigation): XmlElement[] {
  return target === undefined ? [] : [element('NavigationPropertyBinding', { Path: name, Target: target.setName })]
}

function entityType(table: Table, navigations: readonly Navigation[]): XmlElement {
  const isKeyed = table.columns.some(({ name }) => name === table.primaryId)
  return element('EntityType', { Name: table.logicalName, BaseType: 'mscrm.crmbaseentity' }, [
    element('Key', {}, [element('PropertyRef', { Name: table.primaryId })]),
    ...(isKeyed ? [] : [element('Property', { Name: table.primaryId, Type: 'Edm.Guid', Nullable: 'false' })]),
    ...table.columns.map((column) => property(table, column)),
    ...navigations.map(navigationProperty),
    ...alternateKeys(table),
  ])
}

function property(table: Table, column: Column): XmlElement {
  const isKey = column.name === table.primaryId
  return element('Property', { Name: wireName(column), Type: typeOf(column), Nullable: isKey ? 'false' : undefined })
}

function typeOf(column: Column): string {
  if (column.isManagedProperty === true) return 'mscrm.BooleanManagedProperty'
  return column.type.replace('Microsoft.Dynamics.CRM.', 'mscrm.')
}

function navigationProperty({ name, target, isCollection, column }: Navigation): XmlElement {
  const type = `mscrm.${target?.logicalName ?? 'crmbaseentity'}`
  if (isCollection) return element('NavigationProperty', { Name: name, Type: `Collection(${type})` })
  const isConstrained = column !== undefined && target !== undefined
  const constraint = isConstrained
    ? [element('ReferentialConstraint', { Property: wireName(column), ReferencedProperty: target.primaryId })]
    : []
  return element('NavigationProperty', { Name: name, Type: type, Nullable: 'true' }, constraint)
}

// OData.Community.Keys.V1, with which the service tells alternate keys.
function alternateKeys(table: Table): XmlElement[] {
  const known = new Map(table.columns.map((column) => [column.name, wireName(column)]))
  const keys = (table.keys ?? []).filter((key) => key.every((name) => known.has(name)))
  if (keys.length === 0) return []
  const records = keys.map((key) =>
    element('Record', { Type: 'OData.Community.Keys.V1.AlternateKey' }, [
      element('PropertyValue', { Property: 'Key' }, [
        element(
          'Collection',
          {},
          key.map((name) => keyReference(known.get(name) ?? name)),
        ),
      ]),
    ]),
  )
  return [element('Annotation', { Term: 'OData.Community.Keys.V1.AlternateKeys' }, [element('Collection', {}, records)])]
}

function keyReference(name: string): XmlElement {
  return element('Record', { Type: 'OData.Community.Keys.V1.PropertyRef' }, [
    element('PropertyValue', { Property: 'Alias', String: name }),
    element('PropertyValue', { Property: 'Name', PropertyPath: name }),
  ])
}
