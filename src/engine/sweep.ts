import { laneOf } from '#domain/environment'
import type { AttemptId, PromotionId, ReleaseId } from '#domain/kernel'
import { DroverError, errorMessage } from '#domain/kernel'
import type { EnvironmentRecord } from '#domain/drift'
import type { Hotfix } from '#domain/hotfix'
import type { Promotion } from '#domain/promotion'
import type { WorkerDependencies } from './dependencies.ts'
import { loadConfiguration } from './apply-configuration.ts'
import type { Preparation } from './engine.ts'
import { sweepDispositions } from './drift/sweep-dispositions.ts'
import { findWayOfPreparation } from './hotfix/find-way.ts'
import { sweepHotfix } from './hotfix/sweep-hotfixes.ts'
import { releaseStream } from './preparation/events.ts'
import type { NewPreparationEvent } from './preparation/events.ts'
import { preparationWork } from './preparation/run-preparation.ts'
import { endAttempt } from './promotion/end-attempt.ts'
import { startRunning, startWhenOpen } from './promotion/start-attempt.ts'
import type { RescueRecord } from './rescue/events.ts'
import type { RebuildRecord } from '#domain/rebuild'
import type { RecoveryWork } from '#domain/recovery'
import { sweepCreations } from './cattle/create-cattle.ts'
import { sweepEnds } from './cattle/end-cattle.ts'
import { sweepRebuild } from './cattle/rebuild-environment.ts'
import type { DataWork } from './data/seed-record.ts'
import { sweepData } from './data/seed-sweep.ts'
import { sweepAnchors } from './evidence/sweep-anchors.ts'
import { sweepArchive } from './evidence/sweep-archive.ts'
import { sweepRecovery } from './recovery/sandbox-sweep.ts'
import { sweepRescue } from './rescue/sweep-rescues.ts'
import type { Train } from '#domain/train'
import { sweepTrain } from './train/sweep-trains.ts'
import { escalate } from './people/escalate.ts'
import { retryTag } from './promotion/tag-release.ts'
import { sweepUpgrades } from './upgrades/run-leftover.ts'

/**
 * Brings the durable runner up to what the ledger says should run: a process killed between an append and a start loses nothing,
 * and a promotion whose review window has passed starts. Where the ledger waits for work that the runner is done with, the end that
 * is missing is recorded. Every call is safe to repeat.
 */
export async function sweep(deps: WorkerDependencies): Promise<void> {
  for (const train of await deps.readModel.list<Train>('train', { where: { work: 'open' } }))
    await unlessBroken(deps, train.trainId, () => sweepTrain(deps, train))
  for (const where of [{ state: ['pending', 'running'] }, { tagState: 'failed' }]) {
    for (const promotion of await deps.readModel.list<Promotion>('promotion', { where }))
      await unlessBroken(deps, promotion.request.promotionId, () => sweepPromotion(deps, promotion))
  }
  for (const preparation of await deps.readModel.list<Preparation>('preparation', { where: { state: 'running' } }))
    await unlessBroken(deps, preparation.releaseId, () => sweepPreparation(deps, preparation))
  for (const record of await deps.readModel.list<EnvironmentRecord>('environment', { where: { state: 'working' } })) {
    await unlessBroken(deps, record.lane, () => sweepDispositions(deps, record))
    await unlessBroken(deps, record.lane, () => sweepUpgrades(deps, record))
  }
  for (const hotfix of await deps.readModel.list<Hotfix>('hotfix', { where: { work: 'running' } }))
    await unlessBroken(deps, hotfix.hotfixId, () => sweepHotfix(deps, hotfix))
  await unlessBroken(deps, 'ends of environments', () => sweepEnds(deps))
  await unlessBroken(deps, 'new environments', () => sweepCreations(deps))
  await unlessBroken(deps, 'anchors of the ledger', () => sweepAnchors(deps))
  await unlessBroken(deps, 'archive of evidence', () => sweepArchive(deps))
  for (const record of await deps.readModel.list<RebuildRecord>('rebuild', { where: { state: 'running' } }))
    await unlessBroken(deps, record.id, () => sweepRebuild(deps, record))
  for (const work of await deps.readModel.list<DataWork>('data', { where: { state: 'running' } }))
    await unlessBroken(deps, work.request.id, () => sweepData(deps, work))
  for (const work of await deps.readModel.list<RecoveryWork>('recovery', { where: { state: ['running', 'kept'] } }))
    await unlessBroken(deps, work.id, () => sweepRecovery(deps, work))
  for (const record of await deps.readModel.list<RescueRecord>('rescue', { where: { state: ['kept', 'restoring', 'removing'] } }))
    await unlessBroken(deps, record.rescue.id, () => sweepRescue(deps, record))
}

async function sweepPromotion(deps: WorkerDependencies, promotion: Promotion): Promise<void> {
  const { request, status } = promotion
  if (status.state === 'pending') {
    await startWhenOpen(deps, request.promotionId)
    await escalate(deps, promotion)
  }
  if (status.state === 'succeeded') await retryTag(deps, promotion)
  if (status.state !== 'running') return
  if ((await deps.starter.state(status.attempt.id)) === 'ended') await recordLostAttempt(deps, request.promotionId, status.attempt.id)
  else await startRunning(deps, promotion)
}

async function sweepPreparation(deps: WorkerDependencies, preparation: Preparation): Promise<void> {
  if ((await deps.starter.state(preparation.releaseId)) === 'ended') await recordLostPreparation(deps, preparation.releaseId)
  else await startPreparation(deps, preparation)
}

/** Work records its end before it ends, under the same key: so this is recorded only where that never happened. */
async function recordLostAttempt(deps: WorkerDependencies, promotionId: PromotionId, attemptId: AttemptId): Promise<void> {
  const { code, message } = new DroverError('attempt.lost', `The work of attempt ${attemptId} ended without saying how.`, {
    hint: 'Resume the promotion: what the attempt did in the target is asked first.',
  })
  const data = { attemptId, code, message }
  const isNew = await endAttempt(deps, { promotionId, attemptId }, { type: 'attempt-errored', data })
  if (isNew) deps.log.error('The runner ended an attempt that recorded no end', { promotionId, attemptId })
}

async function recordLostPreparation(deps: WorkerDependencies, releaseId: ReleaseId): Promise<void> {
  const hint = 'Prepare the release again; the log of the worker may tell what broke.'
  const { code, message } = new DroverError('attempt.lost', `The work that prepared release ${releaseId} ended without saying how.`, {
    hint,
  })
  const data = { code, message, hint }
  const event: NewPreparationEvent = { type: 'preparation-errored', data, key: 'ended' }
  await deps.ledger.append({ stream: releaseStream(releaseId), expectedVersion: undefined, actor: 'drover', events: [event] })
}

async function startPreparation(deps: WorkerDependencies, preparation: Preparation): Promise<void> {
  const current = await loadConfiguration(deps)
  const found = current === undefined ? undefined : await findWayOfPreparation(deps, current.configuration, preparation)
  if (!found?.ok) return
  await deps.starter.start({
    name: preparationWork,
    id: preparation.releaseId,
    queueKey: laneOf(found.value.way.source),
    input: { releaseId: preparation.releaseId },
  })
}

/** One broken stream must not keep the others from starting. */
async function unlessBroken(deps: WorkerDependencies, id: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    deps.log.warn('The sweep could not bring it on; it will try again', { id, error: errorMessage(error) })
  }
}
