import type { DispositionState, EnvironmentRecord } from '#domain/drift'
import { DroverError } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { AdoptInput } from './run-adopt.ts'
import { adoptWork, endAdoption } from './run-adopt.ts'
import { endRevert, revertWork } from './run-revert.ts'

/** Starts work on deviations that the ledger says is running; where the runner is done with it and it recorded no end, that is recorded. */
export async function sweepDispositions(deps: EngineDependencies, record: EnvironmentRecord): Promise<void> {
  for (const [workId, { kind, input }] of runningWork(record)) {
    const isLost = (await deps.starter.state(workId)) === 'ended'
    if (!isLost) {
      await deps.starter.start({ name: kind === 'adopt' ? adoptWork : revertWork, id: workId, queueKey: record.lane, input })
      continue
    }
    const { message } = new DroverError(
      'attempt.lost',
      `The work ${workId} ended without saying how. Look again with \`drover drift\`, then ask for it again.`,
    )
    if (kind === 'adopt') await endAdoption(deps, input, message)
    else await endRevert(deps, input, { state: 'failed', note: message })
  }
}

/** By the id of the work; one adopts several deviations at once. */
function runningWork(
  record: EnvironmentRecord,
): ReadonlyMap<string, { readonly kind: DispositionState['kind']; readonly input: AdoptInput }> {
  const found = new Map<string, { readonly kind: DispositionState['kind']; readonly input: AdoptInput }>()
  for (const [deviation, disposition] of Object.entries(record.dispositions)) {
    const { workId, state, kind } = disposition
    if (state !== 'running' || workId === undefined) continue
    const known = found.get(workId)?.input.deviations ?? []
    const solution = disposition.kind === 'adopt' ? disposition.solution : ''
    const { environmentId, lane } = record
    found.set(workId, { kind, input: { environmentId, workId, deviations: [...known, deviation], lane, solution } })
  }
  return found
}
