import { z } from 'zod'
import type { EnvironmentId, Instant, PersonId } from '#domain/kernel'
import { peopleGates, roles } from '../vocabulary.ts'
import { topicSchema } from '../notification-settings.ts'
import { id, list } from '../schema-parts.ts'

const audienceSchema = z.object({
  people: list(id<PersonId>('Id of a person.')).optional(),
  groups: list(z.string()).optional(),
  roles: list(z.enum(roles)).optional(),
  gates: list(z.enum(peopleGates)).optional(),
  environments: list(id<EnvironmentId>('Id of an environment.')).optional(),
  solutions: list(z.string()).optional(),
})

export const notificationsSchema = z
  .object({
    channels: list(
      z.object({
        id: z.string(),
        kind: z.enum(['webhook', 'teams', 'slack']),
        about: list(topicSchema).optional().describe('Absent: of everything.'),
        for: audienceSchema.optional().describe('Absent: for everybody.'),
        waiting: z.int().describe('Messages that have not arrived yet.'),
        failing: z.int().describe('Of those: tried at least once.'),
      }),
    ),
    messages: list(
      z.object({
        channel: z.string(),
        sequence: z.int().describe('The entry of the ledger that it is about.'),
        topic: topicSchema,
        addedAt: id<Instant>('When it came due.'),
        tries: z.int(),
        state: z.enum(['due', 'sent', 'given-up']),
        dueAt: id<Instant>('While it is due: not before then.'),
        sentAt: id<Instant>('When it arrived.').optional(),
        failure: z.string().optional().describe('Why the last try failed.'),
      }),
    ),
  })
  .meta({ id: 'Notifications' })
