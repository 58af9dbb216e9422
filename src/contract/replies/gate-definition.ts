import { z } from 'zod'
import type { PersonId } from '#domain/kernel'
import { machineGates, peopleGates } from '../vocabulary.ts'
import { id, list } from '../schema-parts.ts'

export const gateDefinitionSchema = z.union([
  z.object({
    kind: z.enum(peopleGates),
    people: list(id<PersonId>('Who may decide.')),
    groups: list(z.string()).optional().describe('Groups whose members may decide as well.'),
    quorum: z.int(),
    expiresAfterHours: z.number(),
    whenDemanded: z.literal(true).optional().describe('It is asked only where the tier or a demand of the policy wants it.'),
  }),
  z.object({ kind: z.enum(machineGates) }),
])
