import type { SolutionModel } from '#domain/solution'
import { connectorName, layerKindOf } from '#domain/solution'
import type { Paint } from './paint.ts'

/** A solution file as it was read, with what its canvas apps hold. */
export interface InspectedSolution extends SolutionModel {
  readonly canvasApps?: readonly InspectedCanvasApp[]
}

/** A canvas app, or why it cannot be read; the rest of the solution is told either way. */
export type InspectedCanvasApp =
  | {
      readonly state: 'read'
      readonly key: string
      readonly displayName: string
      readonly screens: readonly { readonly name: string; readonly controls: number }[]
      readonly components: readonly string[]
      readonly controls: number
      readonly dataSources: readonly { readonly name: string; readonly kind: string }[]
      readonly hasReadableSources: boolean
    }
  | { readonly state: 'code'; readonly key: string; readonly displayName: string; readonly files: readonly string[] }
  | { readonly state: 'unreadable'; readonly key: string; readonly displayName: string; readonly reason: string }

/** What `solution inspect` tells of a solution file; texts and flow definitions stay out. */
export interface SolutionSummary extends Pick<SolutionModel, 'manifest' | 'connectionReferences' | 'environmentVariables'> {
  readonly rootComponentsByKind: Readonly<Record<string, number>>
  readonly componentsByKind: Readonly<Record<string, number>>
  /** Of kinds that the manifest lists none of: agents, custom APIs and others travel unlisted. Without what belongs to another component. */
  readonly unlistedByKind: Readonly<Record<string, number>>
  readonly flows: readonly Omit<SolutionModel['flows'][number], 'definition'>[]
  readonly canvasApps: readonly InspectedCanvasApp[]
}

export function summariseSolution(model: InspectedSolution): SolutionSummary {
  return {
    manifest: model.manifest,
    rootComponentsByKind: countByKind(model.manifest.rootComponents),
    componentsByKind: countByKind(model.components),
    unlistedByKind: countByKind(unlisted(model)),
    flows: model.flows.map(({ definition: _, ...flow }) => flow),
    canvasApps: model.canvasApps ?? [],
    connectionReferences: model.connectionReferences,
    environmentVariables: model.environmentVariables,
  }
}

function unlisted({ manifest, components }: InspectedSolution): SolutionModel['components'] {
  const listed = new Set(manifest.rootComponents.map(({ kind }) => layerKindOf(kind)))
  return components.filter(({ kind, parent }) => parent === undefined && !listed.has(layerKindOf(kind)) && !toldApart.has(kind))
}

/** Kinds that are told by name. */
const toldApart: ReadonlySet<string> = new Set(['connectionreference', 'environmentvariabledefinition'])

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
      'Components that are not listed',
      Object.entries(summary.unlistedByKind).map(([kind, count]) => `${kind}: ${count}`),
      paint,
    ),
    section(
      'Flows',
      summary.flows.map((flow) => `${flow.name}: ${flow.isOn ? 'on' : 'off'}`),
      paint,
    ),
    section('Canvas apps', summary.canvasApps.flatMap(canvasAppLines), paint),
    section(
      'Connection references',
      summary.connectionReferences.map((reference) =>
        [reference.logicalName, connectorName(reference.connectorId) ?? []].flat().join(' → '),
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

function canvasAppLines(app: InspectedCanvasApp): readonly string[] {
  const title = app.displayName === app.key ? app.key : `${app.displayName} (${app.key})`
  if (app.state === 'unreadable') return [`${title}: ${app.reason}`]
  if (app.state === 'code') return [`${title}: code app, ${counted(app.files.length, 'file')}`]
  const screens = app.screens.map(({ name, controls }) => `${name} (${controls})`)
  const sources = app.dataSources.map(({ name, kind }) => `${name} (${kind})`)
  return [
    `${title}: ${counted(app.screens.length, 'screen')}, ${counted(app.controls, 'control')}, ${app.hasReadableSources ? 'with' : 'without'} pa.yaml sources`,
    ...(screens.length === 0 ? [] : [`  screens (controls)  ${screens.join(', ')}`]),
    ...(app.components.length === 0 ? [] : [`  components          ${app.components.join(', ')}`]),
    ...(sources.length === 0 ? [] : [`  data sources        ${sources.join(', ')}`]),
  ]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
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
