import type { SolutionModel } from '#domain/solution'
import type { CanvasAppSummary } from './canvas/inspect-canvas-apps.ts'
import type { KindCount, SolutionSummary } from './solution-summary.ts'

/** What a solution file holds, in short. Canvas apps are files of their own: `inspectCanvasApps` reads them. */
export function inspectSolution(model: SolutionModel, canvasApps: readonly CanvasAppSummary[] = []): SolutionSummary {
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
    canvasApps,
    connectionReferences: model.connectionReferences,
    environmentVariables: model.environmentVariables,
  }
}

function countKinds(items: readonly { readonly kind: string }[]): KindCount[] {
  const counts = new Map<string, number>()
  for (const { kind } of items) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
}
