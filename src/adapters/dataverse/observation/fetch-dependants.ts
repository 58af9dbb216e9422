import { z } from 'zod'
import type { InstalledSolution, ObservedComponent, ObservedDependant, Unseen } from '#domain/environment'
import { activeLayer, componentKey } from '#domain/environment'
import type { DataverseClient } from '../client.ts'
import { fetchInstalledSolutions } from '../solutions.ts'
import { inTurn } from './in-turn.ts'
import type { LayerNames } from './layer-names.ts'
import { askOrUnseen } from './unseen.ts'

const plainRow = z.object({
  requiredcomponentobjectid: z.string(),
  dependentcomponentobjectid: z.string(),
  dependentcomponenttype: z.number(),
  dependentcomponentparentid: z.string().nullish(),
  dependentcomponentbasesolutionid: z.string().nullish(),
})
type PlainRow = z.infer<typeof plainRow>
const plainReply = z.object({ value: z.array(plainRow) })

const namedRow = z.object({
  requiredcomponentobjectid: z.string(),
  dependentcomponentobjectid: z.string(),
  dependentcomponentdisplayname: z.string().nullish(),
  dependentcomponentname: z.string().nullish(),
  dependentcomponentbasesolutionuniquename: z.string().nullish(),
  isdependencyremovalenabled: z.boolean().nullish(),
})
type NamedRow = z.infer<typeof namedRow>
const namedReply = z.object({
  DependencyMetadataCollection: z.object({ DependencyMetadataInfoCollection: z.array(namedRow).nullish() }).nullish(),
})

/** The Active solution has the same id everywhere (observed in recorded sessions of two organisations). */
const activeSolutionId = 'fd140aae-4df4-11dd-bd17-0019b9312238'

type Named = 'RetrieveDependenciesForDelete' | 'RetrieveDependenciesForUninstall'

interface Needed {
  /** What is needed, where the answer does not name one of those that were asked about. */
  readonly component: ObservedComponent | undefined
  readonly rows: readonly PlainRow[]
  /** The function that gives the same rows with names. */
  readonly named: { readonly operation: `${Named}WithMetadata`; readonly path: string }
}

/**
 * What would keep each of these from being deleted and is not deleted with them. Parts of a table that is among them are not asked for
 * by themselves: the answer for the table covers what needs its parts (as the local environment has it; unverified of the service). That
 * answer takes all that lives in a table for gone with it; what other managed solutions brought into it stands in the way of an upgrade
 * of `solutions` all the same, and is told by what stands in the way of uninstalling them.
 */
export async function fetchDependants(
  client: DataverseClient,
  names: LayerNames,
  {
    components,
    solutions,
  }: { readonly components: readonly ObservedComponent[]; readonly solutions: readonly Pick<InstalledSolution, 'id' | 'uniqueName'>[] },
): Promise<{ readonly dependants: readonly ObservedDependant[]; readonly unseen: readonly Unseen[] }> {
  const tables = new Set(components.filter(({ kind }) => kind === 'Entity').map(({ key }) => key))
  const asked = components.filter(({ kind, table }) => kind === 'Entity' || table === undefined || !tables.has(table))
  const ids = new Set(components.map(({ id }) => id))
  const needed: Needed[] = []
  const unseen: Unseen[] = []
  await inTurn(asked, client.limits.parallelReads, async (component) => {
    const { answer, unseen: open } = await askOrUnseen({
      what: `what needs ${component.kind} ${component.name}`,
      help: 'It takes a role that may read solutions and customizations, such as System Customizer.',
      ask: () => fetchRows(client, component),
    })
    unseen.push(...open)
    const rows = (answer ?? []).filter((row) => !isAmong(ids, row) && !ids.has((row.dependentcomponentparentid ?? '').toLowerCase()))
    if (rows.length > 0) needed.push({ component, rows, named: withNames('RetrieveDependenciesForDelete', argumentsOf(component)) })
  })
  const inside = tables.size === 0 ? [] : await fetchInside(client, { components, solutions, unseen })
  return { dependants: await nameAll(client, { names, needed: [...needed, ...inside], components }), unseen }
}

interface Inside {
  readonly components: readonly ObservedComponent[]
  readonly solutions: readonly Pick<InstalledSolution, 'id' | 'uniqueName'>[]
  /** What could not be asked is added here. */
  readonly unseen: Unseen[]
}

