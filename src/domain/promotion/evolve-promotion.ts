import { fillBinding } from '#domain/approval'
import type { AttemptId, Digest, Instant } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import { fillRequest } from './earlier-shapes.ts'
import { withLossesGate } from './evaluate-losses.ts'
import type {
  Attempt,
  Migration,
  Promotion,
  PromotionEvent,
  PromotionState,
  StepRecord,
  TargetBefore,
  UninstallJob,
  UpgradeJob,
} from './promotion.ts'

/**
 * The promotion after an event. The first event of a promotion is its request; anything else on nothing, or about an attempt that never
 * started, means that the ledger is not what it was, and throws `ledger.inconsistent`.
 */
export function evolvePromotion(promotion: Promotion | undefined, event: PromotionEvent): Promotion {
  if (event.type === 'promotion-requested') {
    if (promotion !== undefined) throw inconsistent(event, 'the promotion was requested before')
    return {
      request: fillRequest(event.data.request),
      decisions: [],
      status: { state: 'pending' },
      earlierAttempts: [],
      acknowledgements: [],
      rescues: [],
      migration: undefined,
      renewed: undefined,
      tag: undefined,
      tagFailure: undefined,
    }
  }
  if (promotion === undefined) throw inconsistent(event, 'the promotion was never requested')
  switch (event.type) {
    case 'approval-decided':
      return recordDecision(promotion, event)
    case 'promotion-withdrawn':
      return { ...retireAttempt(endAttempt(promotion, event.at)), status: { state: 'withdrawn', by: event.data.by } }
    case 'loss-acknowledged':
    case 'unknown-acknowledged':
    case 'gate-escalated':
    case 'promotion-validated':
    case 'sign-off-given':
      return recordWord(promotion, event)
    case 'plan-renewed':
      return renewPlan(promotion, event)
    case 'attempt-postponed':
      return postpone(promotion, event)
    case 'way-back-kept':
      return { ...promotion, wayBack: event.data.wayBack }
    case 'removal-sent':
      return promotion
    case 'rescue-saved':
      return { ...promotion, rescues: [...promotion.rescues, event.data.rescue] }
    case 'migration-opened':
      return openMigration(promotion, event)
    case 'migration-finished':
      return decideMigration(promotion, { deed: 'apply', ...event.data, at: event.at })
    case 'migration-withdrawn':
      return decideMigration(promotion, { deed: 'withdraw', ...event.data, comment: '', at: event.at })
    case 'attempt-started':
      return startAttempt(promotion, event)
    case 'promotion-tagged':
      return { ...promotion, tag: event.data.tag, tagFailure: undefined }
    case 'promotion-tag-failed': {
      const tries = (promotion.tagFailure?.tries ?? 0) + 1
      return { ...promotion, tagFailure: { message: event.data.message, tries, lastTriedAt: event.at } }
    }
    default:
      return evolveAttempt(promotion, event)
  }
}

/** A no on a promotion that waits ends it. */
function recordDecision(promotion: Promotion, event: EventOf<'approval-decided'>): Promotion {
  const decision = { ...event.data.decision, boundTo: fillBinding(event.data.decision.boundTo) }
  const decisions = [...promotion.decisions, decision]
  if (decision.verdict === 'approve' || promotion.status.state !== 'pending') return { ...promotion, decisions }
  return { ...promotion, decisions, status: { state: 'rejected', by: decision.by, comment: decision.comment } }
}

type WordEvent = EventOf<'loss-acknowledged' | 'unknown-acknowledged' | 'gate-escalated' | 'promotion-validated' | 'sign-off-given'>

/** What people, or time, said of it beside decisions at its gates. */
function recordWord(promotion: Promotion, event: WordEvent): Promotion {
  switch (event.type) {
    case 'loss-acknowledged':
      return { ...promotion, acknowledgements: [...promotion.acknowledgements, event.data.acknowledgement] }
    case 'gate-escalated':
      return { ...promotion, escalations: [...(promotion.escalations ?? []), event.data.escalation] }
    case 'unknown-acknowledged':
      return { ...promotion, unknownAcknowledged: [...(promotion.unknownAcknowledged ?? []), event.data.acknowledgement] }
    case 'promotion-validated':
      return { ...promotion, validations: [...(promotion.validations ?? []), event.data.validation] }
    case 'sign-off-given':
      return { ...promotion, signOffs: [...(promotion.signOffs ?? []), event.data.signOff] }
  }
}

function openMigration(promotion: Promotion, event: EventOf<'migration-opened'>): Promotion {
  const after = evolveAttempt(promotion, event)
  if (after.status.state !== 'migrating') return after
  const opened = promotion.migration ?? { attemptId: event.data.attemptId, openedAt: event.at }
  return { ...after, migration: { ...opened, decided: undefined } }
}

