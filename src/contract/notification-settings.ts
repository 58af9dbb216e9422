import { z } from 'zod'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { NoticeTopic, NotificationChannel, NotificationSettings } from '#domain/pipeline'
import { noticeTopics } from '#domain/pipeline'
import type { ConfigurationFile } from './configuration-file.ts'
import type { Breach } from './configuration-issues.ts'
import { readSecret, writeSecret } from './secret-reference.ts'

type WrittenSettings = NonNullable<ConfigurationFile['notifications']>
type WrittenChannel = WrittenSettings['channels'][number]

// An object of a known type has these keys and no others.
const topics = Object.keys(noticeTopics) as [NoticeTopic, ...NoticeTopic[]]

export const topicSchema = z.enum(topics)

/** Settings as a file says them → as they hold. */
export function toNotifications({ page, channels }: WrittenSettings): NotificationSettings {
  return { ...(page === undefined ? {} : { page: page.replace(/\/+$/, '') }), channels: channels.map(toChannel) }
}

/** The way back. */
export function writeNotifications({ page, channels }: NotificationSettings) {
  return {
    ...(page === undefined ? {} : { page }),
    channels: channels.map((channel) =>
      channel.kind === 'webhook'
        ? { ...channel, secret: writeSecret(channel.secret) }
        : { ...channel, address: writeSecret(channel.address) },
    ),
  }
}

function toChannel({ for: audience, ...channel }: WrittenChannel): NotificationChannel {
  const whom = audience === undefined ? {} : { for: toAudience(audience) }
  if (channel.kind === 'webhook') return { ...channel, ...whom, secret: readSecret(channel.secret) }
  return { ...channel, ...whom, address: readSecret(channel.address) }
}

function toAudience({ people, environments, ...rest }: NonNullable<WrittenChannel['for']>): NonNullable<NotificationChannel['for']> {
  return {
    ...rest,
    ...(people === undefined ? {} : { people: people.map((id) => toId<PersonId>(id)) }),
    ...(environments === undefined ? {} : { environments: environments.map((id) => toId<EnvironmentId>(id)) }),
  }
}

/** Channels that stand twice, or are for somebody or something that nothing declares: nobody would ever hear. */
export function findDanglingInNotifications(file: ConfigurationFile): readonly Breach[] {
  const channels = file.notifications?.channels ?? []
  return channels.flatMap((channel, index) => {
    const path = ['notifications', 'channels', index]
    const isTwice = channels.findIndex(({ id }) => id === channel.id) !== index
    const { people = [], groups = [], environments = [], solutions = [] } = channel.for ?? {}
    const wanted = [
      { what: 'people', named: people, known: file.people.map(({ id }) => id) },
      { what: 'groups', named: groups, known: (file.groups ?? []).map(({ id }) => id) },
      { what: 'environments', named: environments, known: file.environments.map(({ id }) => id) },
      { what: 'solutions', named: solutions, known: file.solutions.map(({ uniqueName }) => uniqueName) },
    ]
    return [
      ...(isTwice ? [{ path: [...path, 'id'], message: `the id "${channel.id}" stands twice; each channel has its own.` }] : []),
      ...wanted.flatMap(({ what, named, known }) =>
        named.flatMap((id, place) =>
          known.some((one) => one.toLowerCase() === id.toLowerCase())
            ? []
            : [
                {
                  path: [...path, 'for', what, place],
                  message: `none of the ${what} is "${id}"; declared: ${known.join(', ') || 'none'}.`,
                },
              ],
        ),
      ),
    ]
  })
}