/** What other managed solutions have in tables that go, and in what is in these. */
async function fetchInside(client: DataverseClient, { components, solutions, unseen }: Inside): Promise<readonly Needed[]> {
  const ids = new Set(components.map(({ id }) => id))
  const found: Needed[] = []
  for (const solution of solutions) {
    const path = `RetrieveDependenciesForUninstall(SolutionUniqueName='${encodeURIComponent(solution.uniqueName)}')`
    const { answer, unseen: open } = await askOrUnseen({
      what: `what of others is in the tables of ${solution.uniqueName} that go`,
      help: 'It takes a role that may read solutions and customizations, such as System Customizer.',
      ask: () => client.call({ operation: 'RetrieveDependenciesForUninstall', path, reply: plainReply }),
    })
    unseen.push(...open)
    const rows = (answer?.value ?? []).filter((row) => ids.has(row.requiredcomponentobjectid.toLowerCase()) && !isAmong(ids, row))
    const standing = rows.filter((row) => (row.dependentcomponentbasesolutionid ?? activeSolutionId).toLowerCase() !== activeSolutionId)
    const named = withNames('RetrieveDependenciesForUninstall', `SolutionId=${solution.id}`)
    if (standing.length > 0) found.push({ component: undefined, rows: standing, named })
  }
  return found
}

async function fetchRows(client: DataverseClient, component: ObservedComponent): Promise<readonly PlainRow[]> {
  const path = `RetrieveDependenciesForDelete(${argumentsOf(component)})`
  return (await client.call({ operation: 'RetrieveDependenciesForDelete', path, reply: plainReply })).value
}

function argumentsOf({ id, type }: ObservedComponent): string {
  return `ObjectId=${id},ComponentType=${type}`
}

function withNames(operation: Named, given: string): Needed['named'] {
  return { operation: `${operation}WithMetadata`, path: `${operation}WithMetadata(${given})` }
}

function isAmong(ids: ReadonlySet<string>, row: PlainRow): boolean {
  return ids.has(row.dependentcomponentobjectid.toLowerCase())
}

interface Naming {
  readonly names: LayerNames
  readonly needed: readonly Needed[]
  readonly components: readonly ObservedComponent[]
}

async function nameAll(client: DataverseClient, { names, needed, components }: Naming): Promise<readonly ObservedDependant[]> {
  if (needed.length === 0) return []
  const byId = new Map(components.map((component) => [component.id, component]))
  const solutions = new Map((await fetchInstalledSolutions(client)).map(({ id, uniqueName }) => [id.toLowerCase(), uniqueName]))
  const dependants = new Map<string, ObservedDependant>()
  await inTurn(needed, client.limits.parallelReads, async ({ component, rows, named: asked }) => {
    const named = await fetchNamed(client, asked)
    for (const row of rows) {
      const more = named.get(pairOf(row))
      const subject = byId.get(row.requiredcomponentobjectid.toLowerCase()) ?? component
      if (subject === undefined) continue
      const required = componentKey(subject)
      dependants.set(`${required} ${row.dependentcomponentobjectid.toLowerCase()}`, {
        required,
        id: row.dependentcomponentobjectid.toLowerCase(),
        kind: names.kindOf(row.dependentcomponenttype),
        name: more?.dependentcomponentdisplayname || more?.dependentcomponentname || row.dependentcomponentobjectid.toLowerCase(),
        solution: more?.dependentcomponentbasesolutionuniquename || solutionOf(row, solutions),
        isRemovable: more?.isdependencyremovalenabled ?? false,
      })
    }
  })
  return [...dependants.values()].sort((a, b) => (`${a.required} ${a.name}` < `${b.required} ${b.name}` ? -1 : 1))
}

/**
 * The same rows with names. On one recorded organisation this function gave nothing at all where there was something [facts-2 §0], so it
 * never decides what there is.
 */
async function fetchNamed(client: DataverseClient, { operation, path }: Needed['named']): Promise<ReadonlyMap<string, NamedRow>> {
  const { answer } = await askOrUnseen({
    what: 'names of what needs components that go',
    help: '',
    ask: () => client.call({ operation, path, reply: namedReply }),
  })
  const rows = answer?.DependencyMetadataCollection?.DependencyMetadataInfoCollection ?? []
  return new Map(rows.map((row) => [pairOf(row), row]))
}

function pairOf(row: Pick<PlainRow, 'requiredcomponentobjectid' | 'dependentcomponentobjectid'>): string {
  return `${row.requiredcomponentobjectid} ${row.dependentcomponentobjectid}`.toLowerCase()
}

function solutionOf(row: PlainRow, solutions: ReadonlyMap<string, string>): string {
  const id = (row.dependentcomponentbasesolutionid ?? activeSolutionId).toLowerCase()
  return id === activeSolutionId ? activeLayer : (solutions.get(id) ?? id)
}
