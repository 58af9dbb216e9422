import { laneOf } from '#domain/environment'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { RecoveryEnd, RecoveryWork } from '#domain/recovery'
import type { DurableContext, DurableDefinition } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { runComponentRepair } from './components-run.ts'
import { runRehearsal } from './rehearse-run.ts'
import { runRepair } from './repair-run.ts'
import { runSandboxRestore } from './sandbox-restore.ts'
import { recordRecovery } from './sandbox-stream.ts'

export const recoveryWork = 'recovery-work'

export interface RecoveryInput {
  readonly workId: string
}

/** Work on a sandbox under way. */
export interface RecoveryRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly workId: string
  readonly order: RecoveryWork
  readonly pace: Pace
  checkLease(): Promise<void>
}

export interface RecoveryOutcome {
  readonly state: RecoveryEnd
  readonly note: string
}

/** Does what was asked for with a recovery sandbox, under the lease of its address. */
export function recoveryDefinition(deps: WorkerDependencies): DurableDefinition<RecoveryInput> {
  return {
    name: recoveryWork,
    async run(ctx, { workId }) {
      try {
        const { order, lane, pace } = await ctx.step('load', () => load(deps, workId))
        await deps.fence.hold(lane, workId, async (lease) => {
          const outcome = await work({ deps, ctx, workId, order, pace, checkLease: () => lease.check() })
          await ctx.step('finish', () => endRecovery(deps, workId, outcome))
        })
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Work on a recovery sandbox broke', { workId, error: errorMessage(error) })
        const hint = error instanceof DroverError && error.hint !== undefined ? ` ${error.hint}` : ''
        await ctx.step('record-error', () => endRecovery(deps, workId, { state: 'errored', note: `${errorMessage(error)}${hint}` }))
      }
    },
  }
}

/** Keyed, so that it ends once. */
export async function endRecovery(
  deps: Pick<WorkerDependencies, 'ledger'>,
  workId: string,
  { state, note }: RecoveryOutcome,
): Promise<void> {
  await recordRecovery(deps, workId, { type: 'recovery-ended', data: { state, note }, key: 'ended' })
}

async function load(deps: WorkerDependencies, workId: string) {
  const order = await deps.readModel.load<RecoveryWork>('recovery', workId)
  if (order === undefined) throw new DroverError('recovery.unknown', `The ledger holds no recovery work ${workId}.`)
  const { configuration } = orThrow(await requireConfiguration(deps))
  const sandbox = orThrow(findEnvironment(configuration, order.sandboxId))
  return { order, lane: laneOf(sandbox), pace: deps.paceOf(sandbox) }
}

async function work(run: RecoveryRun): Promise<RecoveryOutcome> {
  const { deed } = run.order
  switch (deed.kind) {
    case 'restore': {
      const ended = await runSandboxRestore(run, deed.point)
      if (ended.end !== 'done') return { state: ended.end, note: ended.note }
      return {
        state: 'done',
        note: `Restored as of ${deed.point.at}; it stays closed, and is to be cleared away by ${ended.restored.endsAt}.`,
      }
    }
    case 'repair':
      return runRepair(run, deed)
    case 'repair-components':
      return runComponentRepair(run, deed)
    case 'rehearsal':
      return runRehearsal(run, deed)
  }
}
