import { laneOf } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { RecoveryWork } from '#domain/recovery'
import { loadConfiguration } from '../apply-configuration.ts'
import { loadCattleStream } from '../cattle/cattle-stream.ts'
import { removeAtEnd } from '../cattle/end-cattle.ts'
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
  await watchEnd(deps, work, {
    configuration,
    warnedMs: applyOverride(deps.policy, configuration.policy).sandboxes.warnedDays.value * dayMs,
  })
}

const dayMs = 86_400_000

/**
 * Rows of a pet do not stay in its sandbox: its end is warned of, and after it the sandbox is removed as every disposable environment is. It goes no
 * sooner than the warning was recorded long enough before, and not while something is at work in it.
 */
async function watchEnd(
  deps: EngineDependencies,
  work: RecoveryWork,
  { configuration, warnedMs }: { readonly configuration: Configuration; readonly warnedMs: number },
): Promise<void> {
  const { id, restored, sandboxId } = work
  if (restored === undefined) return
  const sandbox = configuration.environments.find((each) => each.id === sandboxId)
  const expire = (endsAt: Instant, note: string) =>
    recordRecovery(deps, id, { type: 'sandbox-expired', data: { endsAt, note }, key: 'expired' })
  if (sandbox === undefined) return void (await expire(restored.endsAt, `${sandboxId} is configured no more.`))
  const others = await deps.readModel.list<RecoveryWork>('recovery', { where: { sandboxId } })
  if (others.some((other) => isLater(other, work))) return void (await expire(restored.endsAt, 'It was restored over since.'))
  const { kept } = (await loadCattleStream(deps.ledger, sandboxId)).record
  const endsAt = kept !== undefined && Date.parse(kept.until) > Date.parse(restored.endsAt) ? kept.until : restored.endsAt
  const now = Date.parse(deps.clock.now())
  if (work.warnedOf !== endsAt || work.warnedAt === undefined) {
    if (now >= Date.parse(endsAt) - warnedMs)
      await recordRecovery(deps, id, { type: 'sandbox-warned', data: { endsAt }, key: `warned:${endsAt}` })
    return
  }
  const removedFrom = Math.max(Date.parse(endsAt), Date.parse(work.warnedAt) + warnedMs)
  if (now < removedFrom || others.some(({ state }) => state === 'running')) return
  const ordered = await removeAtEnd(deps, sandbox, `the rows of ${work.environmentId} may stay in it until ${endsAt}`)
  if (!ordered.ok && ordered.refusal.code === 'cattle.moved-on') return
  await expire(
    endsAt,
    ordered.ok ? `${sandbox.name} is removed.` : `It was not removed: ${ordered.refusal.message} ${ordered.refusal.hint}`,
  )
}

/** What was restored later lies over what was restored before. */
function isLater(other: RecoveryWork, work: RecoveryWork): boolean {
  if (other.id === work.id || other.restored === undefined) return false
  return Date.parse(other.startedAt ?? other.askedAt) > Date.parse(work.startedAt ?? work.askedAt)
}
