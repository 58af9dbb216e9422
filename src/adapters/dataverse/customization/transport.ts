import { z } from 'zod'
import { DroverError } from '#domain/kernel'
import type { Customization } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { literal } from '../client.ts'
import { noSolution } from '../no-solution.ts'
import { fetchMemberships } from '../observation/fetch-memberships.ts'

type Transport = Parameters<Customization['makeTransport']>[0]
type Held = Parameters<Customization['holdComponents']>[0]

const solutionRow = z.object({
  solutionid: z.string(),
  uniquename: z.string(),
  ismanaged: z.boolean(),
  _publisherid_value: z.string().nullish(),
})
const publisherRow = z.object({ publisherid: z.string(), isreadonly: z.boolean().nullish() })
const tableRow = z.object({ MetadataId: z.string() })

const entityType = 1

/** Kinds that only go into a solution in which their table is (0x80048536 SubcomponentMissingARoot, facts-2 §1.2). */
const partsOfTables = new Set(['Attribute', 'EntityRelationship', 'EntityKey', 'SavedQuery', 'SavedQueryVisualization', 'SystemForm'])

/**
 * Adding what is in already is answered with its row (unverified: no tool reports an error, facts-2 §1.2), so a transport that was left
 * half filled is filled up.
 */
export async function makeTransport(client: DataverseClient, { uniqueName, publisherOf, components }: Transport): Promise<void> {
  const existing = await findSolution(client, uniqueName)
  if (existing?.ismanaged === true) throw managed(client, uniqueName)
  if (existing === undefined) await makeSolution(client, uniqueName, publisherOf)
  const tables = await fetchTables(client, components)
  const members = [...tables.map((id) => ({ id, type: entityType })), ...components]
  for (const { id, type } of uniqueMembers(members)) await addMember(client, { id, type, uniqueName, isWhole: false })
}

/** What it holds already is not added again: whether that would make a table the mere place of its parts is unverified. */
export async function holdComponents(client: DataverseClient, { solution: uniqueName, components }: Held): Promise<void> {
  const solution = await findSolution(client, uniqueName)
  if (solution === undefined) throw noSolution(client, uniqueName)
  if (solution.ismanaged) throw managed(client, uniqueName)
  const held = await fetchMemberships(client, undefined, [solution.solutionid])
  const isHeld = (id: string): boolean => held.some(({ componentId }) => componentId === id.toLowerCase())
  const added = components.filter(({ type, isWhole }) => type === entityType && isWhole).map(({ id }) => id.toLowerCase())
  const whole = [...held.filter((one) => one.type === entityType && one.isWhole).map(({ componentId }) => componentId), ...added]
  const members: { readonly id: string; readonly type: number; readonly isWhole: boolean }[] = []
  for (const component of components) {
    const tables = await fetchTables(client, [component])
    if (tables.some((id) => whole.includes(id))) continue
    members.push(...tables.map((id) => ({ id, type: entityType, isWhole: false })), component)
  }
  // Tables before what is in them.
  for (const { id, type, isWhole } of uniqueMembers(members).toSorted(
    (a, b) => Number(b.type === entityType) - Number(a.type === entityType),
  ))
    if (!isHeld(id)) await addMember(client, { id, type, uniqueName, isWhole })
}

async function addMember(
  client: DataverseClient,
  of: { readonly id: string; readonly type: number; readonly uniqueName: string; readonly isWhole: boolean },
): Promise<void> {
  await client.send({
    operation: 'AddSolutionComponent',
    path: 'AddSolutionComponent',
    body: {
      ComponentId: of.id,
      ComponentType: of.type,
      SolutionUniqueName: of.uniqueName,
      AddRequiredComponents: false,
      // Whether without its parts; for kinds that have none it is left out.
      ...(of.type === entityType ? { DoNotIncludeSubcomponents: !of.isWhole } : {}),
    },
    isLong: true,
  })
}

/** Of an unmanaged solution only the container goes [web-api A.1]. */
export async function removeTransport(client: DataverseClient, uniqueName: string): Promise<void> {
  const solution = await findSolution(client, uniqueName)
  if (solution === undefined) return
  if (solution.ismanaged) throw managed(client, uniqueName)
  try {
    await client.send({ operation: 'DeleteRow', path: `solutions(${solution.solutionid})`, isLong: true })
  } catch (error) {
    // Somebody else's removal came first.
    if (!(error instanceof DroverError && error.code === 'dataverse.not-found')) throw error
  }
}

async function makeSolution(client: DataverseClient, uniqueName: string, publisherOf: string): Promise<void> {
  const publisherId = (await findPublisher(client, publisherOf)) ?? (await findPublisher(client, 'Default'))
  if (publisherId === undefined) throw noSolution(client, publisherOf)
  await client.send({
    operation: 'CreateRow',
    path: 'solutions',
    body: {
      uniquename: uniqueName,
      friendlyname: uniqueName,
      version: '1.0.0.0',
      description: 'Made by Drover to read components out, and removed again by it.',
      'publisherid@odata.bind': `/publishers(${publisherId})`,
    },
  })
}

/**
 * The publisher of a solution, if a new solution may have it: one that came with managed solutions only is read-only (0x8004F034). Then that
 * of the Default solution serves as well, since a transport makes no component and so gives none a prefix.
 */
async function findPublisher(client: DataverseClient, solution: string): Promise<string | undefined> {
  const id = (await findSolution(client, solution))?._publisherid_value
  if (id === undefined || id === null) return undefined
  const publisher = await client.find(`publishers(${id})?$select=publisherid,isreadonly`, publisherRow)
  return publisher === undefined || publisher.isreadonly === true ? undefined : id
}

async function findSolution(client: DataverseClient, uniqueName: string): Promise<z.infer<typeof solutionRow> | undefined> {
  const path = `solutions?$select=solutionid,uniquename,ismanaged,_publisherid_value&$filter=uniquename%20eq%20${literal(uniqueName)}`
  const rows = await client.list('ReadRows', path, solutionRow)
  return rows.find((row) => row.uniquename.toLowerCase() === uniqueName.toLowerCase())
}

/** Ids of the tables of those components that are parts of one. */
async function fetchTables(client: DataverseClient, components: Transport['components']): Promise<readonly string[]> {
  const names = new Set(components.flatMap(({ kind, table }) => (partsOfTables.has(kind) && table !== undefined ? [table] : [])))
  const ids: string[] = []
  for (const name of names) {
    const path = `EntityDefinitions(LogicalName=${literal(name)})?$select=MetadataId`
    const { MetadataId: id } = await client.call({ operation: 'ReadRows', path, reply: tableRow })
    ids.push(id.toLowerCase())
  }
  return ids
}

function uniqueMembers<T extends { readonly id: string }>(members: readonly T[]): readonly T[] {
  return [...new Map(members.map((member) => [member.id.toLowerCase(), member])).values()]
}

function managed(client: DataverseClient, uniqueName: string): DroverError {
  return new DroverError(
    'customization.not-unmanaged',
    `${uniqueName} in ${client.environment.name} is a managed solution, no transport.`,
    {
      hint: 'Drover removes only unmanaged containers of its own making. Uninstalling a managed solution is a change of its own.',
    },
  )
}
