import { z } from 'zod'
import type { EnvironmentId, Instant, ReleaseId } from '#domain/kernel'
import { recoveryWayKinds } from './replies/recovery.ts'
import { recoveryListSchema, recoveryWorkSchema, restoreSandboxSchema } from './replies/sandbox.ts'
import { id } from './schema-parts.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'

const petParams = z.object({ environmentId: id<EnvironmentId>('Id of the pet.') })
const sandboxId = id<EnvironmentId>('Id of its recovery sandbox.')
const reason = z.string().max(4000).default('').describe('Why; whoever confirms may leave it out.')
const instant = z.iso.datetime({ offset: true }) as unknown as z.ZodType<Instant, Instant> // checked to be one
const twoPeople =
  'Where rows of everybody become readable or values are written over or components change, the first word is a proposal, refused with `recovery.needs-second-person`; the same call of a second person carries it out.'

/** Recovery sandboxes: restores into them, repairs out of them, rehearsals on them. */
export const sandboxRoutes = {
  restoreSandbox: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/recovery/restores`,
    tag: 'recovery',
    summary: 'Restore a pet, as it was at a moment, into its recovery sandbox',
    description: `Everything in the sandbox is lost. Unless it is confirmed nothing is done, and the answer tells what it would do. ${twoPeople}`,
    params: petParams,
    body: z.strictObject({
      sandboxId,
      pointId: z.string().min(1).max(200).optional().describe("The platform's id of a restore point; absent, as `at`: the newest."),
      at: instant.optional().describe('A moment of the past that the platform still keeps.'),
      reason,
      isConfirmed: z.boolean().default(false),
    }),
    status: 202,
    reply: restoreSandboxSchema,
  },
  listRecoveries: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/recovery`,
    tag: 'recovery',
    summary: 'Rehearsals of the ways back of a pet, and work on its sandboxes',
    params: petParams,
    status: 200,
    reply: recoveryListSchema,
  },
  loadRecoveryWork: {
    method: 'GET',
    path: `${apiBase}/recovery/:workId`,
    tag: 'recovery',
    summary: 'How far work on a recovery sandbox is',
    params: z.object({ workId: z.string().min(1).max(200) }),
    status: 200,
    reply: recoveryWorkSchema,
  },
  repairRows: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/recovery/repairs`,
    tag: 'recovery',
    summary: 'Bring rows and values back into a pet from its recovery sandbox',
    description: `Makes rows that are gone and fills values that are empty; overwrites what differs only where it is told to, after saving what is there. Follow it by its id. ${twoPeople}`,
    params: petParams,
    body: z.strictObject({
      sandboxId,
      table: z.string().min(1).max(128).describe('Logical name of the table.'),
      columns: z.array(z.string().min(1).max(128)).min(1).max(500).optional().describe('Absent: every column.'),
      changedSince: instant.optional().describe('Only rows changed in the pet since then, or gone there.'),
      isOverwriting: z.boolean().default(false),
      isDryRun: z.boolean().default(false).describe('Compare and count, and write nothing.'),
      reason,
    }),
    status: 202,
    reply: recoveryWorkSchema,
  },
  repairComponents: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/recovery/component-repairs`,
    tag: 'recovery',
    summary: 'Bring components of a solution back into a pet from its recovery sandbox',
    description: `Changes by hand that the pet lost, and what was made by hand there, unmanaged and under its layer policy; managed parts come back by a release alone. It brings what the newest finished look showed, and nothing over what stands there. Follow it by its id. ${twoPeople}`,
    params: petParams,
    body: z.strictObject({
      sandboxId,
      solution: z.string().min(1).max(100).describe('Unique name of the solution.'),
      components: z.array(z.string().min(1).max(400)).min(1).max(500).optional().describe('`kind:key`; absent: all that come back.'),
      isDryRun: z.boolean().default(false).describe('Compare, and bring nothing.'),
      reason,
    }),
    status: 202,
    reply: recoveryWorkSchema,
  },
  rehearseRecovery: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/recovery/rehearsals`,
    tag: 'recovery',
    summary: 'Go a way back on a recovery sandbox, measured and recorded',
    description: `The sandbox first gets the state of the pet, unless it is taken as it is. ${twoPeople}`,
    params: petParams,
    body: z.strictObject({
      sandboxId,
      solution: z.string().min(1).max(100).describe('Unique name of the solution.'),
      way: z.enum(recoveryWayKinds).default('redeploy'),
      from: id<ReleaseId>('A sealed release that is brought first and gone back from; absent: what is there.').optional(),
      isAsItIs: z.boolean().default(false),
      reason,
    }),
    status: 202,
    reply: recoveryWorkSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
