import type { Unseen } from '#domain/environment'
import type { Digest, EnvironmentId, Refusal, Version } from '#domain/kernel'
import type { AppAccess, DesiredFlowState, FlowAccess, SettingValue } from '#domain/settings'
import type { PlannedComponent } from './planned-component.ts'

/** How sure a line of a plan is; unknown never shows green. */
export type Certainty = 'known' | 'assumed' | 'unknown'

export interface PlanLine {
  readonly subject: string
  readonly effect: 'create' | 'update' | 'delete' | 'bind' | 'set' | 'activate' | 'leave' | 'warn'
  readonly message: string
  readonly certainty: Certainty
}

/**
 * `install`: not there yet; `update`: nothing is removed; `upgrade`: what vanished from the solution is deleted in the target;
 * `stage-for-upgrade`: the same in two steps, with a window in between in which data can be moved; `unmanaged`: unmanaged work into a
 * protective environment, which deletes nothing by itself ({@link UnmanagedWork}); `uninstall`: nothing is imported, the solution goes.
 */
export type ImportMode = 'install' | 'update' | 'upgrade' | 'stage-for-upgrade' | 'unmanaged' | 'uninstall'

/** One step of an attempt, in order. */
export type StepKind =
  | 'observe'
  | 'restore-point'
  | 'export-current'
  | 'repack'
  | 'stage'
  | 'rescue'
  | 'import'
  | 'apply-upgrade'
  | 'withdraw-upgrade'
  | 'publish'
  | 'remove'
  | 'uninstall'
  | 'load-data'
  | 'grant-access'
  | 'activate-flows'
  | 'verify'

/** A value that an environment variable shall have: a secret only by its reference, which is also all that the plan's hash covers. */
export interface PlannedValue {
  readonly schemaName: string
  readonly value: SettingValue
}

/** Values and connections that travel inside the import request, and only there. */
export interface ComponentParameters {
  readonly connectionReferences: readonly {
    readonly logicalName: string
    readonly displayName: string | undefined
    readonly connectorId: string
    readonly connectionId: string
  }[]
  readonly environmentVariables: readonly PlannedValue[]
}

export interface PlannedFlow {
  readonly id: string
  readonly name: string
  /** What this promotion wants of the flow; undefined: whatever the target has, because nobody can tell why it is off. */
  readonly desired: DesiredFlowState | undefined
  readonly action: 'switch-on' | 'switch-off' | 'leave'
  readonly why: string
}

/** Rows or values of one table that are saved before they are destroyed. */
export interface RescueItem {
  /** Logical name. */
  readonly table: string
  /** Logical names of the columns whose values go; undefined: all of each row. */
  readonly columns: readonly string[] | undefined
  /** Schema name of the many-to-many relationship whose links these rows are; absent where the table is one of its own. */
  readonly relationship?: string
  /** What file and image columns hold, which is kept apart from rows: of these columns, or of all. */
  readonly contents?: true
  /** Logical name of the table that goes, where these rows only hang on its rows: notes, party lists of activities, with whom they are shared, and links to other rows. */
  readonly regarding?: string
}

/** A component that is deleted by a step of its own, found in the target by this very id. */
export interface PlannedRemoval {
  readonly kind: string
  readonly key: string
  readonly id: string
  readonly name: string
  readonly table: string | undefined
}

/** What an unmanaged deployment does besides importing. */
export interface UnmanagedWork {
  /** What is sent: the sealed unmanaged artifact, or that without what is left out; undefined where it could not be made. */
  readonly sends: Digest | undefined
  /** `kind:key` of what is taken out of the package before it is imported. */
  readonly leftOut: readonly string[]
  /** In the order in which they are deleted: parts before what they are in. */
  readonly removals: readonly PlannedRemoval[]
  /** The unmanaged export of what was there when this was planned; undefined where nothing is installed. */
  readonly wayBack: Digest | undefined
}

/** What becomes of the rows of configuration data. */
export interface PlannedData {
  /** Of the sealed package. */
  readonly digest: string
  readonly tables: readonly {
    readonly table: string
    readonly created: number
    readonly changed: number
    readonly unchanged: number
    /** Rows of which the target says something of its own, and keeps it. */
    readonly kept: number
    readonly overwritten: number
    readonly deleted: number
  }[]
  /** Rows of which something of the target's own stays or goes: a decision is bound to which they are. */
  readonly named: readonly { readonly table: string; readonly id: string; readonly deed: 'keep' | 'overwrite' | 'delete' }[]
}

/** By names. */
export interface Holdings {
  readonly roles: readonly string[]
  readonly profiles: readonly string[]
}

export interface PlannedTeam {
  readonly name: string
  readonly groupId: string
  /** Not there yet. */
  readonly isMade: boolean
  readonly gives: Holdings
  readonly takes: Holdings
  /** What it has besides and keeps. */
  readonly beyond: Holdings
}

/** Who gets to use what, and who no longer does. */
export interface PlannedAccess {
  readonly teams: readonly PlannedTeam[]
  /** Left to a person. */
  readonly apps: readonly AppAccess[]
  readonly flows: readonly (FlowAccess & { readonly isShared: boolean })[]
}

/** Where a plan goes and as whom: approvals are bound to it as to everything else that the plan says. */
export interface PlanTarget {
  readonly environmentId: EnvironmentId
  /** The place that the environment's address names, as {@link laneOf} writes it. */
  readonly lane: string
  /** The identity that Drover acts as there: systemuser id, and Entra object id where it is known. */
  readonly identity: { readonly userId: string; readonly objectId: string | undefined }
}

export interface Plan {
  readonly target: PlanTarget
  readonly mode: ImportMode
  readonly modeReason: string
  readonly fromVersion: Version | undefined
  readonly toVersion: Version
  readonly parameters: ComponentParameters
  /** In the order in which they will be switched: child flows first. */
  readonly flows: readonly PlannedFlow[]
  readonly lines: readonly PlanLine[]
  /** What happens to the components of the target, the gravest first. */
  readonly content: readonly PlannedComponent[]
  /** What is saved before the import destroys it. */
  readonly rescue: readonly RescueItem[]
  /** What goes and was certainly empty when this was planned: looked into again before it goes, and saved where something came. Absent where nothing is. */
  readonly watched?: readonly RescueItem[]
  /** How the same end is reached without destroying data in one step; empty where nothing is destroyed (PET-12). */
  readonly saferWay: readonly string[]
  /** What could not be seen, so that what depends on it is unknown. */
  readonly unseen: readonly Unseen[]
  /** Hex sha256 over what the plan touches in the target: its components, their dependants and bindings; versions and layers, no row counts. */
  readonly fingerprint: string
  readonly steps: readonly StepKind[]
  /** Only in plans of the mode `unmanaged`. */
  readonly unmanaged?: UnmanagedWork
  /** Only where the release has configuration data. */
  readonly data?: PlannedData
  /** Only where the stage declares who may use what. */
  readonly access?: PlannedAccess
  /** Each names one cause that closes the way: missing settings, missing dependencies, connections that may not be used. */
  readonly blockers: readonly Refusal[]
}
