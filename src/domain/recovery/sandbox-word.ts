import type { Environment } from '#domain/environment'
import { dataOwnersOf } from '#domain/environment'
import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, canonicalJson, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, hasRole, personName } from '#domain/people'
import type { SandboxPolicy } from '#domain/policy'
import type { RecoveryDeed, RecoveryOrder, RecoveryWork } from './sandbox-work.ts'

export interface RecoveryWord {
  readonly order: RecoveryOrder
  readonly pet: Environment
  readonly people: readonly Person[]
  readonly policy: SandboxPolicy
  /** Those of the same pet and sandbox that wait for a second person. */
  readonly proposals: readonly RecoveryWork[]
  readonly now: Instant
}

export type RecoveryDecision =
  | { readonly outcome: 'propose' }
  | { readonly outcome: 'start' }
  /** The actor is the second who wants it: it is carried out as it was proposed. */
  | { readonly outcome: 'confirm'; readonly proposal: RecoveryWork }

/**
 * Who may have work done on a recovery sandbox: those who answer for the data of the pet, platform-admins with a reason, and where rows of
 * everybody become readable, values of people are written over or components change for everybody, two of them, one of whom answers for the data.
 */
export function decideRecovery(word: RecoveryWord): Result<RecoveryDecision> {
  const { order, pet, people } = word
  const unfit = refuseRecoverer(pet, people, order.by)
  if (unfit !== undefined) return unfit
  const answers = answersFor(pet, people, order.by)
  const proposal = word.proposals.find((each) => isConfirmedBy(each, word))
  if (order.reason.trim() === '' && proposal === undefined) {
    return refuse(
      'recovery.no-reason',
      `It takes a reason to have ${pet.name} recovered.`,
      'Say why with --reason; it stays in the ledger.',
    )
  }
  if (peopleNeeded(word) < 2) return accept({ outcome: 'start' })
  if (proposal === undefined) return accept({ outcome: 'propose' })
  if (!answers && !answersFor(pet, people, proposal.by)) {
    return refuse(
      'recovery.needs-data-owner',
      `Neither ${personName(people, proposal.by)} nor ${personName(people, order.by)} answers for the data of ${pet.name}.`,
      `Have ${ownersInWords(pet, people)} confirm it.`,
    )
  }
  return accept({ outcome: 'confirm', proposal })
}

/** Whether somebody has no say in recoveries of a pet at all: then nothing is asked of its tenant or its rows on their behalf either. */
export function refuseRecoverer(pet: Environment, people: readonly Person[], actor: PersonId): ReturnType<typeof refuse> | undefined {
  if (answersFor(pet, people, actor) || hasRole(people, actor, 'platform-admin')) return undefined
  return refuse(
    'recovery.not-allowed',
    `${personName(people, actor)} may not have ${pet.name} recovered.`,
    `Ask ${ownersInWords(pet, people)}, who answer for its data, or a platform-admin.`,
  )
}

/** How many people it takes. */
export function peopleNeeded({ order: { deed }, policy }: Pick<RecoveryWord, 'order' | 'policy'>): number {
  if (deed.kind === 'repair') return peopleForRepair(deed, policy)
  if (deed.kind === 'repair-components') return deed.isDryRun ? 1 : Math.max(policy.people.value, policy.repairPeople.value)
  return deed.kind === 'rehearsal' && deed.point === undefined ? 1 : policy.people.value
}

function peopleForRepair({ isOverwriting, isDryRun }: Extract<RecoveryDeed, { readonly kind: 'repair' }>, policy: SandboxPolicy): number {
  if (isDryRun) return 1
  return isOverwriting ? Math.max(policy.people.value, policy.repairPeople.value) : policy.repairPeople.value
}

/** Somebody else's word for the same, still young enough, and given under the configuration in force. */
function isConfirmedBy(proposal: RecoveryWork, { order, policy, now }: RecoveryWord): boolean {
  return (
    proposal.state === 'proposed' &&
    proposal.by !== order.by &&
    proposal.configurationVersion === order.configurationVersion &&
    proposal.environmentId === order.environmentId &&
    proposal.sandboxId === order.sandboxId &&
    canonicalJson(proposal.deed) === canonicalJson(order.deed) &&
    Date.parse(now) - Date.parse(proposal.askedAt) <= policy.wordHolds.value * 3_600_000
  )
}

function answersFor(pet: Environment, people: readonly Person[], actor: PersonId): boolean {
  return findPerson(people, actor) !== undefined && (pet.owner === actor || dataOwnersOf(pet).includes(actor))
}

function ownersInWords(pet: Environment, people: readonly Person[]): string {
  return [...new Set([...dataOwnersOf(pet), pet.owner])].map((id) => personName(people, id)).join(' or ')
}
