import type { PersonId } from '#domain/kernel'

/** What a person may be asked for. `requester` and the approving roles are kept apart by separation of duties. */
export type Role =
  | 'maker'
  | 'solution-owner'
  | 'environment-owner'
  | 'release-manager'
  | 'approver'
  | 'reviewer'
  | 'test-lead'
  | 'security'
  | 'cab'
  | 'platform-admin'

/** How far a person builds by themselves; no tier of a solution, but a cap on those that they may own (TIER-10). */
export type BuilderLevel = 'citizen' | 'advanced' | 'professional'

export interface Person {
  readonly id: PersonId
  readonly name: string
  /** Who they are at the issuer that people sign in at: a claim that never changes (`oid`, `sub`), not an e-mail address. Absent: they cannot sign in there. */
  readonly subject?: string | undefined
  readonly roles: readonly Role[]
  /** `service`: an identity of software, which decides nothing. Absent: a person. */
  readonly kind?: 'person' | 'service' | undefined
  /** Absent: no cap is known. */
  readonly builderLevel?: BuilderLevel | undefined
}

/** People who are named together. */
export interface Group {
  readonly id: string
  readonly name: string
  readonly members: readonly PersonId[]
}
