import type { SolutionModel } from '#domain/solution'
import type { KindCount, SolutionSummary } from './solution-summary.ts'

/** The summary that `drover solution inspect` prints. */
export function inspectSolution(model: SolutionModel): SolutionSummary {
  const { rootComponents, missingDependencies, ...manifest } = model.manifest
  return {
    manifest,
    rootComponents: countKinds(rootComponents),
    components: countKinds(model.components),
    missingDependencies,
    flows: model.flows.map((flow) => ({
      id: flow.id,
      name: flow.name,
      isOn: flow.isOn,
      connectionReferences: flow.connectionReferences,
      embeddedConnections: flow.embeddedConnections.length,
      childFlows: flow.childFlows,
    })),
    connectionReferences: model.connectionReferences,
    environmentVariables: model.environmentVariables,
  }
}

function countKinds(items: readonly { readonly kind: string }[]): KindCount[] {
  const counts = new Map<string, number>()
  for (const { kind } of items) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
}