/** Decisions stay as they were made; those that are bound to the plan before no longer count. */
function renewPlan(promotion: Promotion, event: EventOf<'plan-renewed'>): Promotion {
  const { plan, boundTo, differences, noted, attemptId } = event.data
  const { status } = promotion
  const isLate =
    attemptId === undefined ? !openForPlans.includes(status.state) : status.state !== 'running' || status.attempt.id !== attemptId
  // What a plan says of an attempt that ended otherwise, or of a promotion that did, changes neither.
  if (isLate) return promotion
  const renewed = differences.length > 0 ? { at: event.at, differences, noted } : promotion.renewed
  const gates = withLossesGate(promotion.request.gates, plan)
  const { recovery = promotion.request.recovery } = event.data
  const request = { ...promotion.request, plan, boundTo, gates, ...(recovery === undefined ? {} : { recovery }) }
  const after = { ...promotion, request, renewed }
  if (attemptId === undefined) return after
  const ended = attemptsOf(promotion).map((attempt) => (attempt.id === attemptId ? endForRenewal(attempt, event.at) : attempt))
  return { ...after, earlierAttempts: ended, status: { state: 'pending' } }
}

/** Back to waiting: decisions stay as they are, since nothing that they are bound to has changed. */
function postpone(promotion: Promotion, { data, at }: EventOf<'attempt-postponed'>): Promotion {
  const { status } = promotion
  if (status.state !== 'running' || status.attempt.id !== data.attemptId) return promotion
  const note = `${data.reasons.map(({ message }) => message).join(' ')} Nothing was changed.`
  const ended = attemptsOf(promotion).map((attempt) => (attempt.id === data.attemptId ? endEarly(attempt, at, note) : attempt))
  return { ...promotion, earlierAttempts: ended, status: { state: 'pending' } }
}

function endForRenewal(attempt: Attempt, at: Instant): Attempt {
  return endEarly(attempt, at, 'The target is no longer as it was when this was decided; nothing was changed.')
}

function endEarly(attempt: Attempt, at: Instant, note: string): Attempt {
  const steps = attempt.steps.map(
    (step): StepRecord => (step.finishedAt === undefined ? { ...step, finishedAt: at, outcome: 'done', note } : step),
  )
  return { ...attempt, steps, finishedAt: at }
}

const openForPlans: readonly PromotionState['state'][] = ['pending', 'running']

function decideMigration(promotion: Promotion, decided: NonNullable<Migration['decided']>): Promotion {
  return promotion.migration === undefined ? promotion : { ...promotion, migration: { ...promotion.migration, decided } }
}

/** The end of a promotion is the end of what it was doing: the attempt that withdraws a staged upgrade ends so. */
function endAttempt(promotion: Promotion, at: Instant): Promotion {
  const { status } = promotion
  if (status.state !== 'running') return promotion
  return { ...promotion, status: { ...status, attempt: { ...status.attempt, finishedAt: at } } }
}

/** The attempt that a promotion is in, or ended with. */
export function currentAttempt(promotion: Promotion): Attempt | undefined {
  return 'attempt' in promotion.status ? promotion.status.attempt : undefined
}

/** All attempts in their order. */
export function attemptsOf(promotion: Promotion): readonly Attempt[] {
  const current = currentAttempt(promotion)
  return current === undefined ? promotion.earlierAttempts : [...promotion.earlierAttempts, current]
}

/** An import that a promotion's attempt sent and that went in or may have; newest first. What is certain not to have arrived, or failed, is none. */
export function findImports(promotion: Promotion): readonly ArrivedImport[] {
  return attemptsOf(promotion)
    .flatMap(({ id, jobs, before }) => {
      const { importJobId, importState } = jobs
      if (importJobId === undefined || (importState !== 'sent' && importState !== 'passed')) return []
      return [{ attemptId: id, importJobId, importState, before }]
    })
    .reverse()
}

export interface ArrivedImport {
  readonly attemptId: AttemptId
  readonly importJobId: string
  readonly importState: 'sent' | 'passed'
  readonly before: TargetBefore | undefined
}

type EventOf<T extends PromotionEvent['type']> = Extract<PromotionEvent, { readonly type: T }>
type AttemptEvent = EventOf<
  | 'step-started'
  | 'job-recorded'
  | 'target-observed'
  | 'window-outlasted'
  | 'step-finished'
  | 'migration-opened'
  | 'attempt-succeeded'
  | 'attempt-failed'
  | 'attempt-errored'
  | 'attempt-indeterminate'
>

function startAttempt(promotion: Promotion, event: EventOf<'attempt-started'>): Promotion {
  const { attemptId } = event.data
  if (attemptsOf(promotion).some((attempt) => attempt.id === attemptId)) throw inconsistent(event, `attempt ${attemptId} started before`)
  const attempt: Attempt = {
    id: attemptId,
    startedAt: event.at,
    finishedAt: undefined,
    steps: [],
    jobs: { importJobId: undefined, asyncOperationId: undefined, importState: undefined },
    before: undefined,
  }
  const { leansOn: _before, ...rest } = retireAttempt(promotion)
  const { waivers } = event.data
  return { ...rest, ...(waivers === undefined ? {} : { leansOn: waivers }), status: { state: 'running', attempt } }
}

