import { z } from 'zod'
import type { DataverseClient } from '../client.ts'
import { literal } from '../client.ts'
import type { FoundComponent, WantedComponent } from './found-component.ts'
import { textFilters } from './id-filters.ts'
import { isUnseen } from './unseen.ts'

const label = z.object({ UserLocalizedLabel: z.object({ Label: z.string().nullish() }).nullish() }).nullish()
const managedProperty = z.object({ Value: z.boolean() })
const definition = z.object({
  MetadataId: z.string(),
  LogicalName: z.string().nullish(),
  SchemaName: z.string().nullish(),
  Name: z.string().nullish(),
  DisplayName: label,
  IsCustomizable: managedProperty.nullish(),
  CanCreateAttributes: managedProperty.nullish(),
  CanCreateForms: managedProperty.nullish(),
  CanCreateViews: managedProperty.nullish(),
  CanCreateCharts: managedProperty.nullish(),
})
type Definition = z.infer<typeof definition>

type Find = (client: DataverseClient, wanted: readonly WantedComponent[]) => Promise<readonly FoundComponent[]>

/** What a table can be closed to, by the kinds of what may then not be made in it (EntityMetadata in the reference of the Web API). */
const creations = [
  ['CanCreateAttributes', 'Attribute'],
  ['CanCreateForms', 'SystemForm'],
  ['CanCreateViews', 'SavedQuery'],
  ['CanCreateCharts', 'SavedQueryVisualization'],
] as const
const tableMembers = ['MetadataId', 'LogicalName', 'DisplayName', 'IsCustomizable', ...creations.map(([member]) => member)].join(',')

/** Kinds that are definitions and no rows, with how each is asked for. Choices take no filter [Microsoft Learn, query definitions]. */
const finders: Readonly<Record<string, Find>> = {
  Entity: (client, wanted) =>
    matching(wanted, (component) => component.key, filtered(client, `EntityDefinitions?$select=${tableMembers}`, 'LogicalName', wanted)),
  EntityRelationship: (client, wanted) =>
    matching(
      wanted,
      (component) => component.key,
      filtered(client, 'RelationshipDefinitions?$select=MetadataId,SchemaName,IsCustomizable', 'SchemaName', wanted),
    ),
  OptionSet: (client, wanted) =>
    matching(wanted, (component) => component.key, client.list('ReadRows', 'GlobalOptionSetDefinitions', definition)),
  Attribute: (client, wanted) => insideTables(client, 'Attributes?$select=MetadataId,LogicalName,DisplayName,IsCustomizable', wanted),
  EntityKey: (client, wanted) => insideTables(client, 'Keys?$select=MetadataId,LogicalName,DisplayName', wanted),
}

export function isDefinitionKind(kind: string): boolean {
  return Object.hasOwn(finders, kind)
}

export function findDefinitions(
  client: DataverseClient,
  kind: string,
  wanted: readonly WantedComponent[],
): Promise<readonly FoundComponent[]> {
  return finders[kind]?.(client, wanted) ?? Promise.resolve([])
}

async function filtered(
  client: DataverseClient,
  path: string,
  column: string,
  wanted: readonly WantedComponent[],
): Promise<readonly Definition[]> {
  const found: Definition[] = []
  for (const filter of textFilters(
    column,
    wanted.map(({ key }) => key),
  )) {
    found.push(...(await client.list('ReadRows', `${path}&$filter=${filter}`, definition)))
  }
  return found
}

/** A request for each table that parts are wanted of; a table that is not there has none. */
async function insideTables(client: DataverseClient, path: string, wanted: readonly WantedComponent[]): Promise<readonly FoundComponent[]> {
  const tables = new Map<string, WantedComponent[]>()
  for (const component of wanted) {
    const table = component.table ?? component.key.slice(0, component.key.indexOf('.'))
    const parts = tables.get(table)
    if (parts === undefined) tables.set(table, [component])
    else parts.push(component)
  }
  const found: FoundComponent[] = []
  for (const [table, parts] of tables) {
    const inTable = listOrNone(client, `EntityDefinitions(LogicalName=${literal(table)})/${path}`)
    found.push(...(await matching(parts, ({ key }) => key.slice(key.indexOf('.') + 1), inTable)))
  }
  return found
}

async function listOrNone(client: DataverseClient, path: string): Promise<readonly Definition[]> {
  try {
    return await client.list('ReadRows', path, definition)
  } catch (error) {
    if (isUnseen(error) && error.code === 'dataverse.not-found') return []
    throw error
  }
}

async function matching(
  wanted: readonly WantedComponent[],
  nameOf: (component: WantedComponent) => string,
  definitions: Promise<readonly Definition[]>,
): Promise<readonly FoundComponent[]> {
  const byName = new Map(
    (await definitions).map((found) => [(found.LogicalName ?? found.SchemaName ?? found.Name ?? '').toLowerCase(), found]),
  )
  return wanted.flatMap((component) => {
    const found = byName.get(nameOf(component).toLowerCase())
    if (found === undefined) return []
    const name = found.DisplayName?.UserLocalizedLabel?.Label || component.key
    const closedTo = creations.flatMap(([member, kind]) => (found[member]?.Value === false ? [kind] : []))
    const closed = closedTo.length === 0 ? {} : { closedTo }
    return [{ component, id: found.MetadataId.toLowerCase(), name, isCustomizable: found.IsCustomizable?.Value, ...closed }]
  })
}
