import type { ConnectionReference, EnvironmentVariable, MissingDependency, SolutionManifest } from '#domain/solution'
import type { CanvasAppSummary } from './canvas/inspect-canvas-apps.ts'

/** What `drover solution inspect` shows of a solution file; plain data, ready for JSON. */
export interface SolutionSummary {
  readonly manifest: Omit<SolutionManifest, 'rootComponents' | 'missingDependencies'>
  /** Root components by kind, most frequent first. */
  readonly rootComponents: readonly KindCount[]
  /** All components found in the file, by kind, most frequent first. */
  readonly components: readonly KindCount[]
  readonly missingDependencies: readonly MissingDependency[]
  readonly flows: readonly FlowSummary[]
  readonly canvasApps: readonly CanvasAppSummary[]
  readonly connectionReferences: readonly ConnectionReference[]
  readonly environmentVariables: readonly EnvironmentVariable[]
}

export interface KindCount {
  readonly kind: string
  readonly count: number
}

export interface FlowSummary {
  readonly id: string
  readonly name: string
  readonly isOn: boolean
  readonly connectionReferences: readonly string[]
  readonly embeddedConnections: number
  readonly childFlows: readonly string[]
}
