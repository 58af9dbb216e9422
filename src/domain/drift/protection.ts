import type { Environment } from '#domain/environment'
import { layerPolicyOf } from '#domain/environment'
import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, hasRole, personName } from '#domain/people'

/** One person's word that the block of unmanaged changes be switched; in a pet it takes effect when another one says the same. */
export interface ProtectionProposal {
  readonly isOn: boolean
  readonly reason: string
  readonly proposedBy: PersonId
  readonly proposedAt: Instant
  /** It counts only while this configuration is in force: owner, care class and layer policy may be others in the next. */
  readonly configurationVersion: number
}

export interface ProtectionCommand {
  readonly environment: Environment
  readonly people: readonly Person[]
  readonly configurationVersion: number
  readonly actor: PersonId
  readonly isOn: boolean
  /** Why, in the words of the actor; may be left out by whoever confirms. */
  readonly reason: string | undefined
  /** The newest one that has not been carried out. */
  readonly proposal: ProtectionProposal | undefined
  /** What the environment shows now; undefined when it does not tell. */
  readonly isBlocked: boolean | undefined
}

export type ProtectionDecision =
  /** Nothing is to be switched; what the environment shows is recorded if the ledger does not know it. */
  | { readonly outcome: 'as-is'; readonly reason: string }
  | { readonly outcome: 'propose'; readonly reason: string }
  | { readonly outcome: 'switch'; readonly reason: string; readonly proposedBy: PersonId | undefined }

/** Whether the block of unmanaged changes of an environment is switched: by its owner or a platform-admin, in a pet by two of them. */
export function decideProtection(command: ProtectionCommand): Result<ProtectionDecision> {
  const refusal = refuseActor(command) ?? refuseByPolicy(command)
  if (refusal !== undefined) return refusal
  const { environment, isOn, isBlocked } = command
  const confirmed = proposalToConfirm(command)
  const reason = command.reason?.trim() || confirmed?.reason
  if (reason === undefined) {
    return refuse(
      'protection.no-reason',
      `Nothing was changed in ${environment.name}: it takes a reason to ${isOn ? 'block' : 'allow'} unmanaged changes.`,
      'Say why with --reason; it stays in the ledger.',
    )
  }
  if (isBlocked === isOn) return accept({ outcome: 'as-is', reason })
  if (environment.careClass === 'pet' && confirmed === undefined) return accept({ outcome: 'propose', reason })
  return accept({ outcome: 'switch', reason, proposedBy: confirmed?.proposedBy })
}

/** The proposal that the actor's word would carry out: somebody else's, of the same direction, made under the configuration in force. */
export function proposalToConfirm(
  command: Pick<ProtectionCommand, 'proposal' | 'actor' | 'isOn' | 'configurationVersion'>,
): ProtectionProposal | undefined {
  const { proposal, actor, isOn, configurationVersion } = command
  if (proposal === undefined || proposal.proposedBy === actor || proposal.isOn !== isOn) return undefined
  return proposal.configurationVersion === configurationVersion ? proposal : undefined
}

function refuseActor({ people, actor, environment }: ProtectionCommand): ReturnType<typeof refuse> | undefined {
  const isOwner = environment.owner === actor && findPerson(people, actor) !== undefined
  if (isOwner || hasRole(people, actor, 'platform-admin')) return undefined
  const admins = people.filter((person) => person.roles.includes('platform-admin')).map((person) => person.name)
  return refuse(
    'protection.not-authorised',
    `${personName(people, actor)} may not decide what changes ${environment.name}.`,
    `Ask ${[personName(people, environment.owner), ...admins].join(' or ')}.`,
  )
}

function refuseByPolicy({ environment, isOn }: ProtectionCommand): ReturnType<typeof refuse> | undefined {
  const { kind, reason } = layerPolicyOf(environment)
  if (kind === 'strict' && !isOn) {
    return refuse(
      'protection.policy-strict',
      `${environment.name} is strict: nothing unmanaged may be there, so the block stays on.`,
      'Give the environment another layerPolicy in drover.yaml first; for a pet that takes two platform-admins.',
      [{ subject: 'layer policy', message: `strict: ${reason}` }],
    )
  }
  if (kind === 'protective' && isOn) {
    return refuse(
      'protection.policy-protective',
      `${environment.name} is protective: customer-only work is deployed there unmanaged, which the block would refuse.`,
      'Give the environment the layerPolicy strict or register in drover.yaml first.',
      [{ subject: 'layer policy', message: `protective: ${reason}` }],
    )
  }
  return undefined
}

/** Whether an environment is as its layer policy wants it. `unknown` never shows green. */
export interface ProtectionVerdict {
  readonly state: 'holds' | 'broken' | 'unknown'
  readonly message: string
}

/** What the block of unmanaged changes is, against what the layer policy and the ledger expect of it. */
export function judgeProtection(of: {
  readonly environment: Environment
  /** Undefined when it cannot be read. */
  readonly isBlocked: boolean | undefined
  /** What Drover last switched it to; undefined when it never did. */
  readonly switchedTo: boolean | undefined
}): ProtectionVerdict {
  const { environment, isBlocked, switchedTo } = of
  const { kind } = layerPolicyOf(environment)
  if (isBlocked === undefined) {
    const isExpected = kind !== 'register' || switchedTo !== undefined
    const message = `Whether ${environment.name} blocks unmanaged changes cannot be read.`
    return { state: isExpected ? 'unknown' : 'holds', message }
  }
  if (kind === 'strict' && !isBlocked)
    return { state: 'broken', message: `${environment.name} is strict, and unmanaged changes are not blocked there.` }
  if (kind === 'protective' && isBlocked)
    return {
      state: 'broken',
      message: `${environment.name} is protective, and unmanaged changes are blocked there: its own deployments would fail.`,
    }
  if (switchedTo !== undefined && switchedTo !== isBlocked) {
    const [is, was] = isBlocked ? ['blocks', 'allowed'] : ['allows', 'blocked']
    return {
      state: 'broken',
      message: `${environment.name} ${is} unmanaged changes, and Drover had ${was} them: somebody else switched it.`,
    }
  }
  return { state: 'holds', message: `${environment.name} ${isBlocked ? 'blocks' : 'allows'} unmanaged changes.` }
}
