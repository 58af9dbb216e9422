import type { DescribedComponent } from '#domain/difference'
import type { InstalledSolution, ObservedComponent, ObservedState, TargetContent, Unseen } from '#domain/environment'
import type { ContentFacts } from '#domain/plan'
import { areLayersWanted, findDoomed, findInstalled, findVanished, idOf, indexContent, isListedKind, isMadeInTable } from '#domain/plan'
import { isSameName } from '#domain/settings'
import { layerKindOf } from '#domain/solution'
import type { ComponentInspection } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import { readComponents } from '../observation/read-components.ts'
import type { ReleasedContent } from './read-content.ts'

/** What a forecast asks of a target. */
export interface TargetAsked {
  readonly lane: string
  readonly target: ComponentInspection
  readonly observed: Pick<ObservedState, 'solutions'>
  /** Unique name of the solution. */
  readonly solution: string
  readonly content: ReleasedContent
  /** Customisation prefix of the release's publisher, where it is told. */
  readonly publisherPrefix?: string | undefined
  readonly tweaks: ContentFacts['tweaks']
  /** True where nothing is removed whatever the release lacks. */
  readonly removesNothing?: boolean
}

/** Reads what the target's solution holds, what the release's components are there, and what needs those that go. */
export async function readTarget(deps: Pick<EngineDependencies, 'observations' | 'clock'>, ask: TargetAsked): Promise<ContentFacts> {
  const own = ownSolutions(ask.observed, ask.solution)
  const besides = await findWanted(ask)
  const read = await readComponents(deps, {
    lane: ask.lane,
    target: ask.target,
    solutions: own,
    also: besides.wanted,
    layers: areLayersWanted({ own: own.map((solution) => solution.uniqueName), ...ask.content }),
  })
  const unseen = [...besides.unseen, ...read.unseen.filter((one) => concerns(one, [...ask.content.release, ...read.components]))]
  const components = await withClosedTables(ask, read.components)
  const facts = factsFor(ask, own, { components, dependants: [], unseen })
  const index = indexContent(facts)
  const doomed = findDoomed(index, findVanished(index))
  if (doomed.length === 0) return facts
  const asked = await ask.target.fetchDependants(doomed, own)
  return { ...facts, target: { ...facts.target, dependants: asked.dependants, unseen: [...unseen, ...asked.unseen] } }
}

/**
 * Which tables of others take nothing new: a listing does not tell it, so it is asked where the release makes something in one. Tables that
 * nobody else holds are ours.
 */
async function withClosedTables(
  { target, content, solution }: TargetAsked,
  components: readonly ObservedComponent[],
): Promise<readonly ObservedComponent[]> {
  const present = new Set(components.map(idOf))
  const parents = new Set(
    content.release.flatMap((one) => (isMadeInTable(one) && !present.has(idOf(one)) ? [one.parent?.toLowerCase()] : [])),
  )
  const tables = components.filter(
    (one) => parents.has(idOf(one)) && one.closedTo === undefined && one.solutions.some((name) => !isSameName(name, solution)),
  )
  if (tables.length === 0) return components
  const asked = await target.findComponents(tables)
  const closed = new Map(asked.components.map((one) => [idOf(one), one.closedTo]))
  return components.map((one) => {
    const closedTo = closed.get(idOf(one))
    return closedTo === undefined ? one : { ...one, closedTo }
  })
}

/** What could not be seen of kinds that neither the release nor the target's solution has is nobody's business here. */
function concerns({ kind }: Unseen, components: readonly { readonly kind: string }[]): boolean {
  return kind === undefined || components.some((component) => isSameName(layerKindOf(component.kind), kind))
}

/** The managed solution itself and its patches: an upgrade removes the layers of all of them. */
export function ownSolutions({ solutions }: Pick<ObservedState, 'solutions'>, solution: string): readonly InstalledSolution[] {
  const base = findInstalled({ solutions }, solution)
  if (base?.isManaged !== true) return []
  return [base, ...solutions.filter(({ parent }) => parent?.toLowerCase() === base.uniqueName.toLowerCase())]
}

function factsFor(ask: TargetAsked, own: readonly InstalledSolution[], target: TargetContent): ContentFacts {
  const names = new Set(own.map((solution) => solution.uniqueName))
  const hasPatches = own.length > 1
  return {
    solution: ask.solution,
    own: [...names],
    otherManaged: ask.observed.solutions.filter((one) => one.isManaged && !names.has(one.uniqueName)).map((one) => one.uniqueName),
    ofPublisher: ofPublisher(ask),
    release: ask.content.release,
    // The base's file does not say what a patch has changed since.
    installed: hasPatches ? undefined : ask.content.installed,
    target,
    tweaks: ask.tweaks,
    removesNothing: ask.removesNothing,
  }
}

function ofPublisher({ publisherPrefix: ours, observed }: TargetAsked): readonly string[] | undefined {
  if (ours === undefined) return undefined
  const same = observed.solutions.filter(({ publisherPrefix }) => publisherPrefix !== undefined && isSameName(publisherPrefix, ours))
  return same.map(({ uniqueName }) => uniqueName)
}

type Wanted = Pick<ObservedComponent, 'kind' | 'key' | 'table'>

/**
 * The release's components, which may be there through others. Parts of a table that is not there are not there either, so tables that may
 * be new are asked for first.
 */
async function findWanted({
  target,
  content,
}: TargetAsked): Promise<{ readonly wanted: readonly Wanted[]; readonly unseen: readonly Unseen[] }> {
  const components = content.release.filter((component) => isListedKind(component.kind))
  const installed = new Set(content.installed?.map(idOf))
  const tables = components.filter((component) => component.kind === 'Entity' && !installed.has(idOf(component)))
  const found = tables.length === 0 ? { components: [], unseen: [] } : await target.findComponents(tables.map(wantedOf))
  const present = new Set(found.components.map(idOf))
  const absent = new Set(tables.map(idOf).filter((id) => !present.has(id)))
  const isPossible = (component: DescribedComponent): boolean =>
    !absent.has(idOf(component)) && !absent.has(component.parent?.toLowerCase() ?? '')
  return { wanted: components.filter(isPossible).map(wantedOf), unseen: found.unseen }
}

/** By the kind's name in environments, which write those of newer kinds in other capitals. */
function wantedOf(component: DescribedComponent): Wanted {
  const [, table] = /^Entity:(.+)$/.exec(component.parent ?? '') ?? []
  return { kind: layerKindOf(component.kind), key: component.key, table }
}
