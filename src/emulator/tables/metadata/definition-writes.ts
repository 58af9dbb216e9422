import { ODataError } from '../../errors.ts'
import type { ColumnSpec } from '../../kinds/column-part.ts'
import { columnPart } from '../../kinds/column-part.ts'
import { globalChoicePart, keyPart, manyToManyPart, oneToManyPart, tablePart } from '../../kinds/table-part.ts'
import { publisherOf, findSolution } from '../../layers/solutions.ts'
import { notSupported } from '../../odata/refuse.ts'
import type { Transaction } from '../../store/store.ts'
import { createFromPart } from '../component-writes.ts'
import { defineTable } from '../data/define.ts'
import type { WriteContext } from '../table.ts'
import { columnSpec } from './column-spec.ts'
import type { Json } from './json.ts'
import { labelText, listOf, memberOf, optionsIn, requiredLevel, requireSchemaName, requireText, textOf, typeOf } from './json.ts'
import { systemParts } from './system-parts.ts'

/** `POST EntityDefinitions`: a table with its key, its primary name, and the columns and relationships that every table has. */
export function createTable(ctx: WriteContext, body: Json): Promise<string> {
  const schemaName = requireSchemaName(body)
  const primary = listOf(body, 'Attributes').find((item) => memberOf(item, 'IsPrimaryName') === true)
  if (primary === undefined) throw new ODataError(400, '0x80040203', 'A table needs a text column with IsPrimaryName among its Attributes.')
  if (memberOf(body, 'IsActivity') === true) throw notSupported('creating an activity table')
  if (textOf(body, 'TableType') !== undefined && textOf(body, 'TableType') !== 'Standard')
    throw notSupported(`creating a table of the type ${String(textOf(body, 'TableType'))}`)
  const ownership = textOf(body, 'OwnershipType') === 'OrganizationOwned' ? 'OrgOwned' : 'UserOwned'
  const displayName = labelText(memberOf(body, 'DisplayName')) ?? schemaName
  const table = tablePart({
    schemaName,
    setName: textOf(body, 'EntitySetName') ?? pluralOf(schemaName.toLowerCase()),
    displayName,
    displayCollectionName: labelText(memberOf(body, 'DisplayCollectionName')) ?? `${displayName}s`,
    description: labelText(memberOf(body, 'Description')) ?? '',
    ownership,
    isActivity: false,
    hasNotes: memberOf(body, 'HasNotes') === true,
  })
  return written(ctx, (tx) => {
    const first = firstOption(tx, ctx)
    const columns = listOf(body, 'Attributes').map((item) => columnPart(columnSpec(table.key, jsonOf(item), first)))
    const id = createFromPart(tx, ctx, table, idOf(ctx, body))
    for (const part of columns) createFromPart(tx, ctx, part, ctx.guid())
    // What every table has belongs to no solution by name: it goes where its table goes.
    for (const part of systemParts(schemaName, displayName, ownership))
      createFromPart(tx, { ...ctx, solution: undefined }, part, ctx.guid())
    return id
  })
}

/** `POST EntityDefinitions(…)/Attributes`. Returns the new MetadataId, as all of these do. */
export function createColumn(ctx: WriteContext, table: string, body: Json): Promise<string> {
  return written(ctx, (tx) => createFromPart(tx, ctx, columnPart(columnSpec(table, body, firstOption(tx, ctx))), idOf(ctx, body)))
}

/** `POST EntityDefinitions(…)/Keys` */
export function createKey(ctx: WriteContext, table: string, body: Json): Promise<string> {
  const schemaName = requireSchemaName(body)
  const columns = listOf(body, 'KeyAttributes').map((name) => String(name).toLowerCase())
  return written(ctx, (tx) => {
    for (const name of columns) requireColumn(tx, table, name)
    if (columns.length === 0) throw new ODataError(400, '0x80040203', 'An alternate key needs KeyAttributes.')
    const displayName = labelText(memberOf(body, 'DisplayName')) ?? schemaName
    return createFromPart(tx, ctx, keyPart(table, { schemaName, displayName, columns }), idOf(ctx, body))
  })
}

/** `POST GlobalOptionSetDefinitions` */
export function createChoice(ctx: WriteContext, body: Json): Promise<string> {
  const name = requireText(body, 'Name')
  const displayName = labelText(memberOf(body, 'DisplayName')) ?? name
  return written(ctx, (tx) => {
    const options = optionsIn(listOf(body, 'Options'), firstOption(tx, ctx))
    return createFromPart(tx, ctx, globalChoicePart(name, displayName, options), idOf(ctx, body))
  })
}

