import type { AdministeredEnvironment, ApplicationPackage, Environment, EnvironmentSpec, RestorePoint } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import type { AppShare, LackingShare } from '#domain/plan'

/** Work of the platform on a whole environment, to be followed by its address until it ended. */
export interface LifecycleOperation {
  /** Where it is asked about; JSON, so that a durable step can keep it. Undefined: it was done at once. */
  readonly statusUrl: string | undefined
}

export type LifecycleState =
  | { readonly state: 'running'; readonly stage: string | undefined }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly message: string }

/**
 * What the administration of a tenant can do with whole environments (web-api F). Starting twice is not idempotent at the platform: callers look
 * before they send again. A start that certainly did not arrive throws `dataverse.unreachable`, one that may have arrived `dataverse.ambiguous`,
 * another operation at work `administration.busy` (retryable), a missing right `administration.forbidden`.
 */
export interface EnvironmentAdministration {
  listEnvironments(): Promise<readonly AdministeredEnvironment[]>
  fetchEnvironment(platformId: string): Promise<AdministeredEnvironment | undefined>
  createEnvironment(spec: EnvironmentSpec): Promise<LifecycleOperation>
  /** Irreversible after the platform's own recovery time. Who may ask for it is not decided here. */
  deleteEnvironment(platformId: string): Promise<LifecycleOperation>
  /** Newest first, those not usable yet among them. */
  listRestorePoints(platformId: string): Promise<readonly RestorePoint[]>
  takeRestorePoint(platformId: string, label: string): Promise<RestorePoint>
  /** Rewinds `to` to what `from` was at `at`; everything in `to` is lost. */
  restore(of: {
    readonly from: string
    readonly to: string
    readonly at: Instant
    readonly skipAudit: boolean
    /** What `to` is called from then on (restoreOptions.environmentNameToOverride): the name tells that the restore arrived. */
    readonly displayName?: string
    /** Who may enter `to` from then on (restoreOptions.securityGroupIdToOverride). */
    readonly securityGroupId?: string
  }): Promise<LifecycleOperation>
  /** `minimal`: schema and customizations; `full`: all data as well. Everything in `to` is lost. */
  copy(of: { readonly from: string; readonly to: string; readonly type: 'minimal' | 'full' }): Promise<LifecycleOperation>
  /** Changes nothing but what is named. */
  changeEnvironment(
    platformId: string,
    change: {
      readonly isInAdministrationMode?: boolean
      readonly hasBackgroundOperations?: boolean
      readonly displayName?: string
      readonly securityGroupId?: string
    },
  ): Promise<LifecycleOperation>
  setManaged(platformId: string, isManaged: boolean): Promise<LifecycleOperation>
  /** Makes an application a user of a new environment, with the role System Administrator. */
  addApplicationUser(platformId: string, clientId: string): Promise<void>
  /** What may be installed into the environment, and what is installed there; each once. */
  listApplications(platformId: string): Promise<readonly ApplicationPackage[]>
  /** Asked for again, the platform begins another installation: callers look before. */
  installApplication(platformId: string, uniqueName: string): Promise<LifecycleOperation>
  /** Everybody that a canvas app is shared with. Throws `administration.not-configured` where `powerAppsUrl` is missing. */
  listAppShares(platformId: string, appId: string): Promise<readonly AppShare[]>
  /** Shares a canvas app with a group, in place of what the group had, and tells nobody by mail; no other share is touched. */
  shareApp(platformId: string, share: LackingShare): Promise<void>
  fetchLifecycle(operation: LifecycleOperation): Promise<LifecycleState>
}

/** Opens the administration of the tenant of an environment, as the identity that Drover has there for administration; the environment names its addresses. */
export interface Administrations {
  /** Throws `administration.not-configured` where `administrationUrl` or `platformApiUrl` is missing. */
  open(
    environment: Pick<
      Environment,
      'id' | 'name' | 'administrationUrl' | 'platformApiUrl' | 'powerAppsUrl' | 'credentials' | 'administrator'
    >,
  ): EnvironmentAdministration
}
