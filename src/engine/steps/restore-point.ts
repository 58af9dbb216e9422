import type { RestorePoint } from '#domain/environment'
import { describeRestorePoint, labelRestorePoint } from '#domain/environment'
import { DroverError, errorMessage, refuse } from '#domain/kernel'
import type { TierPolicy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import { locateEnvironment } from '../care/locate-environment.ts'
import { recordRestorePoint } from '../care/record-restore-point.ts'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'

/** What one try came to; JSON, since it is recorded. */
type Tried =
  | { readonly state: 'taken'; readonly point: RestorePoint }
  /** Turned away for now, or nobody can tell: looked for again before it is asked for again. */
  | { readonly state: 'later'; readonly why: string }
  | { readonly state: 'refused'; readonly why: string }

/**
 * Has the platform take a restore point of a pet, and records it, before anything in it is changed. It is found again by its label, which
 * names the attempt: killed anywhere, one is taken. How a tier takes it that there is none is its policy's say.
 */
export async function restorePoint(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  if (facts.earlierImport !== null && run.migration === undefined) {
    return { end: 'done', note: 'None is taken now: an earlier attempt has begun to change what is there.' }
  }
  const demand = applyOverride(run.deps.policy, run.configuration.policy).tiers[run.request.tier].restorePoint
  const patienceMs = demand.value === 'required' ? run.pace.turnedAwayMs : run.pace.startAttempts * run.pace.retryMs
  const until = Date.parse(await run.ctx.now()) + patienceMs
  for (let attempt = 1; ; attempt++) {
    const tried = await run.ctx.step<Tried>(`restore-point-${attempt}`, () => tryOnce(run))
    if (tried.state === 'taken') return { end: 'done', note: describeRestorePoint(tried.point) }
    const isOver = tried.state === 'refused' || Date.parse(await run.ctx.now()) >= until
    if (isOver) return withoutOne(run, demand, tried)
    await run.ctx.sleep(run.pace.retryMs)
  }
}

async function tryOnce(run: AttemptRun): Promise<Tried> {
  const { deps, environment, request, attemptId, promotionId } = run
  const { solution, version } = request
  const label = labelRestorePoint({ attemptId, solution, version })
  try {
    const { administration, administered } = await locateEnvironment(deps, environment)
    const there = (await administration.listRestorePoints(administered.platformId)).find((point) => point.label === label)
    if (there === undefined) await run.checkLease()
    const point = there ?? (await administration.takeRestorePoint(administered.platformId, label))
    const restorePoint = { ...point, why: `before ${solution} ${version}` }
    await recordRestorePoint(deps, { environment, restorePoint, actor: 'drover', promotionId })
    return { state: 'taken', point: restorePoint }
  } catch (error) {
    if (!(error instanceof DroverError) || !isOfAdministration(error)) throw error
    return { state: error.isRetryable || error.code === 'dataverse.ambiguous' ? 'later' : 'refused', why: errorMessage(error) }
  }
}

/** The ledger's own trouble, or a lost lease, says nothing about restore points. */
function isOfAdministration({ code }: DroverError): boolean {
  return code.startsWith('administration.') || code.startsWith('dataverse.')
}

function withoutOne(run: AttemptRun, demand: TierPolicy['restorePoint'], tried: Exclude<Tried, { readonly state: 'taken' }>): StepEnd {
  const { environment, request } = run
  if (demand.value === 'wanted') {
    const note = `No restore point was taken of ${environment.name}: ${tried.why} Tier ${request.tier} goes on without one.`
    return { end: 'done', note }
  }
  const message = `No restore point was taken of ${environment.name}, and Tier ${request.tier} is not promoted into a pet without one; nothing was changed.`
  // What is only away for now is no "no": the attempt may be tried again as it was approved.
  if (tried.state === 'later') {
    throw new DroverError('restore-point.not-taken', `${message} ${tried.why}`, {
      hint: 'Wait until the platform takes one, then resume the promotion.',
      isRetryable: true,
    })
  }
  const hint = 'Mend what the platform names, then ask for the promotion again.'
  const reasons = [
    { subject: environment.name, message: tried.why },
    { subject: `tier ${request.tier}`, message: `A restore point is required (${demand.source}).` },
  ]
  return { end: 'failed', refusal: refuse('restore-point.not-taken', message, hint, reasons).refusal }
}
