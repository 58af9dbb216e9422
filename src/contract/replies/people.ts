import { z } from 'zod'
import type { PersonId } from '#domain/kernel'
import { roles } from '../configuration-file.ts'
import { id, list } from '../schema-parts.ts'

export const meSchema = z
  .object({
    id: id<PersonId>('Id of the person whom the token names.'),
    name: z.string(),
    roles: list(z.enum(roles)),
    isKnown: z.boolean().describe('Whether the configuration in force names this person.'),
    people: list(z.object({ id: id<PersonId>('Id of a person.'), name: z.string() })).describe(
      'Everybody whom the configuration names, to show names for ids.',
    ),
  })
  .meta({ id: 'Me' })

export type MeReply = z.output<typeof meSchema>
