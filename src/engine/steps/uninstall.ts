import { isSameBinding } from '#domain/approval'
import type { Refusal } from '#domain/kernel'
import { DroverError, errorMessage, refuse } from '#domain/kernel'
import type { UninstallJob } from '#domain/promotion'
import { attemptsOf } from '#domain/promotion'
import { judgeGraveDeed } from '../care/grave-deed.ts'
import { followOperation } from '../follow-operation.ts'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'
import { loadPromotionStream, recordFact } from '../promotion/stream.ts'
import type { SeenWork } from '../start-once.ts'
import { startOnce } from '../start-once.ts'
import { nowMs } from './ask-for-import.ts'

type Before =
  | { readonly seen: 'gone' }
  | { readonly seen: 'operation'; readonly asyncOperationId: string }
  | { readonly seen: 'there'; readonly known: readonly string[] }
  | { readonly seen: 'no'; readonly refusal: Refusal }

/**
 * Uninstalls a solution, as the recovery of its first release, once. The environment takes no id of ours for this work, so a start that got no
 * answer is looked for by what it leads to: the solution is gone, or an operation of our own identity is there that was not there before.
 */
export async function uninstall(run: AttemptRun): Promise<StepEnd> {
  const before = await run.ctx.step<Before>('look-before-uninstall', () => lookBefore(run))
  if (before.seen === 'no') return { end: 'failed', refusal: before.refusal }
  if (before.seen === 'gone') return finish(run)
  if (before.seen === 'operation') return follow(run, before.asyncOperationId)
  const started = await startOnce(run, {
    label: 'start-uninstall',
    mark: (attempt) => record(run, `uninstall-sent-${attempt}`, { state: 'sent' }),
    send: () => run.target.startUninstallation(run.request.solution),
    ask: () => askUntilSettled(run, before.known),
    recordNotArrived: async (attempt) => void (await record(run, `uninstall-not-arrived-${attempt}`, { state: 'not-arrived' })),
    unclear: (why) => unclear(run, why),
    neverArrived: (tries) =>
      new DroverError(
        'uninstall.unreachable',
        `${run.environment.name} did not take the uninstallation of ${run.request.solution} in ${tries} tries; nothing was started.`,
        {
          hint: 'Check that the environment is up, then resume the promotion.',
          isRetryable: true,
        },
      ),
    turnedAwayTooLong: (seconds, message) =>
      new DroverError(
        'uninstall.turned-away',
        `${run.environment.name} turned the uninstallation of ${run.request.solution} away for ${seconds} s; nothing was started. It says: ${message}`,
        {
          hint: 'Wait until what it names has ended, then resume the promotion.',
          isRetryable: true,
        },
      ),
  })
  if (started.outcome === 'unclear') return { end: 'indeterminate', message: started.message }
  return started.asyncOperationId === null ? finish(run) : follow(run, started.asyncOperationId)
}

/** Under the fence of the environment, work that is there can only be ours. What is not what was released is not taken away. */
async function lookBefore(run: AttemptRun): Promise<Before> {
  const { solution, version } = run.request
  const seen = await run.target.findUpgrade(solution, 'withdraw')
  if (seen.base === undefined) return { seen: 'gone' }
  const atWork = seen.operations.find(({ isFinished }) => !isFinished)
  if (atWork !== undefined && (await hasSent(run))) return { seen: 'operation', asyncOperationId: atWork.asyncOperationId }
  if (seen.base !== version) {
    const message = `${run.environment.name} has ${solution} ${seen.base}, not ${version}; nothing was changed.`
    return { seen: 'no', refusal: refuse('recovery.not-what-was-released', message, 'Find out who changed it, then ask again.').refusal }
  }
  const allowed = await judge(run)
  return allowed === undefined
    ? { seen: 'there', known: seen.operations.map(({ asyncOperationId }) => asyncOperationId) }
    : { seen: 'no', refusal: allowed }
}

/** A grave deed asks for those who asked for it and approved it as it stands, for the name as it was typed, and for a fresh restore point. */
async function judge(run: AttemptRun): Promise<Refusal | undefined> {
  const { promotion } = await load(run)
  const { intent, requestedBy, boundTo } = promotion.request
  const approvers = promotion.decisions
    .filter((decision) => decision.verdict === 'approve' && isSameBinding(decision.boundTo, boundTo))
    .map(({ by }) => by)
  const judged = await judgeGraveDeed(run.deps, {
    environment: run.environment,
    configuration: run.configuration,
    deed: 'uninstall',
    by: [requestedBy, ...approvers],
    typedName: intent?.kind === 'recovery' ? (intent.typedName ?? '') : '',
  })
  return judged.ok ? undefined : judged.refusal
}

