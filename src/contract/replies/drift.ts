import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, PersonId, ReleaseId, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'
import { environmentSchema } from './environment.ts'

const user = z.object({ userId: z.string(), name: z.string(), isApplication: z.boolean() })

const deviationSchema = z
  .object({
    id: z.string().describe('The same as long as it is about the same thing.'),
    class: z.enum(['by-design', 'tweak', 'foreign-solution', 'unregistered', 'broken']),
    subject: z.object({ kind: z.string().optional(), key: z.string(), name: z.string(), table: z.string().optional() }),
    solution: z.string().optional().describe('Governed solution that it concerns.'),
    origin: z.enum(['ours', 'other-team', 'vendor', 'microsoft', 'platform', 'by-hand', 'drover', 'unknown']),
    message: z.string(),
    changed: list(z.string()).describe("Attributes that differ, in the platform's words."),
    digest: z.string().describe('What the difference consists of: when it changes, the deviation is a new one.'),
    who: user.optional(),
    when: id<Instant>('When it was changed, as far as the environment tells.').optional(),
    since: id<Instant>('Since when it is known to be there as it is.'),
    tweakId: z.string().optional(),
    reason: z.string().describe('Why it is in its class.'),
  })
  .meta({ id: 'Deviation' })

const tweakSchema = z
  .object({
    id: z.string(),
    deviation: z.string(),
    digest: z.string(),
    name: z.string(),
    solution: z.string().optional(),
    reason: z.string(),
    owner: id<PersonId>('Who answers for it.'),
    decision: z.enum(['back-port', 'keep', 'remove']),
    acceptedBy: id<PersonId>('Who accepted it.'),
    acceptedAt: id<Instant>('When.'),
    expiresAt: id<Instant>('When it has to be looked at again.'),
    endedAt: id<Instant>('When it ended.').optional(),
    endedWhy: z.string().optional(),
  })
  .meta({ id: 'Tweak' })

const about = { by: id<PersonId>('Who asked for it.'), digest: z.string(), note: z.string() }
const dispositionSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('adopt'),
      state: z.enum(['running', 'proposed', 'released', 'failed']),
      ...about,
      solution: z.string(),
      workId: z.string(),
      branch: z.string().optional().describe('Branch of the source repository on which the change is proposed.'),
      releaseId: id<ReleaseId>('The release that carries it.').optional(),
    }),
    z.object({
      kind: z.literal('revert'),
      state: z.enum(['proposed', 'running', 'done', 'failed']),
      ...about,
      savedAs: id<Digest>('What the component was before, among the rescues.').optional(),
    }),
  ])
  .meta({ id: 'Disposition' })

export const changeRequestSchema = z
  .object({
    id: z.string(),
    solution: z.string(),
    deviations: list(z.string()).describe('What it would bring back.'),
    branch: z.string().describe('Branch of the source repository.'),
    commit: z.string(),
    title: z.string(),
    owner: id<PersonId>('Who has to act.'),
    askedBy: id<PersonId>('Who asked for it.'),
    openedAt: id<Instant>('Since when it waits.'),
    pull: z
      .object({ url: z.string(), state: z.enum(['open', 'merged', 'closed']) })
      .optional()
      .describe('On the host of the source; absent where it has none, or none could be opened yet.'),
    pullFailure: z.string().optional().describe('Why the host has no pull request of it yet, or could not be asked.'),
    ended: z
      .object({
        at: id<Instant>('When.'),
        outcome: z.enum(['released', 'declined', 'superseded']),
        why: z.string(),
        releaseId: id<ReleaseId>('The release that carries it.').optional(),
      })
      .optional()
      .describe('Absent while it waits.'),
  })
  .meta({ id: 'ChangeRequest' })

export const driftSchema = z
  .object({
    environment: environmentSchema,
    assessment: z
      .object({
        environmentId: id<EnvironmentId>('Which environment.'),
        observation: id<Digest>('The observation that it rests on.'),
        observedAt: id<Instant>('When what it says was first seen.'),
        deviations: list(deviationSchema),
        byDesign: z.int().min(0).describe('Differences that are meant to be there; only counted.'),
        leftovers: list(deviationSchema)
          .optional()
          .describe('Layers by hand that repeat what the release says since they were adopted; they hide what the next one changes.'),
        leftBehind: list(
          z.object({ solution: z.string(), kind: z.string(), key: z.string(), name: z.string(), table: z.string().optional() }),
        )
          .optional()
          .describe('What a release had brought that was gone back from by an update, which takes nothing away.'),
        unseen: list(z.object({ what: z.string(), why: z.string() }))
          .optional()
          .describe('What could not be seen, where deviations may be that are not listed.'),
      })
      .optional()
      .describe('Absent before the first observation.'),
    solutions: list(
      z.object({
        solution: z.string(),
        version: id<Version>('What Drover deployed.'),
        open: z.int().min(0).describe('Changes that nobody has said anything about.'),
      }),
    ),
    overdue: list(z.string()).describe('Ids of deviations that are unregistered for longer than policy allows.'),
    overdueAfterDays: z.number(),
    record: z.object({
      observed: z.object({ digest: id<Digest>('Of the newest observation.'), at: id<Instant>('When.') }).optional(),
      tweaks: list(tweakSchema).describe('Those in force and those that ended, newest first.'),
      dispositions: z.record(z.string(), dispositionSchema).describe('Deviation → how far its disposition is.'),
      changeRequests: list(changeRequestSchema)
        .optional()
        .describe('What owners are asked to take into the source, newest first, with those that ended; absent before the first.'),
    }),
  })
  .meta({ id: 'Drift' })

export const revertProposalSchema = z
  .object({
    view: driftSchema,
    plan: z.object({ lines: list(z.string()), winner: z.string().optional().describe('Whose say users see afterwards.') }).optional(),
  })
  .meta({ id: 'RevertProposal' })

export type DriftReply = z.output<typeof driftSchema>
export type RevertProposalReply = z.output<typeof revertProposalSchema>
