import type { SolutionModel } from '#domain/solution'
import type { Paint } from './paint.ts'

/** What `solution inspect` tells of a solution file; texts and flow definitions stay out. */
export interface SolutionSummary extends Pick<SolutionModel, 'manifest' | 'connectionReferences' | 'environmentVariables'> {
  readonly rootComponentsByKind: Readonly<Record<string, number>>
  readonly componentsByKind: Readonly<Record<string, number>>
  readonly flows: readonly Omit<SolutionModel['flows'][number], 'definition'>[]
}

export function summariseSolution(model: SolutionModel): SolutionSummary {
  return {
    manifest: model.manifest,
    rootComponentsByKind: countByKind(model.manifest.rootComponents),
    componentsByKind: countByKind(model.components),
    flows: model.flows.map(({ definition: _, ...flow }) => flow),
    connectionReferences: model.connectionReferences,
    environmentVariables: model.environmentVariables,
  }
}

export function solutionText(summary: SolutionSummary, paint: Paint): string {
  const { manifest } = summary
  const head = [
    `${paint.bold(manifest.displayName || manifest.uniqueName)}  ${manifest.uniqueName} ${manifest.version}, ${manifest.isManaged ? 'managed' : 'unmanaged'}`,
    `  publisher  ${manifest.publisher.displayName || manifest.publisher.uniqueName} (prefix ${manifest.publisher.prefix || 'none'})`,
    ...(manifest.patchOf === undefined ? [] : [`  patch of   ${manifest.patchOf}`]),
    `  exported   by Dataverse ${manifest.platformVersion ?? 'of unknown version'}`,
  ]
  return [
    `${head.join('\n')}\n`,
    section(
      'Root components',
      Object.entries(summary.rootComponentsByKind).map(([kind, count]) => `${kind}: ${count}`),
      paint,
    ),
    section(
      'Flows',
      summary.flows.map((flow) => `${flow.name}: ${flow.isOn ? 'on' : 'off'}`),
      paint,
    ),
    section(
      'Connection references',
      summary.connectionReferences.map(
        (reference) =>
          `${reference.logicalName}${reference.connectorId === undefined ? '' : ` → ${reference.connectorId.split('/').at(-1)}`}`,
      ),
      paint,
    ),
    section(
      'Environment variables',
      summary.environmentVariables.map(
        (variable) => `${variable.schemaName} (${variable.type})${variable.defaultValue === undefined ? '' : ', has a default'}`,
      ),
      paint,
    ),
    section('Needs from other solutions', dependencyLines(summary), paint),
  ].join('')
}

function dependencyLines({ manifest }: SolutionSummary): readonly string[] {
  const bySolution = new Map<string, number>()
  for (const { required } of manifest.missingDependencies) {
    const name = required.minimumVersion === undefined ? required.solution : `${required.solution} ${required.minimumVersion} or later`
    bySolution.set(name, (bySolution.get(name) ?? 0) + 1)
  }
  return [...bySolution].map(([name, count]) => `${name}: ${count} ${count === 1 ? 'component' : 'components'}`)
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? '' : `\n${paint.bold(title)}\n${lines.map((line) => `  ${line}\n`).join('')}`
}

function countByKind(parts: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { kind } of parts) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
