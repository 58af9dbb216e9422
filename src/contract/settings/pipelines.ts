import { z } from 'zod'
import { list } from '../schema-parts.ts'
import { machineGates, peopleGates } from '../vocabulary.ts'
import { configurationDefaults } from './defaults.ts'
import { identifier, shownName } from './parts.ts'

const gate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(machineGates).describe('A gate whose evidence Drover gathers by itself.') }),
  z.strictObject({
    kind: z.enum(peopleGates).describe('A gate that people open.'),
    people: list(identifier).default([]).describe('Ids of those who may decide.'),
    groups: list(identifier)
      .optional()
      .describe('Ids of groups whose members may decide as well; whoever is in two of them counts once. Default: none.'),
    quorum: z.int().min(1).default(configurationDefaults.quorum).describe('How many of them must say yes.'),
    expiresAfterHours: z
      .number()
      .positive()
      .default(configurationDefaults.expiresAfterHours)
      .describe('Hours after which an undecided request lapses.'),
    whenDemanded: z
      .literal(true)
      .optional()
      .describe(
        'true: it is asked only where the tier or a demand of the policy wants it. Default: it is asked of all that goes into the stage.',
      ),
  }),
])

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'Write hours and minutes, for example 18:30.')
const wallTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'Write a local date and time without a zone, for example 2026-12-20T18:00.')

const changeWindow = z.strictObject({
  days: list(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
  from: clockTime,
  to: clockTime.describe('One that is not after `from` is meant on the next day.'),
})

const freeze = z.strictObject({
  name: shownName,
  from: wallTime,
  to: wallTime,
  reason: z.string().min(1).describe('Why; whoever is turned away reads it.'),
})

const stage = z.strictObject({
  id: identifier,
  name: shownName,
  environment: identifier.describe('Id of the environment that the stage deploys into.'),
  gates: list(gate).default([]).describe('Gates of the stage; those that the tier demands as well are added, never removed.'),
  changeWindows: list(changeWindow)
    .optional()
    .describe('When the stage takes promotions, by wall clocks in the zone `timeZone`. Default: always.'),
  freezes: list(freeze).optional().describe('When it takes none, whatever its windows say.'),
})

export const pipeline = z.strictObject({
  id: identifier,
  name: shownName,
  source: identifier.describe('Id of the development environment that solutions are exported from.'),
  stages: list(stage).describe('In order of promotion.'),
})
