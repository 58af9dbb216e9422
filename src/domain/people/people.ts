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

export interface Person {
  readonly id: PersonId
  readonly name: string
  readonly roles: readonly Role[]
}
