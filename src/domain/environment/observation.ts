import type { EnvironmentId, Instant, Version } from '#domain/kernel'
import type { InstalledSolution, ObservedBinding, ObservedFlow, ObservedState } from './environment.ts'
import type { ObservedComponent, Unseen } from './observed-component.ts'

/** An installed solution with what tells who brought it. */
export interface ObservedSolution extends InstalledSolution {
  readonly displayName: string
  /** Unique name; `Microsoft…` publishers and those of the platform are recognised by it. */
  readonly publisher: string | undefined
  readonly isVisible: boolean
  readonly installedAt: Instant | undefined
  readonly changedAt: Instant | undefined
  /** The person or application that last changed it, by name or address; the deploying identity for what Drover brought. */
  readonly changedBy: ObservedUser | undefined
}

export interface ObservedUser {
  readonly userId: string
  readonly name: string
  /** Whether it is an application user. */
  readonly isApplication: boolean
}

/** One operation on solutions that the environment remembers, with whoever asked for it, where that can be told (facts: "Who did it"). */
export interface ObservedOperation {
  readonly kind: 'import' | 'uninstall' | 'publish-all' | 'other'
  /** Unique name; undefined where the operation concerns none. */
  readonly solution: string | undefined
  readonly version: Version | undefined
  readonly startedAt: Instant
  readonly endedAt: Instant | undefined
  readonly isSuccess: boolean | undefined
  readonly by: ObservedUser | undefined
  /** Import job id, lower case, where there is one: tells our own imports apart. */
  readonly importJobId: string | undefined
}

export interface ObservedRole {
  readonly name: string
  /** Who holds it, directly or by a team. */
  readonly holders: readonly ObservedUser[]
}

/** Settings of the environment that decide who may change it. */
export interface ObservedProtection {
  /** Whether unmanaged customizations are blocked; undefined when it cannot be read. */
  readonly blocksUnmanaged: boolean | undefined
}

/** Whether and how long the environment keeps who changed which row [Microsoft Learn, "Configure auditing"]. */
export interface ObservedAuditing {
  readonly isOn: boolean
  /** Undefined where none is set: what the platform keeps then is not told by the environment. */
  readonly keptDays: number | 'forever' | undefined
}

/** Business and non-business data must not meet in one app or flow; what is blocked is in none [release-facts §4]. */
export type ConnectorClass = 'business' | 'non-business' | 'blocked'

/** A data policy that applies to an environment. */
export interface ObservedDataPolicy {
  readonly name: string
  /** Connector name in lower case, for example shared_office365 → its class. */
  readonly classes: Readonly<Record<string, ConnectorClass>>
  /** Class of every other connector. */
  readonly otherwise: ConnectorClass
  /** Of single actions; connectors and operation ids in lower case. Absent: none, or an observation that did not read them. */
  readonly actionRules?: readonly {
    readonly connector: string
    /** Operation id → whether it is allowed. */
    readonly actions: Readonly<Record<string, boolean>>
    readonly allowsOthers: boolean
  }[]
  /** Of addresses, the first that fits holds; connectors in lower case. */
  readonly addressRules?: readonly {
    readonly connector: string
    readonly rules: readonly { readonly pattern: string; readonly isAllowed: boolean }[]
  }[]
  /** How many patterns class custom connectors by the addresses of their hosts. */
  readonly addressPatterns?: number
}

/** A component that a deployed release brought, by the names that are the same in every environment. */
export interface ReleasedComponent {
  /** Unique name of the solution that brought it. */
  readonly solution: string
  /** Layer-table name. */
  readonly kind: string
  readonly key: string
  /** For people. */
  readonly name: string
  /** Logical name of the table that it belongs to. */
  readonly table: string | undefined
}

/** All that was seen of an environment at one time, with the least rights it takes and what could not be seen. */
export interface Observation {
  readonly environmentId: EnvironmentId
  readonly observedAt: Instant
  readonly platformVersion: string
  readonly identity: ObservedState['identity']
  readonly solutions: readonly ObservedSolution[]
  readonly components: readonly ObservedComponent[]
  /** What deployed releases brought and is not there any more; absent of observations before it was looked for. */
  readonly vanished?: readonly ReleasedComponent[]
  /** What a release had brought that was gone back from by an update, and is still there; absent where nothing is. */
  readonly leftBehind?: readonly ReleasedComponent[]
  /** Cloud flows of all solutions, and of none. */
  readonly flows: readonly (ObservedFlow & {
    readonly ownerName: string | undefined
    readonly isOwnerEnabled: boolean | undefined
    /** Of the owner's account at Entra, in lower case; absent where none was shown, and of observations before it was read. */
    readonly ownerObjectId?: string
  })[]
  readonly bindings: readonly ObservedBinding[]
  readonly variables: readonly { readonly schemaName: string; readonly hasDefault: boolean; readonly hasValue: boolean }[]
  readonly roles: readonly ObservedRole[]
  readonly operations: readonly ObservedOperation[]
  readonly dataPolicies: readonly ObservedDataPolicy[]
  readonly protection: ObservedProtection
  /** Absent where it could not be read, and of observations before it was looked at. */
  readonly auditing?: ObservedAuditing
  /** Names of components whose latest edit is not published. */
  readonly unpublished: readonly string[]
  readonly unseen: readonly Unseen[]
  /** Requests that it took, and how many of its parts were still good from an earlier one. */
  readonly cost: { readonly requests: number; readonly reusedParts: number }
}
