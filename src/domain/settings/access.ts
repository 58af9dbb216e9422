/** A team of an Entra security group and what it holds; persons are never named here: who comes and goes, comes and goes in the group (TOP-17). */
export interface TeamAccess {
  readonly name: string
  /** Object id of the Entra security group. */
  readonly groupId: string
  /** Names of security roles, or ids where names are not enough. */
  readonly roles: readonly string[]
  /** Names of column security profiles. */
  readonly columnSecurityProfiles?: readonly string[] | undefined
  /** Whatever else the team holds is taken from it; absent: it stays, and is named. */
  readonly onlyThese?: boolean | undefined
}

/** A canvas app that a group may open or edit. */
export interface AppAccess {
  /** Display name, or name in the solution: ids differ in each environment. */
  readonly app: string
  readonly groupId: string
  readonly role: 'CanView' | 'CanEdit'
}

/** A flow that a team may see. */
export interface FlowAccess {
  /** Id or name. */
  readonly flow: string
  /** Name of a declared team. */
  readonly team: string
}

/** Who may use what a release brings into a stage (PIP-16); part of what is approved. */
export interface StageAccess {
  readonly teams: readonly TeamAccess[]
  readonly apps: readonly AppAccess[]
  readonly flows: readonly FlowAccess[]
}
