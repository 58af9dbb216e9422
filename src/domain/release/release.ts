import type { Artifact } from '#domain/artifact'
import type { CheckReport } from '#domain/check'
import type { SealedConfigurationData } from '#domain/data'
import type { Digest, EnvironmentId, Instant, PipelineId, ReleaseId, StageId, Version } from '#domain/kernel'
import type { SettingsTemplate } from '#domain/settings'
import type { MissingDependency, Tier } from '#domain/solution'

/** How production is serviced by a release beside main. */
export interface HotfixOfRelease {
  readonly hotfixId: string
  /** Why production cannot wait for main. */
  readonly reason: string
  /** The release that ran in production, which it was made from. */
  readonly base: ReleaseId
  /** The environment that it was exported from. */
  readonly source: EnvironmentId
  /** The environment that it is tested in. */
  readonly test: EnvironmentId
  /** The stage of production in the pipeline of the solution. */
  readonly stageId: StageId
}

/** Sealed: artifacts + settings template + check report. From here on nothing is rebuilt. */
export interface Release {
  readonly id: ReleaseId
  readonly solution: string
  readonly version: Version
  readonly tier: Tier
  /** Customisation prefix of the publisher, without the underscore; undefined when the manifest names none. */
  readonly publisherPrefix: string | undefined
  /** Dataverse version of the environment that exported it (TOP-13). */
  readonly platformVersion: string | undefined
  readonly pipelineId: PipelineId
  readonly managed: Artifact
  readonly unmanaged: Artifact
  readonly settingsTemplate: SettingsTemplate
  readonly dependencies: readonly MissingDependency[]
  readonly report: CheckReport
  /** Git commit of the unpacked unmanaged source. */
  readonly commit: string
  /** Changes that were pending in Dev and were published before the export, or left behind. */
  readonly unpublished: readonly {
    readonly component: string
    readonly outcome: 'published' | 'left-behind'
    readonly why: string | undefined
  }[]
  /** Rows that the solution needs, as they were when it was prepared; absent where it has none. */
  readonly configurationData?: SealedConfigurationData
  readonly sealedAt: Instant
  readonly sealedBy: string
  /** What makes it a hotfix; absent of releases of main. */
  readonly hotfix?: HotfixOfRelease
  /** Releases of hotfixes of production whose content it has, as it was compared when it was sealed. */
  readonly carries?: readonly ReleaseId[]
  /** The release that it is, content for content, under a higher version: made to go back to it. Absent of any other. */
  readonly repackOf?: { readonly releaseId: ReleaseId; readonly version: Version; readonly digest: Digest }
  /** sha256 over the canonical JSON of all other fields. */
  readonly seal: string
}
