import type { InstalledSolution, ObservedComponent } from '#domain/environment'
import { componentKey } from '#domain/environment'
import type { DataverseClient } from '../client.ts'
import type { ComponentSummary } from '../component-summaries.ts'
import { fetchComponentSummaries } from '../component-summaries.ts'
import { componentKeyOf } from './component-key.ts'
import type { AskLayerNames, LayerNames } from './layer-names.ts'

/** Numbers from here on are an environment's own. */
const firstOwnNumber = 10_000

/** What a solution holds now, as the maker portal lists it: parts of its tables too, and what earlier updates left behind. */
export async function fetchHoldings(
  client: DataverseClient,
  layerNames: AskLayerNames,
  solution: Pick<InstalledSolution, 'id' | 'uniqueName'>,
): Promise<readonly ObservedComponent[]> {
  const summaries = await fetchComponentSummaries(client, solution.id)
  const names = await layerNames(summaries.map(({ type }) => type))
  return withOwnKeys(summaries.map((summary) => readComponent(summary, names, [solution.uniqueName])))
}

export function readComponent(summary: ComponentSummary, names: LayerNames, solutions: readonly string[]): ObservedComponent {
  const kind = names.kindOf(summary.type)
  return {
    kind,
    key: componentKeyOf({ ...summary, kind }, summary.type >= firstOwnNumber),
    id: summary.id,
    type: summary.type,
    name: summary.displayName,
    table: summary.table,
    solutions,
    hasActiveRow: summary.hasActiveCustomization,
    ...(summary.isCustomizable === undefined ? {} : { isCustomizable: summary.isCustomizable }),
    layers: undefined,
    modified: undefined,
  }
}

/** A name that two components share identifies neither: both go by their ids. */
function withOwnKeys(components: readonly ObservedComponent[]): readonly ObservedComponent[] {
  const holders = new Map<string, number>()
  for (const component of components) holders.set(componentKey(component), (holders.get(componentKey(component)) ?? 0) + 1)
  return components.map((component) => (holders.get(componentKey(component)) === 1 ? component : { ...component, key: component.id }))
}
