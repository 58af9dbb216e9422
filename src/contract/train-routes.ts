import { z } from 'zod'
import type { PersonId, ReleaseId, StageId } from '#domain/kernel'
import { peopleGates } from './vocabulary.ts'
import { trainListSchema, trainViewSchema } from './replies/train.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { emergencyField, id, list } from './schema-parts.ts'

const trainParams = z.object({ trainId: z.string().min(1).max(200).describe('Id of the train.') })
const path = `${apiBase}/trains/:trainId` as const
const reason = z.string().trim().min(1).max(4000)

/** Several releases that go into one environment together. */
export const trainRoutes = {
  requestTrain: {
    method: 'POST',
    path: `${apiBase}/trains`,
    tag: 'trains',
    summary: 'Ask for several releases to go into one environment, in the order in which they need each other',
    description:
      'Each is planned against the target as it will be after those before it. What would be refused of one refuses the train. The highest tier among its solutions rules for all; people decide on the train once a gate, and nothing joins or leaves it afterwards.',
    body: z.strictObject({
      releaseIds: list(id<ReleaseId>('Id of a sealed release.')).describe(
        'One of a solution; where none needs another they go in as named.',
      ),
      stageId: id<StageId>('The stage; where a pipeline has none of that id, its one stage into the same environment.'),
      emergency: emergencyField,
      name: z.string().trim().max(200).optional().describe('What people call it.'),
    }),
    status: 201,
    reply: trainViewSchema,
  },
  listTrains: {
    method: 'GET',
    path: `${apiBase}/trains`,
    tag: 'trains',
    summary: 'Trains, newest first',
    status: 200,
    reply: trainListSchema,
  },
  loadTrain: {
    method: 'GET',
    path,
    tag: 'trains',
    summary: 'A train with its promotions as they stand now',
    params: trainParams,
    status: 200,
    reply: trainViewSchema,
  },
  decideTrain: {
    method: 'POST',
    path: `${path}/decisions`,
    tag: 'trains',
    summary: 'Say yes or no to a train at a gate',
    description:
      'The word counts for each promotion of the train that waits at that gate and names the person. All are planned again before a yes; what differs refuses it. A no ends the train.',
    params: trainParams,
    body: z.strictObject({
      gate: z.enum(peopleGates),
      verdict: z.enum(['approve', 'reject']),
      comment: z.string().max(4000).default(''),
      seen: z.string().max(64).optional().describe('The binding that the person looked at, or its beginning.'),
      onBehalfOf: id<PersonId>('Whose place the person takes, as their deputy.').optional(),
    }),
    status: 201,
    reply: trainViewSchema,
  },
  withdrawTrain: {
    method: 'POST',
    path: `${path}/withdrawal`,
    tag: 'trains',
    summary: 'Take a train back: what has not gone in is withdrawn, what has stays',
    params: trainParams,
    body: z.strictObject({ reason }),
    status: 201,
    reply: trainViewSchema,
  },
  resumeTrain: {
    method: 'POST',
    path: `${path}/resumptions`,
    tag: 'trains',
    summary: 'Have the promotion tried again that holds the rest of a train',
    params: trainParams,
    body: z.strictObject({ reason }),
    status: 202,
    reply: trainViewSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
