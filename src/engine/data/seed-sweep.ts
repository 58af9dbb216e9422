import type { RebuildRecord } from '#domain/rebuild'
import type { EngineDependencies } from '../dependencies.ts'
import { findPlaces, startData } from './seed-commands.ts'
import { recordData } from './seed-run.ts'
import type { DataWork } from './seed-record.ts'

/** Brings on what the ledger says is running, and records the end of what the runner has lost. Safe to repeat. */
export async function sweepData(deps: EngineDependencies, { request, status }: DataWork): Promise<void> {
  if (status.state !== 'running') return
  const { id, rebuildId } = request
  if (rebuildId !== undefined && !request.needsWord && (await isRebuilding(deps, rebuildId))) return
  if ((rebuildId !== undefined && !request.needsWord) || (await deps.starter.state(id)) === 'ended') {
    const data = { code: 'attempt.lost', message: `The work of ${id} ended without saying how; it can be asked for again.` }
    return recordData(deps, { id }, { type: 'data-errored', data }, 'ended')
  }
  const places = await findPlaces(deps, request)
  if (places.ok) await startData(deps, id, places.value.target)
}

async function isRebuilding(deps: Pick<EngineDependencies, 'readModel'>, rebuildId: string): Promise<boolean> {
  return (await deps.readModel.load<RebuildRecord>('rebuild', rebuildId))?.status.state === 'running'
}
