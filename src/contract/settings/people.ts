import { z } from 'zod'
import { list } from '../schema-parts.ts'
import { roles } from '../vocabulary.ts'
import { identifier, shownName } from './parts.ts'

export const person = z.strictObject({
  id: identifier.describe('What tokens, gates and owners name the person by.'),
  name: shownName,
  subject: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'Who the person is at the issuer of `signIn`: the value of its claim, which never changes (oid, sub). Not an e-mail address. Default: they do not sign in there.',
    ),
  roles: list(z.enum(roles)),
  kind: z
    .enum(['person', 'service'])
    .optional()
    .describe('service: an identity of software, such as a build; it decides nothing. Default: person.'),
  builderLevel: z
    .enum(['citizen', 'advanced', 'professional'])
    .optional()
    .describe('How far the person builds by themselves; it caps the tier of solutions that they may own. Default: no cap is known.'),
})

export const group = z.strictObject({
  id: identifier.describe('What gates and grants name the group by.'),
  name: shownName,
  members: list(identifier).describe('Ids of its people.'),
})

export const grant = z
  .strictObject({
    person: identifier.optional().describe('Who has the role; or `group`.'),
    group: identifier.optional().describe('The group whose members have the role; or `person`.'),
    role: z.enum(roles),
    environment: identifier.optional().describe('Only for this environment. Default: for all.'),
    pipeline: identifier.optional().describe('Only for this pipeline. Default: for all.'),
    solution: z.string().min(1).optional().describe('Only for this solution. Default: for all.'),
    reason: z.string().min(1).describe('Why they have it.'),
  })
  .refine(({ person, group }) => (person === undefined) !== (group === undefined), 'Name either a person or a group.')