/** `POST RelationshipDefinitions`: one-to-many with its lookup column, or many-to-many. */
export function createRelationship(ctx: WriteContext, body: Json): Promise<string> {
  switch (typeOf(body, 'RelationshipMetadata')) {
    case 'OneToMany':
      return createOneToMany(ctx, body)
    case 'ManyToMany':
      return createManyToMany(ctx, body)
    default:
      throw new ODataError(
        400,
        '0x80048d19',
        'A relationship needs @odata.type OneToManyRelationshipMetadata or ManyToManyRelationshipMetadata.',
      )
  }
}

function createOneToMany(ctx: WriteContext, body: Json): Promise<string> {
  const schemaName = requireSchemaName(body)
  const from = requireText(body, 'ReferencingEntity').toLowerCase()
  const to = requireText(body, 'ReferencedEntity').toLowerCase()
  const lookup = memberOf(body, 'Lookup')
  const column = requireSchemaName(lookup)
  return written(ctx, (tx) => {
    requireTable(tx, from)
    if (to !== 'systemuser' && to !== 'team' && to !== 'businessunit') requireTable(tx, to)
    createFromPart(tx, ctx, columnPart(lookupSpec(from, column, lookup)), ctx.guid())
    const part = oneToManyPart({
      schemaName,
      from,
      column,
      to,
      navigation: textOf(body, 'ReferencingEntityNavigationPropertyName') ?? column,
      cascade: { Delete: 'RemoveLink', ...cascadesOf(memberOf(body, 'CascadeConfiguration')) },
    })
    return createFromPart(tx, ctx, part, idOf(ctx, body))
  })
}

function lookupSpec(table: string, schemaName: string, lookup: unknown): ColumnSpec {
  return {
    table,
    schemaName,
    type: 'lookup',
    displayName: labelText(memberOf(lookup, 'DisplayName')) ?? schemaName,
    requiredLevel: requiredLevel(memberOf(lookup, 'RequiredLevel')),
    details: { LookupStyle: 'single', LookupTypes: '' },
  }
}

function createManyToMany(ctx: WriteContext, body: Json): Promise<string> {
  const schemaName = requireSchemaName(body)
  const tables = [requireText(body, 'Entity1LogicalName').toLowerCase(), requireText(body, 'Entity2LogicalName').toLowerCase()] as const
  const navigations = [
    textOf(body, 'Entity1NavigationPropertyName') ?? schemaName,
    textOf(body, 'Entity2NavigationPropertyName') ?? schemaName,
  ] as const
  return written(ctx, (tx) => {
    for (const name of tables) requireTable(tx, name)
    const intersect = (textOf(body, 'IntersectEntityName') ?? schemaName).toLowerCase()
    return createFromPart(tx, ctx, manyToManyPart({ schemaName, tables, navigations, intersect }), idOf(ctx, body))
  })
}

function cascadesOf(
  configuration: unknown,
): Partial<Record<'Assign' | 'Delete' | 'Reparent' | 'Share' | 'Unshare' | 'RollupView', string>> {
  const names = ['Assign', 'Delete', 'Reparent', 'Share', 'Unshare', 'RollupView'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = textOf(configuration, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function requireTable(tx: Transaction, name: string): void {
  if (defineTable(tx, name) === undefined)
    throw new ODataError(404, '0x80060888', `The entity with a name = '${name}' was not found in the MetadataCache.`)
}

function requireColumn(tx: Transaction, table: string, name: string): void {
  if (defineTable(tx, table)?.byName.has(name) !== true)
    throw new ODataError(400, '0x80040203', `The table '${table}' has no column '${name}'.`)
}

/** New values of options begin where the publisher's prefix for them says. */
function firstOption(tx: Transaction, ctx: WriteContext): number {
  const solution = findSolution(tx, ctx.solution ?? 'Default')
  const prefix = solution === undefined ? undefined : publisherOf(tx, solution)?.['customizationoptionvalueprefix']
  return (typeof prefix === 'number' ? prefix : 10_000) * 10_000
}

function written(ctx: WriteContext, work: (tx: Transaction) => string): Promise<string> {
  return ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () => ctx.env.write(work))
}

function idOf(ctx: WriteContext, body: Json): string {
  return textOf(body, 'MetadataId')?.toLowerCase() ?? ctx.guid()
}

function jsonOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

// As the service names sets of tables without a given one (observed on English names).
function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`
}
