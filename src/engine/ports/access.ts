import type { SeenApp } from '#domain/plan'
import type { StageAccess } from '#domain/settings'

export interface NamedThing {
  readonly id: string
  readonly name: string
}

/** A team of an Entra group, with what it holds. */
export interface SeenTeam extends NamedThing {
  readonly groupId: string
  readonly businessUnitId: string
  readonly roles: readonly NamedThing[]
  readonly profiles: readonly NamedThing[]
}

/** What an environment shows of who may use what. */
export interface SeenAccess {
  /** The business unit that new teams are made in. */
  readonly rootUnitId: string
  readonly teams: readonly SeenTeam[]
  /** Every role with a wanted name or id, in whatever business unit. */
  readonly roles: readonly (NamedThing & { readonly businessUnitId: string })[]
  readonly profiles: readonly NamedThing[]
  /** Wanted groups that are users here: persons or applications. */
  readonly users: readonly { readonly groupId: string; readonly name: string }[]
  /** Wanted flows that are there, with the ids of the teams that may see them. */
  readonly flows: readonly (NamedThing & { readonly teamIds: readonly string[] })[]
  /** Wanted canvas apps that are there. */
  readonly apps: readonly SeenApp[]
}

/** Reads and gives access to groups. Each change names its end, so that sending it again does no harm. */
export interface AccessControl {
  fetchAccess(wanted: StageAccess): Promise<SeenAccess>
  /** Gives its id; the one that is there when another was quicker. */
  makeGroupTeam(team: {
    readonly name: string
    readonly groupId: string
    readonly businessUnitId: string
    readonly id: string
  }): Promise<string>
  assignTeam(of: {
    readonly teamId: string
    readonly what: 'role' | 'profile'
    readonly id: string
    readonly deed: 'give' | 'take'
  }): Promise<void>
  shareFlow(of: { readonly flowId: string; readonly teamId: string }): Promise<void>
}
