import { holdingName } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { Migration, NewPromotionEvent } from '#domain/promotion'
import type { AttemptRun } from './run.ts'

/** How an attempt ends whose steps are all done. `notes` are what its steps said. */
export async function completion(run: AttemptRun, notes: readonly string[]): Promise<NewPromotionEvent> {
  const { attemptId, migration, request } = run
  const withdrawn = findWithdrawal(migration)
  if (withdrawn !== undefined) return { type: 'promotion-withdrawn', data: { by: withdrawn.by } }
  if (migration === undefined && request.plan.mode === 'stage-for-upgrade') return open(run)
  return { type: 'attempt-succeeded', data: { attemptId, verification: notes } }
}

function findWithdrawal(migration: Migration | undefined): Migration['decided'] {
  return migration?.decided?.deed === 'withdraw' ? migration.decided : undefined
}

/** Believes the target, not the word of the import: the holding solution stands in the version that is promoted. */
async function open(run: AttemptRun): Promise<NewPromotionEvent> {
  const { attemptId, request, target } = run
  const holding = await run.ctx.step('read-staged', async () => (await target.findUpgrade(request.solution, 'apply')).holding ?? null)
  if (holding === request.version) return { type: 'migration-opened', data: { attemptId } }
  return { type: 'attempt-failed', data: { attemptId, refusal: notStaged(run, holding), isResumable: true } }
}

function notStaged({ environment, request }: AttemptRun, holding: string | null): Refusal {
  const { solution, version } = request
  return refuse(
    'upgrade.not-staged',
    `The import into ${environment.name} succeeded, but the upgrade of ${solution} to ${version} is not staged there.`,
    'Look at the solution history of the environment; resume the promotion when the staged upgrade shows, or request it again.',
    [{ subject: holdingName(solution), message: holding === null ? 'It is not there.' : `Version ${holding} waits.` }],
  ).refusal
}
