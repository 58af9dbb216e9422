import { z } from 'zod'
import type { ObservedComponent, Unseen } from '#domain/environment'
import { layerKindOf, typeOfKind } from '#domain/solution'
import type { DataverseClient } from '../client.ts'
import { fetchInstalledSolutions } from '../solutions.ts'
import type { ComponentSet } from './component-sets.ts'
import { componentSets } from './component-sets.ts'
import { findDefinitions, isDefinitionKind } from './find-definitions.ts'
import { idFilters, textFilters } from './id-filters.ts'
import type { LayerNames } from './layer-names.ts'
import type { FoundComponent, WantedComponent } from './found-component.ts'
import { askOrUnseen } from './unseen.ts'

const anyRow = z.record(z.string(), z.unknown())
const managedProperty = z.object({ Value: z.boolean() })
const memberRow = z.object({ objectid: z.string(), _solutionid_value: z.string() })
const setOfKind = new Map(componentSets.map((set) => [set.kind, set]))

/** Those of the wanted components that are there, some dozens with each request, with the solutions that hold them. */
export async function findComponents(
  client: DataverseClient,
  names: LayerNames,
  wanted: readonly WantedComponent[],
): Promise<{ readonly components: readonly ObservedComponent[]; readonly unseen: readonly Unseen[] }> {
  const found: FoundComponent[] = []
  const unseen: Unseen[] = []
  for (const [kind, some] of byKind(wanted.map((component) => ({ ...component, kind: layerKindOf(component.kind) })))) {
    const asked = await askOrUnseen({
      what: `which components of kind ${kind} are there already`,
      help: 'It takes a role that may read customizations, such as System Customizer.',
      ask: () => findOfKind(client, kind, some),
    })
    if (asked.answer !== undefined) found.push(...asked.answer)
    if (asked.answer === undefined && asked.unseen.length === 0) unseen.push(unservedKind(kind))
    unseen.push(...asked.unseen.map((one) => ({ ...one, kind })))
  }
  const holders = await fetchHolders(client, found)
  return { components: found.map((component) => observe(component, names, holders)), unseen }
}

function findOfKind(
  client: DataverseClient,
  kind: string,
  wanted: readonly WantedComponent[],
): Promise<readonly FoundComponent[] | undefined> {
  if (isDefinitionKind(kind)) return findDefinitions(client, kind, wanted)
  const set = setOfKind.get(kind)
  return set === undefined ? Promise.resolve(undefined) : findRows(client, set, wanted)
}

async function findRows(
  client: DataverseClient,
  set: ComponentSet,
  wanted: readonly WantedComponent[],
): Promise<readonly FoundComponent[]> {
  const byKey = new Map(wanted.map((component) => [component.key.toLowerCase(), component]))
  const keyColumn = set.keyColumn ?? set.idColumn
  const keys = wanted.map(({ key }) => key)
  const filters = set.keyColumn === undefined ? idFilters(keyColumn, keys.filter(isGuid)) : textFilters(keyColumn, keys)
  const columns = [...new Set([set.idColumn, keyColumn, set.nameColumn, ...(set.tellsCustomizable ? ['iscustomizable'] : [])])].join(',')
  const found: FoundComponent[] = []
  for (const filter of filters) {
    for (const row of await client.list('ReadRows', `${set.set}?$select=${columns}&$filter=${filter}`, anyRow)) {
      const component = byKey.get(textOf(row[keyColumn]).toLowerCase())
      if (component === undefined) continue
      const name = textOf(row[set.nameColumn]) || component.key
      const isCustomizable = managedProperty.safeParse(row['iscustomizable']).data?.Value
      found.push({ component, id: textOf(row[set.idColumn]).toLowerCase(), name, isCustomizable })
    }
  }
  return found
}

/** Unique names of the solutions that hold each, by id. */
async function fetchHolders(client: DataverseClient, found: readonly FoundComponent[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const holders = new Map<string, string[]>()
  if (found.length === 0) return holders
  const solutions = new Map((await fetchInstalledSolutions(client)).map(({ id, uniqueName }) => [id.toLowerCase(), uniqueName]))
  for (const filter of idFilters('objectid', [...new Set(found.map(({ id }) => id))])) {
    const path = `solutioncomponents?$select=objectid,_solutionid_value&$filter=${filter}`
    for (const { objectid, _solutionid_value } of await client.list('ReadRows', path, memberRow)) {
      const name = solutions.get(_solutionid_value.toLowerCase())
      const id = objectid.toLowerCase()
      if (name !== undefined) holders.set(id, [...(holders.get(id) ?? []), name])
    }
  }
  return holders
}

/** Nobody says here whether there is an Active row, so there may be one. */
function observe(
  { component, id, name, isCustomizable, closedTo }: FoundComponent,
  names: LayerNames,
  holders: ReadonlyMap<string, readonly string[]>,
): ObservedComponent {
  const { kind, key, table } = component
  return {
    kind,
    key,
    id,
    type: names.typeOf(kind) ?? Number(typeOfKind(kind) ?? 0),
    name,
    table,
    solutions: holders.get(id) ?? [],
    hasActiveRow: true,
    ...(isCustomizable === undefined ? {} : { isCustomizable }),
    ...(closedTo === undefined ? {} : { closedTo }),
    layers: undefined,
    modified: undefined,
  }
}

function byKind(wanted: readonly WantedComponent[]): ReadonlyMap<string, readonly WantedComponent[]> {
  const kinds = new Map<string, WantedComponent[]>()
  for (const component of wanted) {
    const some = kinds.get(component.kind)
    if (some === undefined) kinds.set(component.kind, [component])
    else some.push(component)
  }
  return kinds
}

function unservedKind(kind: string): Unseen {
  return {
    what: `which components of kind ${kind} are there already`,
    why: 'Drover does not know how this kind is asked for other than by the solution that holds it.',
    kind,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
