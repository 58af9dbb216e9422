import type { EnvironmentRecord, NewEnvironmentEvent, UpgradeWorkRecord } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { DurableDefinition } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies, Pace, WorkerDependencies } from '../dependencies.ts'
import { recordFacts } from '../drift/stream.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import type { UpgradeEnd } from './work-upgrade.ts'
import { workUpgrade } from './work-upgrade.ts'

const upgradeWork = 'work-on-upgrade'

interface UpgradeInput {
  readonly lane: string
  readonly work: UpgradeWorkRecord
}

/** Hands it to the durable runner; repeated calls change nothing. */
export async function startUpgradeWork(deps: Pick<EngineDependencies, 'starter'>, lane: string, work: UpgradeWorkRecord): Promise<void> {
  const input: UpgradeInput = { lane, work }
  await deps.starter.start({ name: upgradeWork, id: work.id, queueKey: lane, input })
}

/** Starts work that the ledger says is running; where the runner is done with it and it recorded no end, that is recorded. */
export async function sweepUpgrades(deps: EngineDependencies, { lane, upgrades }: EnvironmentRecord): Promise<void> {
  for (const work of Object.values(upgrades).filter(({ state }) => state === 'running')) {
    if ((await deps.starter.state(work.id)) !== 'ended') {
      await startUpgradeWork(deps, lane, work)
      continue
    }
    const { message } = new DroverError('attempt.lost', `The work ${work.id} ended without saying how; asked for again, it looks first.`)
    await end(deps, { lane, work }, { state: 'errored', note: message })
  }
}

/** Applies or withdraws a staged upgrade under the lease of its environment. */
export function upgradeDefinition(deps: WorkerDependencies): DurableDefinition<UpgradeInput> {
  return {
    name: upgradeWork,
    async run(ctx, input) {
      const { lane, work } = input
      try {
        const { environment, pace } = await ctx.step('load', () => loadFacts(deps, work))
        await deps.fence.hold(lane, work.id, async (lease) => {
          const target = deps.environments.open(environment)
          const checkLease = () => lease.check()
          const record = (key: string, { state, asyncOperationId }: { readonly state: string; readonly asyncOperationId?: string }) => {
            const data = { workId: work.id, state, ...(asyncOperationId === undefined ? {} : { asyncOperationId }) }
            return recordFacts(deps.ledger, lane, [{ type: 'upgrade-work-recorded', data, key: `${work.id}:${key}` }])
          }
          const ended = await workUpgrade({ deps, ctx, pace, environment, target, checkLease, record }, work)
          await ctx.step('finish', () => end(deps, input, outcomeOf(ended)))
        })
      } catch (error) {
        if (errorCode(error) === 'unexpected')
          deps.log.error('Work on a staged upgrade broke', { workId: work.id, error: errorMessage(error) })
        await ctx.step('record-error', () => end(deps, input, { state: 'errored', note: errorMessage(error) }))
      }
    },
  }
}

function outcomeOf(ended: UpgradeEnd): Pick<UpgradeWorkRecord, 'state' | 'note'> {
  if (ended.end === 'done') return { state: 'done', note: ended.note }
  if (ended.end === 'indeterminate') return { state: 'indeterminate', note: ended.message }
  const reasons = ended.refusal.reasons.map(({ subject, message }) => ` ${subject}: ${message}`).join('')
  return { state: 'failed', note: `${ended.refusal.message}${reasons} ${ended.refusal.hint}` }
}

async function loadFacts(
  deps: WorkerDependencies,
  { environmentId }: UpgradeWorkRecord,
): Promise<{ readonly environment: Environment; readonly pace: Pace }> {
  const { configuration } = orThrow(await requireConfiguration(deps))
  const environment = orThrow(findEnvironment(configuration, environmentId))
  return { environment, pace: deps.paceOf(environment) }
}

/** Keyed, so that it ends once. */
async function end(
  deps: Pick<EngineDependencies, 'ledger'>,
  { lane, work }: UpgradeInput,
  outcome: Pick<UpgradeWorkRecord, 'state' | 'note'>,
): Promise<void> {
  const event: NewEnvironmentEvent = { type: 'upgrade-work-changed', data: { work: { ...work, ...outcome } }, key: `${work.id}:ended` }
  await recordFacts(deps.ledger, lane, [event])
}