async function hasSent(run: AttemptRun): Promise<boolean> {
  return attemptsOf((await load(run)).promotion).some(({ jobs }) => jobs.uninstall?.state === 'sent')
}

/** "Absent" is an answer only after the settle window. To be called inside a step. */
async function askUntilSettled(run: AttemptRun, known: readonly string[]): Promise<SeenWork> {
  const settledAt = nowMs(run) + run.pace.settleMs
  for (;;) {
    const asked = await ask(run, known)
    if (asked.seen === 'operation' || asked.seen === 'finished' || nowMs(run) >= settledAt) return asked
    await run.deps.pause(run.pace.pollMs)
  }
}

async function ask(run: AttemptRun, known: readonly string[]): Promise<SeenWork> {
  try {
    const seen = await run.target.findUpgrade(run.request.solution, 'withdraw')
    const fresh = seen.operations.find(({ asyncOperationId }) => !known.includes(asyncOperationId))
    if (fresh !== undefined) return { seen: 'operation', asyncOperationId: fresh.asyncOperationId }
    return seen.base === undefined ? { seen: 'finished' } : { seen: 'absent' }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
}

async function follow(run: AttemptRun, asyncOperationId: string): Promise<StepEnd> {
  await run.ctx.step('record-uninstall-operation', () =>
    record(run, `uninstall-operation-${asyncOperationId}`, { state: 'sent', asyncOperationId }),
  )
  const end = await followOperation(run, { label: 'uninstall', asyncOperationId, environment: run.target, mustNotLose: true })
  if (end.state !== 'failed') return finish(run)
  return run.ctx.step<StepEnd>('record-uninstall-failure', async () => {
    // The last word is what stands: an operation that calls itself failed after the deed has not failed.
    if ((await run.target.findUpgrade(run.request.solution, 'withdraw')).base === undefined) return done(run)
    await record(run, 'uninstall-failed', { state: 'failed', asyncOperationId })
    const said = `${end.code === undefined ? '' : `${end.code}: `}${end.message}`
    const message = `${run.environment.name} refused to uninstall ${run.request.solution}; nothing went. It says: ${said}`
    return {
      end: 'failed',
      refusal: refuse('uninstall.refused', message, 'Remove what still needs it there, then ask again; or roll forward.').refusal,
    }
  })
}

/** Believes what stands, looked at until the settle window has passed. */
async function finish(run: AttemptRun): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('read-uninstall-result', async () => {
    const asked = await askGone(run)
    return asked === true ? done(run) : { end: 'indeterminate', message: unclear(run, asked) }
  })
}

/** True once the solution is gone; else why that cannot be told. */
export async function askGone(run: AttemptRun): Promise<true | string> {
  const settledAt = nowMs(run) + run.pace.settleMs
  for (;;) {
    const why = await lookGone(run)
    if (why === undefined) return true
    if (nowMs(run) >= settledAt) return why
    await run.deps.pause(run.pace.pollMs)
  }
}

async function lookGone(run: AttemptRun): Promise<string | undefined> {
  try {
    const { base } = await run.target.findUpgrade(run.request.solution, 'withdraw')
    return base === undefined ? undefined : `${run.request.solution} ${base} is still there`
  } catch (error) {
    return errorMessage(error)
  }
}

async function done(run: AttemptRun): Promise<StepEnd> {
  await record(run, 'uninstall-passed', { state: 'passed' })
  return { end: 'done', note: `${run.request.solution} ${run.request.version} is uninstalled, with what no other solution holds.` }
}

async function record(run: AttemptRun, key: string, uninstall: UninstallJob): Promise<boolean> {
  return recordFact(run.deps.ledger, run.promotionId, {
    type: 'job-recorded',
    data: { attemptId: run.attemptId, uninstall },
    key: `${run.attemptId}:${key}`,
  })
}

async function load(run: AttemptRun) {
  const stream = await loadPromotionStream(run.deps.ledger, run.promotionId)
  if (stream === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${run.promotionId}.`)
  return stream
}

function unclear(run: AttemptRun, why: string): string {
  return `What became of uninstalling ${run.request.solution} from ${run.environment.name} cannot be told: ${why}. It is not sent again.`
}
