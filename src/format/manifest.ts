import { DroverError } from '#domain/kernel'
import type { MissingDependency, Publisher, RootComponent } from '#domain/solution'
import type { SolutionPackage, XmlElement } from './package.ts'

export interface ManifestEdit {
  readonly version?: string
  readonly isManaged?: boolean
  readonly rootComponents?: readonly Omit<RootComponent, 'kind'>[]
  readonly missingDependencies?: readonly MissingDependency[]
}

export interface NewManifest {
  readonly uniqueName: string
  readonly displayName: string
  readonly description?: string
  readonly version: string
  readonly isManaged: boolean
  readonly publisher: Publisher
  readonly patchOf?: string
  readonly languageCode?: number
  /** Dataverse version of the exporting environment; default 9.2.0.0. */
  readonly platformVersion?: string
  readonly rootComponents: readonly Omit<RootComponent, 'kind'>[]
  readonly missingDependencies: readonly MissingDependency[]
}

/** The package with an edited manifest; everything that the edit does not name stays as it was. */
export function withManifest(_pkg: SolutionPackage, _edit: ManifestEdit): SolutionPackage {
  throw new DroverError('format.unfinished', 'Editing manifests is being built.')
}

/** The ImportExportXml of a solution.xml made from scratch, as the platform exports it (generatedBy="CrmLive"). */
export function buildManifest(_manifest: NewManifest): XmlElement {
  throw new DroverError('format.unfinished', 'Building manifests is being built.')
}
