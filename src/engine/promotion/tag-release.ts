import type { Environment } from '#domain/environment'
import { errorMessage } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Promotion, PromotionRequest } from '#domain/promotion'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import type { AttemptRun } from './run.ts'
import { loadSealedRelease } from './sealed-release.ts'
import { recordFact } from './stream.ts'

/** Tags the commit of what now runs in production (PIP-22); other stages leave no tag. A failure is recorded, and the sweep tries again. */
export async function tagRelease(run: AttemptRun): Promise<void> {
  // What went back was tagged when it first came, and stays the release that its tag names.
  if (run.environment.purpose !== 'production' || run.request.intent?.kind === 'recovery') return
  await run.ctx.step('tag', () => setTag(run.deps, { ...run, tries: 0 }))
}

/** Tries again to set a tag that could not be set, ever more rarely. */
export async function retryTag(deps: WorkerDependencies, promotion: Promotion): Promise<void> {
  const { request, status, tag, tagFailure } = promotion
  if (status.state !== 'succeeded' || tag !== undefined || tagFailure === undefined) return
  const { tries, lastTriedAt } = tagFailure
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1))
  if (Date.parse(deps.clock.now()) < Date.parse(lastTriedAt) + waitMs) return
  const current = await requireConfiguration(deps)
  if (!current.ok) return
  const { configuration } = current.value
  const environment = findEnvironment(configuration, request.environmentId)
  if (!environment.ok) return
  const release = await loadSealedRelease(deps.ledger, request.releaseId)
  await setTag(deps, { request, release, configuration, environment: environment.value, tries })
}

const firstWaitMs = 5_000
const longestWaitMs = 3_600_000

interface Tagging {
  readonly request: PromotionRequest
  readonly release: Release
  readonly configuration: Configuration
  readonly environment: Environment
  /** How often it was tried before. */
  readonly tries: number
}

async function setTag(deps: WorkerDependencies, { request, release, configuration, environment, tries }: Tagging): Promise<void> {
  const { promotionId, solution, version, requestedBy, boundTo, train } = request
  const travelled = train === undefined ? '' : `\nTrain ${train.trainId}, as number ${train.position} of it.`
  const tag = `${environment.id}/${solution}/${version}`
  const message = `${solution} ${version} promoted to ${environment.name}\n\nPromotion ${promotionId}, requested by ${requestedBy}, artifact ${boundTo.artifact}.${travelled}`
  try {
    await deps.openSourceControl(configuration.sourceRepository).tag(tag, release.commit, message)
  } catch (error) {
    deps.log.warn('The tag of a promotion to production could not be set', { promotionId, tag, error: errorMessage(error) })
    await recordFact(deps.ledger, promotionId, {
      type: 'promotion-tag-failed',
      data: { message: errorMessage(error) },
      key: `tag-failed-${tries + 1}`,
    })
    return
  }
  await recordFact(deps.ledger, promotionId, { type: 'promotion-tagged', data: { tag, commit: release.commit }, key: 'tagged' })
}
