import type { UpgradeDeed } from '#domain/environment'
import { recordFact } from '../promotion/stream.ts'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'
import { workUpgrade } from '../upgrades/work-upgrade.ts'

/** Applies the upgrade that an earlier attempt staged: what the solution no longer has goes, with its data. */
export function applyUpgrade(run: AttemptRun): Promise<StepEnd> {
  return workOnStaged(run, 'apply')
}

/** Deletes the upgrade that an earlier attempt staged; the solution stays as it was. */
export function withdrawUpgrade(run: AttemptRun): Promise<StepEnd> {
  return workOnStaged(run, 'withdraw')
}

async function workOnStaged(run: AttemptRun, deed: UpgradeDeed): Promise<StepEnd> {
  const { deps, ctx, pace, environment, target, request, attemptId, promotionId } = run
  return workUpgrade(
    {
      ...{ deps, ctx, pace, environment, target },
      checkLease: () => run.checkLease(),
      record: (key, upgrade) =>
        recordFact(deps.ledger, promotionId, { type: 'job-recorded', data: { attemptId, upgrade }, key: `${attemptId}:${key}` }),
    },
    { solution: request.solution, version: request.version, deed },
  )
}
