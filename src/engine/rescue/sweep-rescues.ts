import { laneOf } from '#domain/environment'
import { isUnderHold } from '#domain/evidence'
import { errorCode } from '#domain/kernel'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadArchive } from '../evidence/archive-record.ts'
import { findEnvironment } from '../find.ts'
import type { NewRescueEvent, RescueRecord, Restore } from './events.ts'
import { rescueStream, stateOfRescue } from './events.ts'
import { recordRestore, restoreWork } from './run-restore.ts'

/** Brings on what the ledger says is being restored, and deletes what has been kept long enough and no legal hold concerns. Safe to repeat. */
export async function sweepRescue(deps: EngineDependencies, record: RescueRecord): Promise<void> {
  const running = record.restores.find(({ status }) => status.state === 'running')
  if (running !== undefined) return bringOn(deps, record, running)
  if (record.removedAt !== undefined || Date.parse(record.rescue.keepUntil) > Date.parse(deps.clock.now())) return
  if (isUnderHold(await loadArchive(deps), record)) return
  const reason = `It was kept until ${record.rescue.keepUntil}.`
  if (!(await beginRemoval(deps, record, reason))) return
  for (const { digest } of record.rescue.items) await deps.rescues.remove(digest)
  if (record.layer !== undefined) await deps.rescues.remove(record.layer.digest)
  const event: NewRescueEvent = { type: 'rescue-removed', data: { reason }, key: 'removed' }
  await deps.ledger.append({ stream: rescueStream(record.rescue.id), expectedVersion: undefined, actor: 'drover', events: [event] })
}

/** Said before anything is deleted, and only of a rescue that nobody has begun to restore meanwhile. False: it stays for now. */
async function beginRemoval(deps: EngineDependencies, { rescue: { id } }: RescueRecord, reason: string): Promise<boolean> {
  const stream = rescueStream(id)
  const newest = await deps.ledger.readNewest(stream)
  const record = await deps.readModel.load<RescueRecord>('rescue', id)
  const state = record === undefined ? 'removed' : stateOfRescue(record)
  if (state !== 'kept') return state === 'removing'
  const event: NewRescueEvent = { type: 'rescue-removal-begun', data: { reason }, key: 'removal-begun' }
  try {
    await deps.ledger.append({ stream, expectedVersion: newest?.streamVersion ?? 0, actor: 'drover', events: [event] })
    return true
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return false
  }
}

async function bringOn(deps: EngineDependencies, record: RescueRecord, { id: restoreId }: Restore): Promise<void> {
  const input = { rescueId: record.rescue.id, restoreId }
  if ((await deps.starter.state(restoreId)) === 'ended') {
    const data = {
      restoreId,
      code: 'attempt.lost',
      message: `The restore ${restoreId} ended without saying how; it can be asked for again.`,
    }
    await recordRestore(deps, input, { type: 'restore-errored', data }, 'ended')
    return
  }
  const current = await loadConfiguration(deps)
  const environment = current === undefined ? undefined : findEnvironment(current.configuration, record.environmentId)
  if (environment?.ok !== true) return
  await deps.starter.start({ name: restoreWork, id: restoreId, queueKey: laneOf(environment.value), input })
}
