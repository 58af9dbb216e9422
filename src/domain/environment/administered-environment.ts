import type { Instant } from '#domain/kernel'

/** What the administration of a tenant calls an environment's type (SKU). */
export type EnvironmentKind = 'production' | 'sandbox' | 'developer' | 'trial' | 'default' | 'teams'

/** An environment as the administration of its tenant shows it (web-api F.1). */
export interface AdministeredEnvironment {
  /** Its id there: the name in the paths of the administration APIs. */
  readonly platformId: string
  readonly displayName: string
  readonly kind: EnvironmentKind
  /** Dataverse address without a slash at its end; undefined while it has no database. */
  readonly url: string | undefined
  readonly domainName: string | undefined
  readonly location: string
  readonly isManaged: boolean
  /** In administration mode only administrators and customizers enter. */
  readonly isInAdministrationMode: boolean
  readonly hasBackgroundOperations: boolean
  readonly baseLanguage: number | undefined
  readonly currency: string | undefined
  readonly securityGroupId: string | undefined
  readonly version: string | undefined
  readonly createdAt: Instant | undefined
}

/** What a new environment shall be. Base language and currency cannot be changed later. */
export interface EnvironmentSpec {
  readonly displayName: string
  /** First label of its address. */
  readonly domainName: string
  readonly kind: 'sandbox' | 'developer' | 'production'
  readonly location: string
  readonly baseLanguage: number
  readonly currency: string
  readonly securityGroupId?: string | undefined
  readonly description?: string | undefined
}
