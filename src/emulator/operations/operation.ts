import type { Rights } from '../auth/security-roles.ts'
import type { Clock } from '../clock.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { EnvironmentStore } from '../store/store.ts'

/** Who sent the request: systemuser id, Entra object id, display name, names of the security roles that it holds here. */
export interface Caller {
  readonly userId: string
  readonly objectId: string
  readonly name: string
  readonly roles: readonly string[]
  /** What those roles allow; undefined for the platform itself, which may do everything. */
  readonly rights?: Rights
  /** Of a request that acts for another user (header CallerObjectId): who really sent it. */
  readonly acting?: Caller
}

export interface OperationContext {
  readonly env: EnvironmentStore
  /** What all environments share: data policies, registrations for administration, backups. */
  readonly tenant: EnvironmentStore
  readonly caller: Caller
  now(): Date
  guid(): string
  readonly jobs: Jobs
  readonly clock: Clock
}

export interface OperationParameter {
  readonly type: 'string' | 'guid' | 'boolean' | 'int' | 'binary' | 'collection' | 'complex'
  readonly required: boolean
}

/** One unbound message of the Web API. `binary` parameters arrive as the base64 text of the request. */
export interface Operation {
  readonly name: string
  readonly kind: 'action' | 'function'
  readonly parameters: Readonly<Record<string, OperationParameter>>
  /** Throws {@link ODataError} for what the service refuses. */
  run(ctx: OperationContext, params: Readonly<Record<string, unknown>>): Promise<OperationReply>
}

/** `typeName` is the response type of the $metadata, for example `StageSolutionResponse`. */
export type OperationReply =
  | { readonly status: 204 }
  | { readonly status: 200; readonly typeName?: string; readonly body: Record<string, unknown> }
