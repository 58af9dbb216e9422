import type { UpgradeDeed } from '#domain/environment'
import { holdingName } from '#domain/environment'
import type { Refusal, Version } from '#domain/kernel'
import { DroverError, errorMessage, refuse } from '#domain/kernel'
import type { UpgradeJob } from '#domain/promotion'
import type { DurableContext, OpenEnvironment, SeenUpgrade } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { followOperation } from '../follow-operation.ts'
import type { SeenWork } from '../start-once.ts'
import { startOnce } from '../start-once.ts'

/** A staged upgrade, and what is done with it. */
export interface UpgradeWork {
  readonly solution: string
  /** Version that waits. */
  readonly version: Version
  readonly deed: UpgradeDeed
}

/** What the work needs, of an attempt or of work on its own. */
export interface UpgradeRun {
  readonly deps: Pick<WorkerDependencies, 'clock' | 'pause'>
  readonly ctx: DurableContext
  readonly pace: Pace
  readonly environment: { readonly name: string }
  readonly target: Pick<OpenEnvironment, 'findUpgrade' | 'startUpgradeApplication' | 'startUpgradeWithdrawal' | 'fetchOperation'>
  checkLease(): Promise<void>
  /** Appends what is known of the start under a key of its own; tells whether it was new. */
  record(key: string, job: UpgradeJob): Promise<boolean>
}

export type UpgradeEnd =
  | { readonly end: 'done'; readonly note: string }
  | { readonly end: 'failed'; readonly refusal: Refusal }
  | { readonly end: 'indeterminate'; readonly message: string }

/**
 * Applies or withdraws a staged upgrade, once. The environment takes no id of ours for this work, so a start that got no answer is looked
 * for by what it leads to: the holding solution is gone, or an operation of our own identity is there that was not there before.
 */
export async function workUpgrade(run: UpgradeRun, work: UpgradeWork): Promise<UpgradeEnd> {
  const before = await run.ctx.step<Before>(`look-before-${work.deed}`, () => lookBefore(run, work))
  if (before.seen === 'no') return { end: 'failed', refusal: before.refusal }
  if (before.seen === 'finished') return finish(run, work, null)
  const started =
    before.seen === 'operation'
      ? { outcome: 'started' as const, asyncOperationId: before.asyncOperationId }
      : await start(run, work, before.known)
  if (started.outcome === 'unclear') return { end: 'indeterminate', message: started.message }
  return follow(run, work, started.asyncOperationId)
}

type Before =
  | { readonly seen: 'waits'; readonly known: readonly string[] }
  | { readonly seen: 'operation'; readonly asyncOperationId: string }
  | { readonly seen: 'finished' }
  | { readonly seen: 'no'; readonly refusal: Refusal }

/** Work that an earlier attempt, or nobody any more, waits for is followed; under the fence of the environment it can only be ours. */
async function lookBefore(run: UpgradeRun, work: UpgradeWork): Promise<Before> {
  const seen = await run.target.findUpgrade(work.solution, work.deed)
  if (seen.holding === undefined) return isDone(seen, work) ? { seen: 'finished' } : { seen: 'no', refusal: notThere(run, work, seen) }
  if (seen.holding !== work.version) return { seen: 'no', refusal: notThere(run, work, seen) }
  const atWork = seen.operations.find((operation) => !operation.isFinished)
  if (atWork !== undefined) return { seen: 'operation', asyncOperationId: atWork.asyncOperationId }
  return { seen: 'waits', known: seen.operations.map(({ asyncOperationId }) => asyncOperationId) }
}

/** Applied: the solution has the version that waited. Withdrawn: nothing waits, and it has not. */
function isDone({ base, holding }: SeenUpgrade, { deed, version }: UpgradeWork): boolean {
  return holding === undefined && (base === version) === (deed === 'apply')
}

function start(run: UpgradeRun, work: UpgradeWork, known: readonly string[]) {
  const { solution, deed } = work
  return startOnce(run, {
    label: `start-${deed}`,
    mark: (attempt) => run.record(`${deed}-sent-${attempt}`, { deed, state: 'sent' }),
    send: () => (deed === 'apply' ? run.target.startUpgradeApplication(solution) : run.target.startUpgradeWithdrawal(solution)),
    ask: () => askUntilSettled(run, work, known),
    recordNotArrived: async (attempt) => void (await run.record(`${deed}-not-arrived-${attempt}`, { deed, state: 'not-arrived' })),
    unclear: (why) => unclear(run, work, why),
    neverArrived: (tries) => neverArrived(run, work, tries),
    turnedAwayTooLong: (seconds, message) => turnedAwayTooLong(run, work, `for ${seconds} s; nothing was started. It says: ${message}`),
  })
}

/** "Absent" is an answer only after the settle window; an environment that gives none says nothing. To be called inside a step. */
async function askUntilSettled(run: UpgradeRun, work: UpgradeWork, known: readonly string[]): Promise<SeenWork> {
  const settledAt = nowMs(run) + run.pace.settleMs
  for (;;) {
    const asked = await ask(run, work, known)
    if (asked.seen === 'operation' || asked.seen === 'finished' || nowMs(run) >= settledAt) return asked
    await run.deps.pause(run.pace.pollMs)
  }
}

