import type { EnvironmentId, Instant, PersonId, Version } from '#domain/kernel'

export type Purpose = 'development' | 'test' | 'acceptance' | 'production' | 'sandbox' | 'recovery' | 'host'

/** pet: protected, nurtured, never rebuilt; cattle: disposable, rebuilt from source. */
export type CareClass = 'pet' | 'cattle'

/** Where a secret is, never what it is. Resolved inside a step only. */
export type SecretRef = { readonly kind: 'environment'; readonly variable: string } | { readonly kind: 'file'; readonly path: string }

/** Where a secret is, in words. */
export function describeSecret(secret: SecretRef): string {
  return secret.kind === 'environment' ? `variable ${secret.variable}` : `file ${secret.path}`
}

/** How Drover signs in to an environment: OAuth 2.0 client credentials. */
export interface Credentials {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: SecretRef
}

/**
 * What may be unmanaged in an environment (PET-10). `strict`: nothing, and the platform blocks it; `register`: what is registered as a
 * tweak; `protective`: customer-only work may be deployed unmanaged, by a plan of its own.
 */
export type LayerPolicyKind = 'strict' | 'register' | 'protective'

export interface LayerPolicy {
  readonly kind: LayerPolicyKind
  readonly reason: string
}

export interface Environment {
  readonly id: EnvironmentId
  readonly name: string
  readonly purpose: Purpose
  readonly careClass: CareClass
  readonly owner: PersonId
  /** Dataverse address without /api, for example https://contoso.crm4.dynamics.com. */
  readonly url: string
  /** Base of the connectivity API of the environment. */
  readonly connectivityUrl: string
  /** Base of the administration API of the tenant, which keeps its data policies; absent: they cannot be read. */
  readonly administrationUrl?: string | undefined
  /** Base of the Power Platform API, where restore points, restores and copies are asked for; absent: they cannot be. */
  readonly platformApiUrl?: string | undefined
  /** Base of the API of Power Apps, where canvas apps are shared; absent: sharing is left to people. */
  readonly powerAppsUrl?: string | undefined
  /** What deploys. */
  readonly credentials: Credentials
  /** What looks at it; absent: what deploys does. */
  readonly observer?: Credentials | undefined
  /** What asks its tenant for restore points, copies and new environments; absent: what deploys does. */
  readonly administrator?: Credentials | undefined
  /** Who may say that rows and values of this environment may go; absent: its owner. */
  readonly dataOwners?: readonly PersonId[] | undefined
  /** Absent: {@link defaultLayerPolicy}. */
  readonly layerPolicy?: LayerPolicy | undefined
  /** Of an environment of purpose recovery: the pet whose restore points may be restored into it. */
  readonly recovers?: EnvironmentId | undefined
  /** When a disposable environment is removed; absent: it has no end. */
  readonly endsAt?: Instant | undefined
}

/** Managed, with a register of tweaks: what PET-10 gives as the default. */
export const defaultLayerPolicy: LayerPolicy = { kind: 'register', reason: 'the default (PET-10)' }

export function layerPolicyOf(environment: Pick<Environment, 'layerPolicy'>): LayerPolicy {
  return environment.layerPolicy ?? defaultLayerPolicy
}

export function dataOwnersOf(environment: Pick<Environment, 'dataOwners' | 'owner'>): readonly PersonId[] {
  return environment.dataOwners ?? [environment.owner]
}

export interface InstalledSolution {
  readonly id: string
  readonly uniqueName: string
  readonly version: Version
  readonly isManaged: boolean
  readonly publisherPrefix: string | undefined
  /** Unique name of the solution that it patches, or that it is the pending upgrade of. */
  readonly parent?: string | undefined
}

/** What becomes of an upgrade that was staged. */
export type UpgradeDeed = 'apply' | 'withdraw'

/** Unique name of the holding solution in which an upgrade of a solution waits to be applied. */
export function holdingName(solution: string): string {
  return `${solution}_Upgrade`
}

export type FlowState = 'on' | 'off' | 'suspended'

export interface ObservedFlow {
  readonly id: string
  readonly name: string
  readonly state: FlowState
  /** systemuser id of the owner. */
  readonly ownerId: string | undefined
}

export interface ObservedBinding {
  readonly logicalName: string
  readonly connectionId: string | undefined
  readonly connectorId: string | undefined
}

export interface ObservedConnection {
  readonly id: string
  readonly connectorId: string
  readonly displayName: string | undefined
  readonly status: 'connected' | 'error' | 'unknown'
  /** Name or address of the owner: who must share it. */
  readonly owner: string | undefined
  /** Whether the identity that Drover signs in with may use it. `unknown` never shows green. */
  readonly mayUse: 'yes' | 'no' | 'unknown'
}

export interface ObservedVariable {
  readonly schemaName: string
  readonly hasDefault: boolean
  /** Whether the target has a value of its own; what it is stays there, for it may be a secret. */
  readonly hasValue: boolean
}

/** A secret that the settings refer to and that cannot be had, with the reason. */
export interface MissingSecret {
  readonly secret: SecretRef
  readonly message: string
}

/** What was read from a target before a plan, and again before an attempt. */
export interface ObservedState {
  readonly environmentId: EnvironmentId
  readonly observedAt: Instant
  /** systemuser id and Entra object id of the identity that Drover acts as. */
  readonly identity: { readonly userId: string; readonly objectId: string | undefined }
  readonly platformVersion: string
  readonly solutions: readonly InstalledSolution[]
  readonly flows: readonly ObservedFlow[]
  readonly bindings: readonly ObservedBinding[]
  readonly connections: readonly ObservedConnection[]
  readonly variables: readonly ObservedVariable[]
  readonly missingSecrets: readonly MissingSecret[]
}

/** Whether it is told where an environment is administered: only then can restore points be taken of it, or listed. */
export function isAdministered({ administrationUrl, platformApiUrl }: Pick<Environment, 'administrationUrl' | 'platformApiUrl'>): boolean {
  return administrationUrl !== undefined && platformApiUrl !== undefined
}
