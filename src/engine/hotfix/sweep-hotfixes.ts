import type { Hotfix } from '#domain/hotfix'
import { DroverError } from '#domain/kernel'
import { loadConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { startMerge } from './merge-hotfix.ts'
import { endHotfixPreparation } from './run-preparation.ts'
import { endMerge } from './run-merge.ts'
import { startPreparation } from './start-hotfix.ts'

/** Starts work on a hotfix that the ledger says is running; where the runner is done with it and it recorded no end, that is recorded. */
export async function sweepHotfix(deps: WorkerDependencies, hotfix: Hotfix): Promise<void> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return
  const { hotfixId, preparation, workId, merge } = hotfix
  if (preparation.state === 'running') {
    if ((await deps.starter.state(workId)) === 'ended') await endHotfixPreparation(deps, { hotfixId, workId }, lost(workId))
    else await startPreparation(deps, current.configuration, hotfix)
  }
  if (merge?.state !== 'running') return
  if ((await deps.starter.state(merge.workId)) === 'ended')
    await endMerge(deps, { hotfixId, workId: merge.workId }, lost(merge.workId).message)
  else await startMerge(deps, current.configuration, hotfix, merge.workId)
}

function lost(workId: string) {
  const { code, message } = new DroverError('attempt.lost', `The work ${workId} ended without saying how.`)
  return { code, message, hint: 'Ask for it again; what it did is asked first.', reasons: [] }
}
