import { z } from 'zod'
import type { NoticeTopic } from '#domain/pipeline'
import { noticeTopics } from '#domain/pipeline'
import { list } from '../schema-parts.ts'
import { peopleGates, roles } from '../vocabulary.ts'
import { address, identifier, secretReference, webAddress } from './parts.ts'

const channelBase = {
  id: identifier.describe('What the channel is listed by; with another id it is another channel, which hears of what comes from then on.'),
  // An object of a known type has these keys and no others.
  about: list(z.enum(Object.keys(noticeTopics) as [NoticeTopic, ...NoticeTopic[]]))
    .optional()
    .describe(
      `Of what it hears. ${Object.entries(noticeTopics)
        .map(([topic, words]) => `${topic}: ${words}`)
        .join('; ')}. Default: of all of it.`,
    ),
  for: z
    .strictObject({
      people: list(z.string()).optional(),
      groups: list(z.string()).optional(),
      roles: list(z.enum(roles)).optional().describe('Of those whom it concerns.'),
      gates: list(z.enum(peopleGates)).optional(),
      environments: list(z.string()).optional(),
      solutions: list(z.string()).optional(),
    })
    .optional()
    .describe('Whom it is for: it hears of what concerns one of each kind that is named. Default: everybody.'),
}

const channel = z.discriminatedUnion('kind', [
  z.strictObject({
    ...channelBase,
    kind: z.literal('webhook').describe('Data by POST, signed with HMAC-SHA256 as Standard Webhooks asks.'),
    url: webAddress,
    secret: secretReference.describe('Where the secret is that messages are signed with.'),
  }),
  z.strictObject({
    ...channelBase,
    kind: z.enum(['teams', 'slack']).describe('A message for the incoming webhook of a channel there.'),
    address: secretReference.describe('Where the address of the incoming webhook is: whoever has it can write there.'),
  }),
])

export const notifications = z.strictObject({
  page: address
    .optional()
    .describe('Where people reach the page, for links. Default: `address` of `signIn`; without either there are no links.'),
  channels: list(channel),
})
