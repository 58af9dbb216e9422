import type { PersonRecord } from '#domain/approval'
import type { NewDeadlineEvent } from '#domain/notification'
import { deadlineStream, passDeadline } from '#domain/notification'
import type { Promotion } from '#domain/promotion'
import { viewWatch } from '#domain/promotion'
import { loadWritten } from '../apply-configuration.ts'
import { listOwedItems } from '../emergency/list-owed.ts'
import { listUncertified } from '../people/rights.ts'
import { listDeployments } from '../queries/deployments.ts'
import type { TellingRules } from './collect.ts'
import type { NotifierDependencies } from './notifier.ts'

/** Records time that ran out, each once, so that it is told like everything else: from the ledger. */
export async function recordDeadlines(deps: NotifierDependencies, rules: TellingRules): Promise<void> {
  const events = [...(await findWatches(deps, rules)), ...(await findOwed(deps)), ...(await findRights(deps, rules))]
  const known = new Set((await deps.ledger.read(deadlineStream)).map(({ key }) => key))
  const fresh = events.filter(({ key }) => !known.has(key))
  if (fresh.length === 0) return
  await deps.ledger.append({ stream: deadlineStream, expectedVersion: undefined, actor: 'drover', events: fresh })
}

/** Roles whose end has come, and privileged ones that wait to be certified. */
async function findRights(deps: NotifierDependencies, { policy }: TellingRules): Promise<readonly NewDeadlineEvent[]> {
  const written = await loadWritten(deps)
  if (written === undefined) return []
  const now = deps.clock.now()
  const records = await deps.readModel.list<PersonRecord>('deputies')
  const over = records
    .flatMap(({ grants = [] }) => grants)
    .filter(({ confirmed, endedAt, until }) => confirmed !== undefined && endedAt === undefined && Date.parse(until) <= Date.parse(now))
  return [
    ...over.map(({ id, person, role, environment, pipeline, solution, until }) =>
      passDeadline({ of: 'grant', grant: { id, person, role, environment, pipeline, solution }, dueAt: until }),
    ),
    ...listUncertified(records, { ...written, policy }, now).map(({ person, dueAt }) =>
      passDeadline({ of: 'certification', person, dueAt }),
    ),
  ]
}

/** Of what is deployed in pets: a watch over what went away is nobody's any more. */
async function findWatches(deps: NotifierDependencies, { configuration, policy }: TellingRules): Promise<readonly NewDeadlineEvent[]> {
  const pets = configuration.environments.filter(({ careClass }) => careClass === 'pet').map(({ id }): string => id)
  const deployed = (await listDeployments(deps)).filter(({ environmentId }) => pets.includes(environmentId))
  const ids = [...new Set(deployed.map(({ promotionId }) => promotionId))]
  if (ids.length === 0) return []
  const promotions = await deps.readModel.list<Promotion>('promotion', { ids })
  return promotions.flatMap((promotion) => {
    const watch = viewWatch(promotion, policy.gates, deps.clock.now())
    const { promotionId } = promotion.request
    return [
      ...(watch?.isOverdue === true && watch.by !== undefined ? [passDeadline({ of: 'watch', promotionId, dueAt: watch.by })] : []),
      ...(watch?.review?.isOverdue === true ? [passDeadline({ of: 'review', promotionId, dueAt: watch.review.at })] : []),
    ]
  })
}

async function findOwed(deps: NotifierDependencies): Promise<readonly NewDeadlineEvent[]> {
  const overdue = (await listOwedItems(deps)).filter(({ isOverdue }) => isOverdue)
  return overdue.map(({ promotionId, gate, dueAt }) => passDeadline({ of: 'owed', promotionId, gate, dueAt }))
}
