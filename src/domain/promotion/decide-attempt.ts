import type { ApprovalBinding } from '#domain/approval'
import { isSameBinding } from '#domain/approval'
import type { AttemptId, Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import { hasRole, personName } from '#domain/people'
import { gateName } from '#domain/pipeline'
import { evaluateGates, isReadyToStart } from './evaluate-gates.ts'
import { currentAttempt, findImports } from './evolve-promotion.ts'
import type { NewPromotionEvent, Promotion } from './promotion.ts'

export interface StartCommand {
  readonly attemptId: AttemptId
  readonly now: Instant
  /** What the artifact and a fresh plan are now, where they were looked at again; a difference makes all approvals lapse (PIP-11). */
  readonly binding?: ApprovalBinding | undefined
  readonly people?: readonly Person[]
}

/** Whether the technical work may begin: every gate open, on exactly the content that was approved. */
export function decideStart(promotion: Promotion, command: StartCommand): Result<readonly NewPromotionEvent[]> {
  if (promotion.status.state !== 'pending') {
    return refuse(
      'promotion.not-pending',
      `${title(promotion)} is ${promotion.status.state}; it cannot be started.`,
      'Look at the promotion for how it stands.',
    )
  }
  return (
    refuseStart(promotion, command) ??
    accept([{ type: 'attempt-started', data: { attemptId: command.attemptId }, key: `attempt/${command.attemptId}` }])
  )
}

export interface ResumeCommand {
  readonly attemptId: AttemptId
  readonly actor: PersonId
  readonly reason: string
  readonly now: Instant
  readonly people: readonly Person[]
}

/**
 * A person's word that a promotion is to be tried again: errored, indeterminate, or failed after its import went in. The new attempt must first ask the target what became of the
 * jobs of the attempts before it, and never send an import again that may have arrived.
 */
export function decideResume(promotion: Promotion, command: ResumeCommand): Result<readonly NewPromotionEvent[]> {
  const { state } = promotion.status
  if (state === 'pending') return refuseStart(promotion, command) ?? startsByItself(promotion)
  if (!isResumable(promotion)) {
    const hint =
      state === 'failed'
        ? 'The target said no: mend the cause and request the promotion again.'
        : 'Resumed is what errored, is indeterminate, or failed after its import went in.'
    return refuse('promotion.not-resumable', `${title(promotion)} is ${state}; it cannot be resumed.`, hint)
  }
  if (!mayAct(promotion, command.actor, command.people)) {
    return refuse(
      'promotion.may-not-act',
      `${personName(command.people, command.actor)} may not resume ${title(promotion)}.`,
      whoMayAct(promotion, command.people),
    )
  }
  if (command.reason.trim() === '') {
    return refuse(
      'promotion.reason-needed',
      'A promotion is resumed only with a reason.',
      'Say why it may go on, for example what you saw in the target.',
    )
  }
  const refused = refuseStart(promotion, command)
  if (refused !== undefined) return refused
  const resumed = currentAttempt(promotion)
  const data = { attemptId: command.attemptId, reason: command.reason.trim(), ...(resumed === undefined ? {} : { resumes: resumed.id }) }
  return accept([{ type: 'attempt-started', data, key: `attempt/${command.attemptId}` }])
}

function isResumable({ status }: Promotion): boolean {
  return status.state === 'errored' || status.state === 'indeterminate' || (status.state === 'failed' && status.isResumable)
}

function startsByItself(promotion: Promotion): ReturnType<typeof refuse> {
  return refuse(
    'promotion.not-resumable',
    `${title(promotion)} has every gate open and starts by itself.`,
    'Wait a moment and look at the promotion again.',
  )
}

/** Taking a promotion back: until its work begins (PIP-11), or after we broke and nobody wants to try again. */
export function decideWithdrawal(promotion: Promotion, actor: PersonId, people: readonly Person[]): Result<readonly NewPromotionEvent[]> {
  const { state } = promotion.status
  if (state === 'running') {
    return refuse(
      'promotion.already-running',
      `${title(promotion)} is being carried out and can no longer be withdrawn.`,
      'Wait for its end; a recovery brings an earlier state back.',
    )
  }
  if (state === 'indeterminate') {
    return refuse(
      'promotion.indeterminate',
      `Nobody can tell yet how ${title(promotion)} ended, so it cannot be withdrawn.`,
      'Look at the target, then resume the promotion: it looks first and sends nothing twice.',
    )
  }
  const [imported] = state === 'errored' ? findImports(promotion) : []
  if (imported !== undefined) {
    const what = imported.importState === 'passed' ? 'is in the target' : 'was sent, and how it ended is not known'
    return refuse(
      'promotion.import-sent',
      `The import ${imported.importJobId} of ${title(promotion)} ${what}, so it cannot be withdrawn.`,
      'Resume the promotion: it looks first and sends nothing twice.',
    )
  }
  if (state !== 'pending' && state !== 'errored') {
    return refuse('promotion.finished', `${title(promotion)} is ${state}; there is nothing to withdraw.`, 'Nothing more to do.')
  }
  if (!mayAct(promotion, actor, people)) {
    return refuse(
      'promotion.may-not-act',
      `${personName(people, actor)} may not withdraw ${title(promotion)}.`,
      whoMayAct(promotion, people),
    )
  }
  return accept([{ type: 'promotion-withdrawn', data: { by: actor }, key: 'withdrawn' }])
}

const actingRoles: readonly Role[] = ['release-manager', 'platform-admin']

function mayAct(promotion: Promotion, actor: PersonId, people: readonly Person[]): boolean {
  return actor === promotion.request.requestedBy || actingRoles.some((role) => hasRole(people, actor, role))
}

function whoMayAct(promotion: Promotion, people: readonly Person[]): string {
  return `Ask ${personName(people, promotion.request.requestedBy)}, who requested it, or a ${actingRoles.join(' or ')}.`
}

function refuseStart(promotion: Promotion, command: StartCommand): ReturnType<typeof refuse> | undefined {
  const gates = evaluateGates(promotion, command.now, command.people)
  if (!isReadyToStart(gates)) {
    const shut = gates.filter((gate) => gate.state !== 'open')
    return refuse(
      'promotion.gates-not-open',
      `${title(promotion)} cannot start: ${shut.map((gate) => `${gateName(gate.kind)} is ${gate.state}`).join(', ')}.`,
      shut.some((gate) => gate.state === 'closed')
        ? 'Withdraw it, mend what closed the gate, and request it again.'
        : 'Have the named gates opened.',
      shut.flatMap((gate) => gate.reasons),
    )
  }
  const { boundTo } = promotion.request
  if (command.binding === undefined || isSameBinding(command.binding, boundTo)) return undefined
  const changed = command.binding.artifact === boundTo.artifact ? 'plan' : 'artifact'
  const what = changed === 'plan' ? 'the target or the settings changed, so the plan is another one' : 'the artifact is another one'
  return refuse(
    'PIP-11',
    `The approvals of ${title(promotion)} have lapsed: ${what}.`,
    'Withdraw the promotion and request it again; the approvers then see what it would do now.',
    [{ subject: changed, message: `Approved: ${boundTo[changed]}. Now: ${command.binding[changed]}.` }],
  )
}

function title({ request }: Promotion): string {
  return `promotion ${request.promotionId} (${request.solution} ${request.version} into ${request.stageId})`
}