async function ask(run: UpgradeRun, work: UpgradeWork, known: readonly string[]): Promise<SeenWork> {
  try {
    const seen = await run.target.findUpgrade(work.solution, work.deed)
    const fresh = seen.operations.find(({ asyncOperationId }) => !known.includes(asyncOperationId))
    if (fresh !== undefined) return { seen: 'operation', asyncOperationId: fresh.asyncOperationId }
    if (isDone(seen, work)) return { seen: 'finished' }
    return seen.holding === undefined ? { seen: 'no-answer', why: 'what it shows fits no end of it' } : { seen: 'absent' }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
}

async function follow(run: UpgradeRun, work: UpgradeWork, asyncOperationId: string | null): Promise<UpgradeEnd> {
  if (asyncOperationId === null) return finish(run, work, null)
  const { deed } = work
  await run.ctx.step(`record-${deed}-operation`, () =>
    run.record(`${deed}-operation-${asyncOperationId}`, { deed, state: 'sent', asyncOperationId }),
  )
  const end = await followOperation(run, { label: deed, asyncOperationId, environment: run.target, mustNotLose: true })
  if (end.state !== 'failed') return finish(run, work, asyncOperationId)
  // The last word is what stands: an operation that calls itself failed after the deed has not failed.
  return run.ctx.step<UpgradeEnd>(`record-${deed}-failure`, async () => {
    if (isDone(await run.target.findUpgrade(work.solution, deed), work)) return done(run, work, asyncOperationId)
    await run.record(`${deed}-ended-${asyncOperationId}`, { deed, state: 'failed', asyncOperationId })
    return { end: 'failed', refusal: refused(run, work, `${end.code === undefined ? '' : `${end.code}: `}${end.message}`) }
  })
}

/** Believes what stands, looked at until the settle window has passed. */
async function finish(run: UpgradeRun, work: UpgradeWork, asyncOperationId: string | null): Promise<UpgradeEnd> {
  return run.ctx.step<UpgradeEnd>(`read-${work.deed}-result`, async () => {
    const settledAt = nowMs(run) + run.pace.settleMs
    for (;;) {
      const seen = await look(run, work)
      if (typeof seen !== 'string' && isDone(seen, work)) return done(run, work, asyncOperationId)
      if (nowMs(run) >= settledAt) {
        const why = typeof seen === 'string' ? seen : 'its operation has ended, and what it shows is not what that leads to'
        return { end: 'indeterminate', message: unclear(run, work, why) }
      }
      await run.deps.pause(run.pace.pollMs)
    }
  })
}

async function look(run: UpgradeRun, { solution, deed }: UpgradeWork): Promise<SeenUpgrade | string> {
  try {
    return await run.target.findUpgrade(solution, deed)
  } catch (error) {
    return errorMessage(error)
  }
}

async function done(run: UpgradeRun, { solution, version, deed }: UpgradeWork, asyncOperationId: string | null): Promise<UpgradeEnd> {
  const operation = asyncOperationId === null ? {} : { asyncOperationId }
  await run.record(`${deed}-ended-${asyncOperationId ?? 'seen'}`, { deed, state: 'passed', ...operation })
  const note =
    deed === 'apply'
      ? `The upgrade of ${solution} to ${version} is applied: what it no longer has is deleted.`
      : `The staged upgrade of ${solution} to ${version} is deleted; ${solution} is as it was.`
  return { end: 'done', note }
}

function nowMs(run: UpgradeRun): number {
  return Date.parse(run.deps.clock.now())
}

function words({ solution, version, deed }: UpgradeWork): string {
  return `${deed === 'apply' ? 'applying' : 'withdrawing'} the staged upgrade of ${solution} to ${version}`
}

function unclear(run: UpgradeRun, work: UpgradeWork, why: string): string {
  return `What became of ${words(work)} in ${run.environment.name} cannot be told: ${why}. It is not sent again.`
}

function notThere(run: UpgradeRun, work: UpgradeWork, { base, holding }: SeenUpgrade): Refusal {
  const shown = [
    { subject: work.solution, message: base === undefined ? 'It is not installed.' : `Version ${base} is installed.` },
    { subject: holdingName(work.solution), message: holding === undefined ? 'It is not there.' : `Version ${holding} waits.` },
  ]
  return refuse(
    'upgrade.not-there',
    `${run.environment.name} does not hold the staged upgrade of ${work.solution} to ${work.version}; nothing was changed.`,
    'Somebody applied, deleted or replaced it in the environment: look at its solution history, then request the promotion again.',
    shown,
  ).refusal
}

function refused(run: UpgradeRun, work: UpgradeWork, message: string): Refusal {
  return refuse(
    'upgrade.refused',
    `${run.environment.name} refused ${words(work)}; the platform leaves base and staged upgrade side by side. It says: ${message}`,
    'Remove what still needs what would be deleted, then try again; or withdraw the staged upgrade.',
    [],
  ).refusal
}

function neverArrived(run: UpgradeRun, work: UpgradeWork, tries: number): DroverError {
  return new DroverError(
    'upgrade.unreachable',
    `${run.environment.name} did not take ${words(work)} in ${tries} tries; nothing was started.`,
    { hint: 'Check that the environment is up, then try again.', isRetryable: true },
  )
}

function turnedAwayTooLong(run: UpgradeRun, work: UpgradeWork, how: string): DroverError {
  return new DroverError('upgrade.turned-away', `${run.environment.name} turned ${words(work)} away ${how}`, {
    hint: 'Wait until what it names has ended, then try again.',
    isRetryable: true,
  })
}
