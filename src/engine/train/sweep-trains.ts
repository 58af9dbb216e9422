import type { Train } from '#domain/train'
import { findTrainEnd } from '#domain/train'
import type { EngineDependencies } from '../dependencies.ts'
import { assembleTrain } from './assemble-train.ts'
import { applyDecisions, loadMembers } from './decide-on-train.ts'
import { recordTrain } from './stream.ts'

/**
 * Brings a train up to what its own stream says: its promotions are written, words on it stand on each of them, what is withdrawn is withdrawn, and
 * its end is recorded. The next release starts as every promotion does whose gates are open. Every call is safe to repeat.
 */
export async function sweepTrain(deps: EngineDependencies, train: Train): Promise<void> {
  if (train.state === 'assembling') await assembleTrain(deps, train.trainId)
  await applyDecisions(deps, train.trainId)
  const promotions = (await loadMembers(deps, train)).map(({ promotion }) => promotion)
  const outcome = findTrainEnd(train, promotions)
  if (outcome !== undefined) await recordTrain(deps.ledger, train.trainId, { type: 'train-ended', data: { outcome }, key: 'ended' })
}
