import type { LedgerEvent } from '#domain/kernel'
import { errorMessage } from '#domain/kernel'
import type { Notice, PassedDeadline } from '#domain/notification'
import { concernsChannel, deadlineStream, toldTypes, writeNotice } from '#domain/notification'
import type { Configuration, NotificationChannel } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import type { NotifierDependencies } from './notifier.ts'

/** The rules in force, by which entries are told. */
export interface TellingRules {
  readonly configuration: Configuration
  readonly policy: Policy
}

const entriesAtOnce = 200

/** Reads the ledger on for one channel, up to `head`, and notes what it is to hear of. */
export async function collectFor(
  deps: NotifierDependencies,
  channel: NotificationChannel,
  { head, ...rules }: TellingRules & { readonly head: number },
): Promise<void> {
  const known = await deps.notifications.loadPosition(channel.id)
  let position = known ?? (await namedSince(deps, channel.id))
  if (known === undefined && !(await move(deps, channel, { from: undefined, to: position, due: [] }))) return
  while (position < head) {
    const events = await deps.ledger.readAll(position, entriesAtOnce)
    const to = events.at(-1)?.sequence
    if (to === undefined) return
    const due = []
    for (const event of events) {
      const notice = await noticeOf(deps, event, rules)
      if (notice !== undefined && concernsChannel(notice, channel, rules.configuration))
        due.push({ sequence: event.sequence, topic: notice.topic })
    }
    if (!(await move(deps, channel, { from: position, to, due }))) return
    position = to
  }
}

/** The notice of an entry by what is known now; undefined where there is none. */
export async function noticeOf(deps: NotifierDependencies, event: LedgerEvent, rules: TellingRules): Promise<Notice | undefined> {
  if (!toldTypes.has(event.type)) return undefined
  const promotionId = promotionIn(event)
  const promotion = promotionId === undefined ? undefined : await deps.readModel.load<Promotion>('promotion', promotionId)
  try {
    return writeNotice(event, { ...rules, promotion })
  } catch (error) {
    // An entry in a form that nobody reads any more must not stand in the way of those after it.
    deps.log.error('An entry of the ledger could not be told', { sequence: event.sequence, type: event.type, error: errorMessage(error) })
    return undefined
  }
}

/** Of time that ran out: the promotion that it is about, if it is about one. */
function promotionIn({ stream, data }: LedgerEvent): string | undefined {
  if (stream.startsWith('promotion/')) return stream.slice('promotion/'.length)
  if (stream !== deadlineStream) return undefined
  const deadline = data as PassedDeadline // the stream is written with this data alone
  return 'promotionId' in deadline ? deadline.promotionId : undefined
}

function move(
  deps: NotifierDependencies,
  { id }: NotificationChannel,
  step: Omit<Parameters<NotifierDependencies['notifications']['advance']>[1], 'at'>,
): Promise<boolean> {
  return deps.notifications.advance(id, { ...step, at: deps.clock.now() })
}

/** A new channel hears of what came after the version of the configuration that named it, also where nobody read it until now. */
async function namedSince({ ledger }: NotifierDependencies, id: string): Promise<number> {
  const versions = (await ledger.read('configuration')).filter(({ type }) => type === 'configuration-applied')
  const without = versions.findLastIndex(({ data }) => {
    // This type of event is written with a configuration alone.
    const { notifications } = (data as { readonly configuration: Configuration }).configuration
    return notifications?.channels.every((channel) => channel.id !== id) ?? true
  })
  return versions[without + 1]?.sequence ?? 0
}
