import type { AttemptId, Instant, PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import { gateName } from '#domain/pipeline'
import { mayAct, title, whoMayAct } from './acting.ts'
import { evaluateGates, isReadyToStart } from './evaluate-gates.ts'
import { refuseHeld } from './evaluate-hold.ts'
import { refuseRebuilding } from './evaluate-rebuild.ts'
import { currentAttempt, findImports } from './evolve-promotion.ts'
import type { Standing } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion } from './promotion.ts'

export interface StartCommand {
  readonly attemptId: AttemptId
  readonly now: Instant
  readonly standing: Standing
}

/** Whether the technical work may begin: every gate open, and nothing changed under which it was asked for. */
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
    accept([
      {
        type: 'attempt-started',
        data: { attemptId: command.attemptId, ...leaningOn(command.standing) },
        key: `attempt/${command.attemptId}`,
      },
    ])
  )
}

export interface ResumeCommand {
  readonly attemptId: AttemptId
  readonly actor: PersonId
  readonly reason: string
  readonly now: Instant
  readonly standing: Standing
  /** Promotions of the solution into the same place that were asked for later, and were neither withdrawn nor rejected; absent: none. */
  readonly later?: readonly PromotionId[]
}

/**
 * A person's word that a promotion is to be tried again: errored, indeterminate, or failed after its import went in. The new attempt must
 * first ask the target what became of the jobs of the attempts before it, and never send an import again that may have arrived. Where what it
 * was asked for under holds no more, it only follows what was sent.
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
  const { people } = command.standing
  if (!mayAct(promotion, command.actor, people)) {
    return refuse(
      'promotion.may-not-act',
      `${personName(people, command.actor)} may not resume ${title(promotion)}.`,
      whoMayAct(promotion, people),
    )
  }
  if (command.reason.trim() === '') {
    return refuse(
      'promotion.reason-needed',
      'A promotion is resumed only with a reason.',
      'Say why it may go on, for example what you saw in the target.',
    )
  }
  const held =
    refuseOvertaken(promotion, command.later ?? []) ??
    refuseHeld(promotion.request, command.standing.holds ?? []) ??
    refuseRebuilding(promotion.request, command.standing.rebuild)
  if (held !== undefined) return held
  const refused = refuseResume(promotion, command)
  // What was sent has to be carried to its end, whatever has changed since; only nothing new may begin.
  const followsOnly = refused !== undefined && findImports(promotion).length > 0
  if (refused !== undefined && !followsOnly) return refused
  const resumed = currentAttempt(promotion)
  const data = {
    attemptId: command.attemptId,
    reason: command.reason.trim(),
    ...(resumed === undefined ? {} : { resumes: resumed.id }),
    ...(followsOnly ? { followsOnly } : leaningOn(command.standing)),
  }
  return accept([{ type: 'attempt-started', data, key: `attempt/${command.attemptId}` }])
}

function leaningOn({ waivers = [] }: Standing): Pick<Extract<NewPromotionEvent, { type: 'attempt-started' }>['data'], 'waivers'> {
  return waivers.length === 0 ? {} : { waivers }
}

/** What has been gone over, or gone back from, is not set and loaded again over what stands there now. */
function refuseOvertaken(promotion: Promotion, later: readonly PromotionId[]): ReturnType<typeof refuse> | undefined {
  if (later.length === 0) return undefined
  return refuse(
    'promotion.overtaken',
    `${title(promotion)} cannot be resumed: ${later.join(', ')} came after it into the same place.`,
    'Ask for a promotion of it again, once what came after has ended.',
  )
}

/** What was sent is followed at any time; whether anything new may be sent now, the attempt asks right before it would. */
function refuseResume(promotion: Promotion, command: ResumeCommand): ReturnType<typeof refuse> | undefined {
  if (findImports(promotion).length === 0) return refuseStart(promotion, command)
  const { window: _at, ...standing } = command.standing
  return refuseStart(promotion, { ...command, standing })
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

function refuseStart(promotion: Promotion, { now, standing }: StartCommand): ReturnType<typeof refuse> | undefined {
  if (standing.outdated.length > 0) {
    return refuse(
      'promotion.request-outdated',
      `${title(promotion)} cannot start: what it was asked for under has changed.`,
      'Withdraw it and ask again.',
      standing.outdated,
    )
  }
  const held = refuseHeld(promotion.request, standing.holds ?? []) ?? refuseRebuilding(promotion.request, standing.rebuild)
  if (held !== undefined) return held
  const gates = evaluateGates(promotion, now, standing)
  if (!isReadyToStart(gates)) {
    const shut = gates.filter((gate) => gate.state !== 'open')
    return refuse(
      'promotion.gates-not-open',
      `${title(promotion)} cannot start: ${shut.map((gate) => `${gateName(gate.kind)} is ${gate.state}`).join(', ')}.`,
      shut.some((gate) => gate.state === 'closed')
        ? 'Withdraw it, mend what closed the gate, and request it again.'
        : 'Have the named gates opened; one that waits for a time opens by itself.',
      shut.flatMap((gate) => gate.reasons),
    )
  }
  return undefined
}
