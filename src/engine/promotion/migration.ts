import { holdingName } from '#domain/environment'
import type { AttemptId, PersonId, PromotionId, Refusal, Result } from '#domain/kernel'
import { refuse, toId } from '#domain/kernel'
import type { Migration, NewPromotionEvent } from '#domain/promotion'
import { decideFinishMigration } from '#domain/promotion'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { decide } from './decide.ts'
import type { AttemptRun } from './run.ts'

/** Records that the data is moved, and starts the attempt that applies the staged upgrade. */
export async function finishMigration(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly comment: string; readonly actor: PersonId },
): Promise<Result<PromotionView>> {
  const { comment, actor } = command
  const solutions = (await loadConfiguration(deps))?.configuration.solutions ?? []
  return decide(deps, command, (promotion, standing) =>
    decideFinishMigration(promotion, {
      attemptId: toId<AttemptId>(deps.ids.next('a')),
      actor,
      comment,
      now: deps.clock.now(),
      standing,
      solutionOwner: solutions.find(({ uniqueName }) => uniqueName === promotion.request.solution)?.owner,
    }),
  )
}

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
