import type { EnvironmentRecord, StageHold } from '#domain/drift'
import type { Environment } from '#domain/environment'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { findPerson, hasRole, peopleIn, personName } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { StepKind } from '#domain/plan'
import type { ChangePolicy } from '#domain/policy'
import { attemptsOf } from './evolve-promotion.ts'
import type { Attempt, GateStatus, NewPromotionEvent, Promotion, PromotionIntent, PromotionRequest } from './promotion.ts'

/** The holds of a place on one solution that nobody has ended, newest first. */
export function activeHolds(record: Pick<EnvironmentRecord, 'holds'> | undefined, solution: string): readonly StageHold[] {
  return (record?.holds ?? []).filter((hold) => hold.resumed === undefined && isSame(hold.solution, solution))
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

interface Asking extends Pick<PromotionRequest, 'promotionId' | 'solution' | 'environmentId'> {
  readonly intent?: PromotionIntent | undefined
}

/** While a place is held nothing goes in but a recovery, and the very promotion that went wrong, once somebody has it tried again. */
export function refuseHeld(asking: Asking, holds: readonly StageHold[]): ReturnType<typeof refuse> | undefined {
  const { promotionId, solution, environmentId, intent } = asking
  const others = intent?.kind === 'recovery' ? [] : holds.filter((hold) => hold.promotionId !== promotionId)
  const [first] = others
  if (first === undefined) return undefined
  return refuse(
    'stage.held',
    `${environmentId} is held for ${solution} since ${first.since}, because of promotion ${first.promotionId}; nothing but a recovery goes in.`,
    `Look at it with \`drover promotion show ${first.promotionId}\`; go back with \`drover rollback ${environmentId} ${solution}\`, or when all is well give it free with \`drover env resume ${environmentId} ${solution} --reason "…"\`.`,
    others.map((hold) => ({ subject: `promotion ${hold.promotionId}`, message: `Held since ${hold.since}: ${hold.reason}` })),
  )
}

/** The same as a condition of a promotion that waits: it starts when somebody gives the place free. */
export function evaluateHold({ request }: Pick<Promotion, 'request'>, holds: readonly StageHold[]): GateStatus[] {
  const refused = refuseHeld(request, holds)
  if (refused === undefined) return []
  const { message, hint, reasons } = refused.refusal
  return [{ kind: 'in-force', state: 'pending', reasons: [{ subject: 'stage.held', message: `${message} ${hint}` }, ...reasons] }]
}

/**
 * Why a pet is held after this end of an attempt: something of it is in, or may be, and did not end well. Undefined: nothing of it is there, it
 * went well, or the place is cattle.
 */
export function findHoldReason(
  promotion: Promotion,
  ended: NewPromotionEvent,
  { careClass }: Pick<Environment, 'careClass'>,
): string | undefined {
  if (careClass !== 'pet' || !mayHaveChanged(promotion)) return undefined
  switch (ended.type) {
    case 'attempt-failed':
      return `It failed after it had changed the environment: ${ended.data.refusal.message}`
    case 'attempt-errored':
      return `It broke after it had begun to change the environment: ${ended.data.message}`
    case 'attempt-indeterminate':
      return `Nobody can tell how it ended: ${ended.data.message}`
    default:
      return undefined
  }
}

/** Whether something of a promotion is in the target, or may be. What the platform rolled back is not. */
export function mayHaveChanged(promotion: Promotion): boolean {
  return attemptsOf(promotion).some(mayHaveChangedBy)
}

/** The same of one attempt. */
export function mayHaveChangedBy({ jobs, steps }: Attempt): boolean {
  const { importJobId, importState } = jobs
  return (
    (importJobId !== undefined && (importState === 'sent' || importState === 'passed')) ||
    importState === 'in-part' ||
    [jobs.upgrade, jobs.uninstall].some((job) => job?.state === 'sent' || job?.state === 'passed') ||
    steps.some(({ step }) => changesByItself.includes(step))
  )
}

/** Steps that change the target without a job of which the ledger knows how it ended. */
const changesByItself: readonly StepKind[] = ['publish', 'remove', 'load-data', 'grant-access', 'activate-flows']

/** Steps that change the target: before the first of them it is as it was. */
export const changingSteps: readonly StepKind[] = ['import', 'apply-upgrade', 'withdraw-upgrade', 'uninstall', ...changesByItself]

/** Why a promotion that went well ends the hold that it caused: what the person said who had it tried again. */
export function findHoldEnd({ request }: Pick<Promotion, 'request'>, holds: readonly StageHold[]): StageHold | undefined {
  return holds.find((hold) => hold.promotionId === request.promotionId)
}

export interface ResumeStageCommand {
  readonly environment: Environment
  readonly solution: string
  readonly reason: string
  readonly actor: PersonId
  readonly configuration: Configuration
  readonly policy: ChangePolicy
  readonly holds: readonly StageHold[]
}

/** A person's word, with its reason, that a place takes promotions of a solution again; gives the reason as it is recorded. */
export function decideStageResume(command: ResumeStageCommand): Result<string> {
  const { environment, solution, configuration, actor, holds } = command
  const { people } = configuration
  const reason = command.reason.trim()
  if (holds.length === 0) {
    return refuse(
      'stage.not-held',
      `${environment.name} is not held for ${solution}; there is nothing to resume.`,
      `List what is held with \`drover env list\`.`,
    )
  }
  const may = listResumers(command)
  if (!may.includes(actor)) {
    return refuse(
      'stage.may-not-resume',
      `${personName(people, actor)} may not give ${environment.name} free for ${solution}.`,
      `Ask ${may.map((id) => personName(people, id)).join(' or ') || 'for an owner to be named in drover.yaml'}.`,
      [
        {
          subject: environment.name,
          message: `It takes its owner, the owner of ${solution}, or a role: ${command.policy.mayResumeStage.value.join(', ')}.`,
        },
      ],
    )
  }
  if (reason === '') {
    return refuse(
      'stage.reason-needed',
      'A held stage is given free only with a reason.',
      'Say what was found and what it is given free for, for example "rows checked, 1.8.1 may go in".',
    )
  }
  return accept(reason)
}

function listResumers({ environment, solution, configuration, policy }: ResumeStageCommand): readonly PersonId[] {
  const { solutions } = configuration
  const pipeline = solutions.find(({ uniqueName }) => isSame(uniqueName, solution))?.pipeline
  const people = peopleIn(configuration, { environment: environment.id, solution, pipeline })
  const owner = solutions.find(({ uniqueName }) => isSame(uniqueName, solution))?.owner
  const roles = policy.mayResumeStage.value
  const byRole = roles.filter((role) => role !== 'environment-owner' && role !== 'solution-owner')
  return [
    ...new Set([
      ...(roles.includes('environment-owner') ? [environment.owner] : []),
      ...(roles.includes('solution-owner') && owner !== undefined ? [owner] : []),
      ...people.filter(({ id }) => byRole.some((role) => hasRole(people, id, role))).map(({ id }) => id),
    ]),
  ].filter((id) => findPerson(people, id) !== undefined)
}
