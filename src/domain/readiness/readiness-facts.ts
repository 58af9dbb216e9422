import type { Environment, ObservedAuditing, ObservedRole, Rehearsal } from '#domain/environment'
import type { Instant, PersonId, Version } from '#domain/kernel'
import type { TimedGrant } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'

/** What is known about the whole of a tenant that Drover governs, gathered for the readiness checklist. */
export interface TenantFacts {
  readonly now: Instant
  readonly configuration: Configuration
  /** When it came into force. */
  readonly appliedAt: Instant
  readonly policy: Policy
  /** Roles that were granted until an end which has not come. */
  readonly timedGrants: readonly TimedGrant[]
  /** People whose privileged roles wait to be certified again, and since when. */
  readonly uncertified: readonly { readonly person: PersonId; readonly dueAt: Instant }[]
  readonly environments: readonly EnvironmentFacts[]
  /** What runs in environments that are pets. */
  readonly deployed: readonly DeployedFacts[]
  /** Environments that were filled with masked or invented rows, or looked through for real ones. */
  readonly data: readonly DataFacts[]
}

export interface EnvironmentFacts {
  readonly environment: Environment
  /** The last observation; absent: it was never observed. */
  readonly observed?: ObservedFacts
  /** Recoveries of it that were gone for practice or in earnest. */
  readonly rehearsals: readonly Rehearsal[]
}

export interface ObservedFacts {
  readonly at: Instant
  readonly blocksUnmanaged: boolean | undefined
  /** Undefined: it could not be read. */
  readonly auditing: ObservedAuditing | undefined
  /** Undefined: not all of them, or of who holds them, could be read. */
  readonly roles: readonly ObservedRole[] | undefined
  /** Undefined: they could not be read. */
  readonly dataPolicies: readonly string[] | undefined
  readonly solutions: readonly { readonly uniqueName: string; readonly version: Version; readonly isManaged: boolean }[]
  /** Changes by hand that nobody registered. */
  readonly unregistered: number
  /** Whether more may be there that could not be seen. */
  readonly isPartlySeen: boolean
}

export interface DeployedFacts {
  readonly environmentId: string
  readonly solution: string
  readonly version: Version
  readonly deployedAt: Instant
  readonly commit: string
  readonly requestedBy: PersonId
  readonly approvedBy: readonly PersonId[]
  /** The rules that its report names, and what STR-08 found. */
  readonly rules: readonly string[]
  readonly literalFindings: number
  /** How it comes back, in words; undefined: no way that can be gone was planned. */
  readonly wayBack: string | undefined
}

export interface DataFacts {
  readonly environmentId: string
  readonly kind: 'seed' | 'scan'
  readonly endedAt: Instant
  /** Of a look: real values that were found. */
  readonly found: number
}
