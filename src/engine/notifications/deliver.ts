import type { Instant, LedgerEvent } from '#domain/kernel'
import { errorMessage, toId } from '#domain/kernel'
import type { Notice } from '#domain/notification'
import type { Configuration, NotificationChannel } from '#domain/pipeline'
import type { NotificationPolicy } from '#domain/policy'
import type { NotificationRecord, OutgoingNotice } from '#engine/ports'
import type { TellingRules } from './collect.ts'
import { noticeOf } from './collect.ts'
import type { NotifierDependencies } from './notifier.ts'

/** So many at once, for so long nobody else's: longer than all of them take at an address that answers at the last moment. */
const claimed = { limit: 5, ms: 120_000 }

/** Sends what is due to one channel, the oldest first; after one that fails the others wait for the shortest pause. */
export async function deliverTo(deps: NotifierDependencies, channel: NotificationChannel, rules: TellingRules): Promise<void> {
  const now = deps.clock.now()
  const records = await deps.notifications.claim(channel.id, { now, until: later(now, claimed.ms), limit: claimed.limit })
  for (const record of records) {
    const [event] = await deps.ledger.readAll(record.sequence - 1, 1)
    const notice = event && (await noticeOf(deps, event, rules))
    if (event === undefined || notice === undefined) {
      await deps.notifications.settle(record, { ...record, state: 'given-up', failure: 'There is nothing to say of it any more.' })
      continue
    }
    const outgoing = compose({ event, notice, channel, configuration: rules.configuration })
    if (await deliver(deps, { record, channel, outgoing, policy: rules.policy.notifications })) continue
    await putBack(deps, records.slice(records.indexOf(record) + 1), rules.policy.notifications)
    return
  }
}

/** What was taken and not tried is due after the shortest pause: the failure is not theirs, and an address that is down is not asked at once again. */
async function putBack({ notifications, clock }: NotifierDependencies, untried: readonly NotificationRecord[], policy: NotificationPolicy) {
  const dueAt = later(clock.now(), waitMs(policy, 1))
  for (const record of untried) await notifications.settle(record, { ...record, dueAt })
}

async function deliver(
  deps: NotifierDependencies,
  {
    record,
    channel,
    outgoing,
    policy,
  }: {
    readonly record: NotificationRecord
    readonly channel: NotificationChannel
    readonly outgoing: OutgoingNotice
    readonly policy: NotificationPolicy
  },
): Promise<boolean> {
  const tries = record.tries + 1
  try {
    await deps.messenger.send(channel, outgoing)
  } catch (error) {
    const now = deps.clock.now()
    const isOver = Date.parse(now) - Date.parse(record.addedAt) >= policy.triedHours.value * 3_600_000
    const failure = errorMessage(error)
    const dueAt = later(now, waitMs(policy, tries))
    await deps.notifications.settle(record, { state: isOver ? 'given-up' : 'due', dueAt, tries, failure })
    deps.log.warn('A message did not arrive', { channel: channel.id, sequence: record.sequence, tries, failure })
    return false
  }
  await deps.notifications.settle(record, { state: 'sent', dueAt: record.dueAt, tries, sentAt: deps.clock.now() })
  return true
}

/** The same id at every try; whom it concerns stands in it by id, and names in its words alone. */
function compose({
  event,
  notice,
  channel,
  configuration,
}: {
  readonly event: LedgerEvent
  readonly notice: Notice
  readonly channel: NotificationChannel
  readonly configuration: Configuration
}): OutgoingNotice {
  const page = configuration.notifications?.page ?? configuration.signIn?.address
  const { topic, title, text, people, gates, environmentId, solution, path } = notice
  return {
    id: `${event.sequence}-${event.hash.slice(0, 16)}-${channel.id}`,
    at: event.at,
    ...{ topic, title, text, people, gates, environment: environmentId, solution },
    ...(page === undefined ? {} : { link: `${page.replace(/\/+$/, '')}${path}` }),
  }
}

/** Doubles with each try, up to the longest that policy has. */
function waitMs({ retryMinutes, retryHours }: NotificationPolicy, tries: number): number {
  return Math.min(retryMinutes.value * 2 ** (tries - 1) * 60_000, retryHours.value * 3_600_000)
}

function later(at: Instant, ms: number): Instant {
  return toId<Instant>(new Date(Date.parse(at) + ms).toISOString())
}
