import { z } from 'zod'
import type { Instant, PersonId } from '#domain/kernel'
import { peopleGates, roles } from '../vocabulary.ts'
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

const scope = {
  environment: z.string().optional().describe('Only for this environment.'),
  pipeline: z.string().optional().describe('Only for this pipeline.'),
  solution: z.string().optional().describe('Only for this solution.'),
}

const delegationSchema = z.object({
  id: z.string(),
  absent: id<PersonId>('Whose place is taken.'),
  deputy: id<PersonId>('Who takes it.'),
  gates: list(z.enum(peopleGates)).optional().describe('Only at these gates.'),
  roles: list(z.enum(roles)).optional().describe('Only at gates that ask for one of these roles.'),
  from: id<Instant>('From when.'),
  until: id<Instant>('Until when.'),
  reason: z.string(),
  namedBy: id<PersonId>('Who named the deputy.'),
  confirmedBy: id<PersonId>('The second person, where somebody else than the absent one named the deputy.').optional(),
  endedAt: id<Instant>('When it was taken back, before its end.').optional(),
  awaitsSecond: z.boolean().describe('It does not hold before a second platform-admin confirms it.'),
})

export const personViewSchema = z
  .object({
    id: id<PersonId>('Id of the person.'),
    name: z.string(),
    kind: z.enum(['person', 'service']),
    builderLevel: z.enum(['citizen', 'advanced', 'professional']).optional(),
    roles: list(
      z.object({
        role: z.enum(roles),
        ...scope,
        group: z.string().optional().describe('The group that it was granted to.'),
        reason: z.string().optional().describe('Why it was granted.'),
        since: id<Instant>('Since which version of the configuration.').optional(),
      }),
    ),
    grants: list(
      z.object({
        id: z.string(),
        role: z.enum(roles),
        ...scope,
        askedBy: id<PersonId>('Who asked for it.'),
        askedAt: id<Instant>('When.'),
        reason: z.string(),
        until: id<Instant>('When it ends by itself.'),
        confirmed: z
          .object({ by: id<PersonId>('The second person.'), at: id<Instant>('From when it holds.') })
          .optional()
          .describe('Absent: it waits for a second person, and gives nothing.'),
        endedAt: id<Instant>('When it was given or taken back, before its end.').optional(),
      }),
    ).describe('Roles with an end, also those that are over.'),
    groups: list(z.string()),
    deputies: list(delegationSchema).describe('Who takes their place, took it, or will.'),
    deputyOf: list(delegationSchema).describe('Whose place they take, took, or will.'),
    certified: z
      .object({ by: id<PersonId>('Who.'), at: id<Instant>('When.'), roles: list(z.enum(roles)), comment: z.string() })
      .optional()
      .describe('The newest word that they still need their roles.'),
    certificationDueAt: id<Instant>('Since when such a word is due; absent: it is not.').optional(),
    lastUsedAt: id<Instant>('When a token of theirs was used last, to about an hour; absent where that is not known.').optional(),
  })
  .meta({ id: 'Person' })

export type PersonViewReply = z.output<typeof personViewSchema>

export const peopleListSchema = z.object({ people: list(personViewSchema) }).meta({ id: 'PeopleList' })

export const leavingSchema = z
  .object({
    items: list(
      z.object({
        kind: z.enum(['solution', 'environment', 'data', 'gate', 'administration', 'grant', 'deputy', 'promotion', 'token', 'flow']),
        subject: z.string(),
        message: z.string(),
        stops: z.boolean().describe('It stops until somebody else is named.'),
      }),
    ),
  })
  .meta({ id: 'Leaving' })

export type LeavingReply = z.output<typeof leavingSchema>

export const raciSchema = z
  .object({
    rows: list(
      z.object({
        role: z.string(),
        name: z.string(),
        scaleOps: z.string().describe('Its name among the roles of SCALE-OPS.'),
        platform: z.string().describe('Its name in the platform.'),
        tiers: list(z.object({ tier: z.int(), letters: list(z.string()), task: z.string().optional() })),
        filledBy: list(id<PersonId>('Who stands for it here.')),
        endsAt: list(z.object({ person: id<PersonId>('Who of them.'), until: id<Instant>('Until when.') })).describe(
          'Of those: until an end alone.',
        ),
        source: z.string(),
      }),
    ),
    gates: list(z.object({ gate: z.string(), role: z.string(), source: z.string() })).describe(
      'Who is accountable for each gate; `tier`: whoever is for solutions of that tier.',
    ),
    caveat: z.string(),
  })
  .meta({ id: 'Raci' })

export type RaciReply = z.output<typeof raciSchema>
