import type { AttemptId, Instant, PersonId, Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, personName } from '#domain/people'
import { gateName } from '#domain/pipeline'
import type { Plan, PlannedComponent, StepKind } from '#domain/plan'
import { diffPlans } from '#domain/plan'
import { mayAct, title, whoMayAct } from './acting.ts'
import { evaluateGates, isReadyToStart } from './evaluate-gates.ts'
import { attemptsOf, currentAttempt } from './evolve-promotion.ts'
import type { Standing } from './judge-standing.ts'
import type { Migration, NewPromotionEvent, Promotion } from './promotion.ts'

/**
 * The steps that an attempt takes of those that were planned. A staged upgrade is one plan in two attempts: the first ends when the holding
 * solution stands; after the data was moved, the next one looks again, and applies it or withdraws it as was decided.
 */
export function stepsOfAttempt(planned: readonly StepKind[], migration: Migration | undefined): readonly StepKind[] {
  if (!planned.includes('apply-upgrade')) return planned
  const staged = planned.indexOf('import') + 1
  if (migration === undefined) return planned.slice(0, staged)
  if (migration.decided?.deed === 'withdraw') return ['withdraw-upgrade']
  // What was taken before the staging may be days old when the data goes.
  const point: readonly StepKind[] = planned.includes('restore-point') ? ['restore-point'] : []
  return ['observe', ...point, ...planned.slice(staged)]
}

/** Whether an upgrade of this promotion stands in the target, staged and neither applied nor withdrawn for certain. */
export function hasStagedUpgrade(promotion: Promotion): boolean {
  const { state } = promotion.status
  if (promotion.migration === undefined || state === 'succeeded' || state === 'withdrawn' || state === 'rejected') return false
  return !attemptsOf(promotion).some(({ jobs }) => jobs.upgrade?.state === 'passed')
}

/**
 * The plan that was approved with the losses as they are counted now: while data is moved they shrink, or grow. Nothing else of the plan is
 * taken over, since the target now shows what staging did to it. What is not counted anew stays as it was.
 */
export function recountLosses(approved: Plan, again: Plan): { readonly plan: Plan; readonly noted: readonly Reason[] } {
  const content = approved.content.map((component) => {
    const losses = findDestroyed(again, component)?.losses
    return losses === undefined ? component : { ...component, losses }
  })
  const plan = { ...approved, content }
  return { plan, noted: diffPlans(approved, plan).noted }
}

function findDestroyed({ content }: Plan, { kind, key }: PlannedComponent): PlannedComponent | undefined {
  return content.find((other) => other.effect === 'destroy' && other.kind === kind && other.key === key)
}

export interface FinishMigrationCommand {
  readonly attemptId: AttemptId
  readonly actor: PersonId
  readonly comment: string
  readonly now: Instant
  readonly standing: Standing
  /** Owner of the solution, by the configuration in force. */
  readonly solutionOwner: PersonId | undefined
}

/**
 * The word of whoever answers for the solution or the data that the data is moved: the upgrade is applied, and what it removes goes. The
 * gates are judged once more, at this time: it is now that the data goes, and an acknowledgement that has run out says nothing of it.
 */
export function decideFinishMigration(promotion: Promotion, command: FinishMigrationCommand): Result<readonly NewPromotionEvent[]> {
  const { actor, attemptId } = command
  const comment = command.comment.trim()
  return (
    refuseState(promotion, 'finish') ??
    refuseFinisher(promotion, command) ??
    (comment === '' ? commentNeeded() : undefined) ??
    refuseGates(promotion, command) ??
    accept([
      { type: 'migration-finished', data: { by: actor, comment }, key: `migration-finished/${attemptId}` },
      { type: 'attempt-started', data: { attemptId }, key: `attempt/${attemptId}` },
    ])
  )
}

export interface WithdrawMigrationCommand {
  readonly attemptId: AttemptId
  readonly actor: PersonId
  readonly people: readonly Person[]
  /** Data that was entered into what only the staged version has, or may have been. */
  readonly goes: readonly Reason[]
  readonly dataOwners: readonly PersonId[]
}

/**
 * Taking a promotion back whose upgrade is staged: the holding solution is deleted first, and the solution stays as it was. People may have
 * moved data into what only the staged version has: that goes, and a data owner has to answer for it.
 */
