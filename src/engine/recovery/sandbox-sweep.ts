import { laneOf } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { RecoveryWork } from '#domain/recovery'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { endRecovery, recoveryWork } from './sandbox-run.ts'
import { recordRecovery } from './sandbox-stream.ts'

/** Starts work that the ledger says is running, and says of what was restored that its time is nearly over, or over. Safe to repeat. */
export async function sweepRecovery(deps: EngineDependencies, work: RecoveryWork): Promise<void> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return
  const { configuration } = current
  if (work.state === 'running') {
    if ((await deps.starter.state(work.id)) === 'ended') {
      const { message } = new DroverError('attempt.lost', `The work ${work.id} ended without saying how; asked for again, it looks first.`)
      return endRecovery(deps, work.id, { state: 'errored', note: message })
    }
    const sandbox = findEnvironment(configuration, work.sandboxId)
    if (!sandbox.ok) return endRecovery(deps, work.id, { state: 'errored', note: sandbox.refusal.message })
    return deps.starter.start({ name: recoveryWork, id: work.id, queueKey: laneOf(sandbox.value), input: { workId: work.id } })
  }
  await watchEnd(deps, work, applyOverride(deps.policy, configuration.policy).sandboxes.warnedDays.value)
}

/** The ledger says it; removing a sandbox is what becomes of every disposable environment whose end has come. */
async function watchEnd(deps: EngineDependencies, { id, restored, warnedAt }: RecoveryWork, warnedDays: number): Promise<void> {
  if (restored === undefined) return
  const { endsAt } = restored
  const leftMs = Date.parse(endsAt) - Date.parse(deps.clock.now())
  if (leftMs <= 0) await recordRecovery(deps, id, { type: 'sandbox-expired', data: { endsAt }, key: 'expired' })
  else if (warnedAt === undefined && leftMs <= warnedDays * 86_400_000)
    await recordRecovery(deps, id, { type: 'sandbox-warned', data: { endsAt }, key: 'warned' })
}