/** The attempt in `status`, if there is one, joins the earlier ones. */
function retireAttempt(promotion: Promotion): Promotion {
  return { ...promotion, earlierAttempts: attemptsOf(promotion) }
}

/** A late word of an attempt that another has followed is kept with that attempt and no longer moves the promotion. */
function evolveAttempt(promotion: Promotion, event: AttemptEvent): Promotion {
  const { attemptId } = event.data
  const current = currentAttempt(promotion)
  if (current?.id === attemptId) return { ...promotion, status: nextStatus(promotion.status, evolveRecord(current, event), event) }
  if (!promotion.earlierAttempts.some((attempt) => attempt.id === attemptId))
    throw inconsistent(event, `attempt ${attemptId} never started`)
  return {
    ...promotion,
    earlierAttempts: promotion.earlierAttempts.map((attempt) => (attempt.id === attemptId ? evolveRecord(attempt, event) : attempt)),
  }
}

/** Success and failure are the world's own words and stay in an attempt; errored and indeterminate may still be cleared up. */
function nextStatus(status: PromotionState, attempt: Attempt, event: AttemptEvent): PromotionState {
  if (status.state === 'succeeded' || status.state === 'failed') return status
  switch (event.type) {
    case 'attempt-succeeded':
      return { state: 'succeeded', attempt, verification: event.data.verification }
    case 'migration-opened':
      return { state: 'migrating', attempt, since: event.at, reasons: event.data.reasons ?? [] }
    case 'attempt-failed':
      return { state: 'failed', attempt, refusal: event.data.refusal, isResumable: event.data.isResumable ?? false }
    case 'attempt-errored':
      return { state: 'errored', attempt, code: event.data.code, message: event.data.message }
    case 'attempt-indeterminate':
      return { state: 'indeterminate', attempt, message: event.data.message }
    case 'step-started':
    case 'job-recorded':
    case 'target-observed':
    case 'window-outlasted':
    case 'step-finished':
      return { ...status, attempt } as PromotionState // the caller found `attempt` in this very status, so it has one
  }
}

function evolveRecord(attempt: Attempt, event: AttemptEvent): Attempt {
  switch (event.type) {
    case 'step-started':
      return { ...attempt, steps: recordStart(attempt.steps, event) }
    case 'step-finished':
      return { ...attempt, steps: attempt.steps.map((record) => (record.step === event.data.step ? finishStep(record, event) : record)) }
    case 'job-recorded':
      return {
        ...attempt,
        jobs: {
          importJobId: event.data.importJobId ?? attempt.jobs.importJobId,
          asyncOperationId: event.data.asyncOperationId ?? attempt.jobs.asyncOperationId,
          importState: event.data.importState ?? attempt.jobs.importState,
          ...logAfter(attempt, event),
          ...uninstallAfter(attempt, event),
          ...upgradeAfter(attempt, event),
        },
      }
    case 'target-observed':
      return { ...attempt, before: event.data.before }
    case 'window-outlasted':
      return { ...attempt, outlasted: event.data.outlasted }
    case 'migration-opened':
    case 'attempt-succeeded':
    case 'attempt-failed':
    case 'attempt-errored':
    case 'attempt-indeterminate':
      return { ...attempt, finishedAt: event.at }
  }
}

function logAfter({ jobs }: Attempt, { data }: EventOf<'job-recorded'>): { readonly importLog?: Digest } {
  const importLog = data.importLog ?? jobs.importLog
  return importLog === undefined ? {} : { importLog }
}

/** What is learned later adds to what is known; an end that is recorded twice stays as it is. */
function uninstallAfter({ jobs }: Attempt, { data }: EventOf<'job-recorded'>): { readonly uninstall?: UninstallJob } {
  const uninstall = data.uninstall === undefined ? jobs.uninstall : { ...jobs.uninstall, ...data.uninstall }
  return uninstall === undefined ? {} : { uninstall }
}

function upgradeAfter({ jobs }: Attempt, { data }: EventOf<'job-recorded'>): { readonly upgrade?: UpgradeJob } {
  const upgrade = data.upgrade === undefined ? jobs.upgrade : { ...jobs.upgrade, ...data.upgrade }
  return upgrade === undefined ? {} : { upgrade }
}

/** A step that is run again after a crash keeps its first start. */
function recordStart(steps: readonly StepRecord[], event: EventOf<'step-started'>): readonly StepRecord[] {
  if (steps.some((record) => record.step === event.data.step)) return steps
  return [...steps, { step: event.data.step, startedAt: event.at, finishedAt: undefined, outcome: undefined, note: undefined }]
}

function finishStep(record: StepRecord, event: EventOf<'step-finished'>): StepRecord {
  return { ...record, finishedAt: event.at, outcome: event.data.outcome, note: event.data.note }
}

function inconsistent(event: PromotionEvent, why: string): DroverError {
  return new DroverError('ledger.inconsistent', `Entry ${event.sequence} (${event.type}) of ${event.stream} cannot follow: ${why}.`, {
    hint: 'Verify the ledger with `drover ledger verify`; do not continue on this promotion.',
  })
}