export function decideMigrationWithdrawal(promotion: Promotion, command: WithdrawMigrationCommand): Result<readonly NewPromotionEvent[]> {
  const { actor, attemptId, people, goes, dataOwners } = command
  const refused = refuseState(promotion, 'withdraw')
  if (refused !== undefined) return refused
  if (goes.length > 0 && !dataOwners.includes(actor)) {
    return refuse(
      'upgrade.destroys-data',
      `Withdrawing ${title(promotion)} deletes its staged upgrade, and what was entered into its new tables and columns; nothing was changed.`,
      `Ask ${dataOwners.map((id) => personName(people, id)).join(' or ') || 'for a data owner to be named in drover.yaml'}: withdrawing it is up to those who own the data there.`,
      goes,
    )
  }
  if (goes.length === 0 && !mayAct(promotion, actor, people)) {
    return refuse(
      'promotion.may-not-act',
      `${personName(people, actor)} may not withdraw ${title(promotion)}.`,
      whoMayAct(promotion, people),
    )
  }
  return accept([
    { type: 'migration-withdrawn', data: { by: actor }, key: `migration-withdrawn/${attemptId}` },
    { type: 'attempt-started', data: { attemptId }, key: `attempt/${attemptId}` },
  ])
}

type Refused = ReturnType<typeof refuse>

/** While data is moved, and after an attempt to apply or withdraw that is known not to have done it. */
function refuseState(promotion: Promotion, verb: 'finish' | 'withdraw'): Refused | undefined {
  const { state } = promotion.status
  const subject = verb === 'finish' ? `the migration of ${title(promotion)}` : title(promotion)
  if (state === 'running') {
    const hint = 'Wait for the end of its attempt.'
    return refuse('promotion.already-running', `${title(promotion)} is being carried out; ${subject} cannot be ${past(verb)} now.`, hint)
  }
  if (!hasStagedUpgrade(promotion)) {
    return refuse(
      'migration.not-open',
      `${title(promotion)} is ${state} and has no staged upgrade; there is no migration to ${verb}.`,
      'Look at the promotion for how it stands.',
    )
  }
  if (state === 'indeterminate' || isUnclear(promotion)) {
    return refuse(
      'promotion.indeterminate',
      `Nobody can tell yet what became of the staged upgrade of ${title(promotion)}; ${subject} cannot be ${past(verb)}.`,
      'Look at the target, then resume the promotion: it looks first and starts nothing twice.',
    )
  }
  return undefined
}

function past(verb: 'finish' | 'withdraw'): string {
  return verb === 'finish' ? 'finished' : 'withdrawn'
}

/** An attempt that broke after it may have sent the start. */
function isUnclear(promotion: Promotion): boolean {
  return promotion.status.state === 'errored' && currentAttempt(promotion)?.jobs.upgrade?.state === 'sent'
}

function refuseFinisher(promotion: Promotion, { actor, standing, solutionOwner }: FinishMigrationCommand): Refused | undefined {
  const { people, losses } = standing
  const may = [...new Set([...(solutionOwner === undefined ? [] : [solutionOwner]), ...losses.owners])].filter(
    (id) => findPerson(people, id) !== undefined,
  )
  if (may.includes(actor)) return undefined
  return refuse(
    'migration.may-not-finish',
    `${personName(people, actor)} neither owns ${promotion.request.solution} nor the data of ${promotion.request.environmentId}, and may not say that the data is moved.`,
    may.length === 0
      ? 'Name an owner of the solution, or data owners of the environment, in drover.yaml.'
      : `Ask ${may.map((id) => personName(people, id)).join(' or ')}.`,
  )
}

function commentNeeded(): Refused {
  return refuse(
    'promotion.reason-needed',
    'A migration is finished only with a comment.',
    'Say what became of the data, for example where it is now and how you checked that.',
  )
}

function refuseGates(promotion: Promotion, { now, standing }: FinishMigrationCommand): Refused | undefined {
  const gates = evaluateGates({ ...promotion, status: { state: 'pending' } }, now, standing)
  if (isReadyToStart(gates)) return undefined
  const shut = gates.filter((gate) => gate.state !== 'open')
  return refuse(
    'promotion.gates-not-open',
    `The staged upgrade of ${title(promotion)} cannot be applied: ${shut.map((gate) => `${gateName(gate.kind)} is ${gate.state}`).join(', ')}.`,
    'Have the named gates opened again, or withdraw the promotion: that deletes the staged upgrade and leaves the solution as it was.',
    shut.flatMap((gate) => gate.reasons),
  )
}
