import type { UpgradeWorkRecord } from '#domain/drift'
import { environmentStream } from '#domain/drift'
import type { UpgradeDeed } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, errorCode, refuse, toId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { decideLeftoverUpgrade, hasStagedUpgrade, openStates } from '#domain/promotion'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadEnvironmentStream } from '../drift/stream.ts'
import { findEnvironment } from '../find.ts'
import { requireEnvironment } from '../require-environment.ts'
import { solutionKey } from '../summaries.ts'
import type { Leftover } from './read-leftover.ts'
import { readLeftover } from './read-leftover.ts'
import { startUpgradeWork } from './run-leftover.ts'

export interface LeftoverUpgradeCommand {
  readonly environmentId: EnvironmentId
  readonly solution: string
  readonly deed: UpgradeDeed
  readonly reason: string
  /** False: nothing is done, and the refusal tells what it would do. */
  readonly isConfirmed: boolean
  readonly actor: PersonId
}

/** Applies or withdraws an upgrade that others staged and left behind: judged by what it destroys now, ledgered, and then done as durable work. */
export async function workLeftoverUpgrade(deps: EngineDependencies, command: LeftoverUpgradeCommand): Promise<Result<UpgradeWorkRecord>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const lane = laneOf(environment)
  const target = deps.environments.open(environment)
  for (;;) {
    const { record, version } = await loadEnvironmentStream(deps.ledger, lane)
    const leftover = await readLeftover(deps, { ...command, configuration, environment, target })
    const running = Object.values(record?.upgrades ?? {}).find((work) => work.state === 'running' && isAbout(work, leftover))
    if (running !== undefined) return atWork(running)
    const promotions = await findPromotions(deps, lane, leftover)
    const decided = decideLeftoverUpgrade({
      ...{ ...command, ...leftover, promotions },
      environment,
      people: configuration.people,
    })
    if (!decided.ok) return decided
    const work: UpgradeWorkRecord = {
      id: deps.ids.next('u'),
      environmentId: command.environmentId,
      solution: leftover.solution,
      version: decided.value,
      deed: command.deed,
      by: command.actor,
      reason: command.reason.trim(),
      startedAt: deps.clock.now(),
      state: 'running',
      note: '',
    }
    try {
      const event = { type: 'upgrade-work-changed', data: { work }, key: `upgrade-work:${work.id}` }
      await deps.ledger.append({ stream: environmentStream(lane), expectedVersion: version, actor: command.actor, events: [event] })
    } catch (error) {
      // Somebody else's word on this environment came in between: it is judged again with that in sight.
      if (errorCode(error) !== 'ledger.conflict') throw error
      continue
    }
    await startUpgradeWork(deps, lane, work)
    return accept(work)
  }
}

/** How far work on a left-over upgrade is. */
export async function loadUpgradeWork(
  deps: EngineDependencies,
  { environmentId, workId }: { readonly environmentId: EnvironmentId; readonly workId: string },
): Promise<Result<UpgradeWorkRecord>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const environment = findEnvironment(current.value.configuration, environmentId)
  if (!environment.ok) return environment
  const work = (await loadEnvironmentStream(deps.ledger, laneOf(environment.value))).record?.upgrades[workId]
  if (work !== undefined) return accept(work)
  return refuse(
    'upgrade.unknown-work',
    `${environment.value.name} knows no work ${workId} on a staged upgrade.`,
    'Use the id that the command told.',
  )
}

function isAbout({ solution }: UpgradeWorkRecord, leftover: Leftover): boolean {
  return solutionKey(solution) === solutionKey(leftover.solution)
}

function atWork(work: UpgradeWorkRecord): ReturnType<typeof refuse> {
  return refuse(
    'upgrade.already-running',
    `The staged upgrade of ${work.solution} is being ${work.deed === 'apply' ? 'applied' : 'withdrawn'} already (${work.id}).`,
    'Wait for its end.',
  )
}

/** A one-step upgrade at work shows a holding solution too, and a broken promotion may still go on with its own. */
async function findPromotions(deps: EngineDependencies, lane: string, { solution }: Leftover): Promise<readonly PromotionId[]> {
  const where = { lane, solutionKey: solutionKey(solution), state: [...openStates, 'failed'] }
  const found = await deps.readModel.list<Promotion>('promotion', { where })
  return found
    .filter((promotion) => !['pending', 'failed'].includes(promotion.status.state) || hasStagedUpgrade(promotion))
    .map(({ request }) => toId(request.promotionId))
}
