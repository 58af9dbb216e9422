import { z } from 'zod'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { environmentInspectionSchema, environmentListSchema, protectionSchema, upgradeWorkSchema } from './replies/environment.ts'
import { environmentRecordSchema, observationSchema } from './replies/observation.ts'
import { driftSchema, revertProposalSchema } from './replies/drift.ts'
import { id } from './schema-parts.ts'
import type { Route } from './route.ts'
import { apiBase, digest } from './route.ts'

const environmentParams = z.object({ environmentId: id<EnvironmentId>('Id of the environment.') })
const deviation = z.string().min(1).max(1000).describe('Id of the deviation.')

/** Environments: what they consist of, what may change them, and how far they are from what is expected. */
export const environmentRoutes = {
  listEnvironments: {
    method: 'GET',
    path: `${apiBase}/environments`,
    tag: 'environments',
    summary: 'Environments of the configuration in force',
    status: 200,
    reply: environmentListSchema,
  },
  inspectEnvironment: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId`,
    tag: 'environments',
    summary: 'What an environment has installed, read now',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 200,
    reply: environmentInspectionSchema,
  },
  loadProtection: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/protection`,
    tag: 'environments',
    summary: 'Who and what may change an environment, read now',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 200,
    reply: protectionSchema,
  },
  changeProtection: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/protection`,
    tag: 'environments',
    summary: 'Block or allow unmanaged changes',
    description:
      'In a pet the first word is a proposal, refused with `protection.needs-second-person`; the same word of its owner or another platform-admin carries it out.',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    body: z.strictObject({
      isOn: z.boolean().describe('True: unmanaged changes are blocked.'),
      reason: z.string().max(2000).optional().describe('Why; whoever confirms may leave it out.'),
    }),
    status: 200,
    reply: protectionSchema,
  },
  observeEnvironment: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/observations`,
    tag: 'environments',
    summary: 'Look at an environment now',
    description:
      'Reads and changes nothing in it. Refused with `observation.running` when it takes longer than a request should: ask again, the same observation goes on.',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 201,
    reply: observationSchema,
  },
  loadEnvironmentRecord: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/record`,
    tag: 'environments',
    summary: 'When an environment was last seen, and what of it is known good',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 200,
    reply: environmentRecordSchema,
  },
  acceptBaseline: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/baseline`,
    tag: 'environments',
    summary: 'Record how an environment was last seen as known good',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    body: z.strictObject({
      comment: z.string().max(4000).describe('Why this state is good.'),
      seen: digest.optional().describe('Refused unless this observation is still the newest.'),
    }),
    status: 201,
    reply: environmentRecordSchema,
  },
  watchDrift: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift`,
    tag: 'drift',
    summary: 'Look at an environment now and hold it against what is expected of it',
    description:
      'Changes nothing in it. Refused with `observation.running` when it takes longer than a request should: ask again, the same observation goes on.',
    params: environmentParams,
    status: 200,
    reply: driftSchema,
  },
  loadDrift: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/drift`,
    tag: 'drift',
    summary: 'How an environment stood against what is expected of it when it was last seen',
    params: environmentParams,
    status: 200,
    reply: driftSchema,
  },
  acceptDeviation: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/acceptances`,
    tag: 'drift',
    summary: 'Register a change as a tweak of this environment',
    description: 'For the owner of the solution or of the environment. It holds until it expires, or until the component is changed again.',
    params: environmentParams,
    body: z.strictObject({
      deviation,
      reason: z.string().max(4000).describe('Why production needs it.'),
      owner: id<PersonId>('Who answers for it.'),
      days: z.int().min(1).describe('How long it holds.'),
      decision: z.enum(['back-port', 'keep', 'remove']).describe('What shall become of it in the end.'),
    }),
    status: 201,
    reply: driftSchema,
  },
  adoptDeviations: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/adoptions`,
    tag: 'drift',
    summary: 'Bring changes back into the source, on a branch of its repository, and ask the owner of the solution to take them',
    description: 'Of one solution at a time. Follow it in `record.dispositions` until it is proposed, and then in `record.changeRequests`.',
    params: environmentParams,
    body: z.strictObject({ deviations: z.array(deviation).min(1).max(500) }),
    status: 202,
    reply: driftSchema,
  },
  declineChangeRequest: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/change-requests/:requestId/refusals`,
    tag: 'drift',
    summary: 'Say no to a change request, which opens its changes again',
    description: 'For the owner of the solution or of the environment. The branch and a pull request of it stay as they are.',
    params: environmentParams.extend({ requestId: z.string().min(1).max(200).describe('Id of the change request.') }),
    body: z.strictObject({ reason: z.string().max(4000).describe('Why it is not taken.') }),
    status: 201,
    reply: driftSchema,
  },
  revertDeviation: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/reverts`,
    tag: 'drift',
    summary: 'Ask for a change by hand to be taken away',
    description: 'Says what that would do. Nothing happens until a second person confirms it.',
    params: environmentParams,
    body: z.strictObject({ deviation, reason: z.string().max(4000) }),
    status: 201,
    reply: revertProposalSchema,
  },
  confirmRevert: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/reverts/confirmations`,
    tag: 'drift',
    summary: 'Confirm, as the second person, that a change by hand is taken away',
    params: environmentParams,
    body: z.strictObject({ deviation }),
    status: 202,
    reply: driftSchema,
  },
  resumeStage: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/holds/resumptions`,
    tag: 'environments',
    summary: 'Give a held environment free for a solution',
    description:
      'For the owner of the environment, the owner of the solution and release managers. After a promotion that went wrong in a pet nothing but a recovery of its solution goes in until then.',
    params: environmentParams,
    body: z.strictObject({
      solution: z.string().min(1).max(100).describe('Unique name of the solution.'),
      reason: z.string().max(4000).describe('What was found, and what it is given free for.'),
    }),
    status: 201,
    reply: environmentRecordSchema,
  },
  workLeftoverUpgrade: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/upgrades`,
    tag: 'environments',
    summary: 'Apply or withdraw an upgrade that others staged and left behind',
    description:
      'For the environment’s owner and platform-admins. Unless it is confirmed nothing is done, and the refusal `upgrade.not-confirmed` lists what would go. Applying is refused where data goes: a promotion does that, with its gates.',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    body: z.strictObject({
      solution: z.string().min(1).max(100).describe('Unique name of the solution, without _Upgrade.'),
      deed: z.enum(['apply', 'withdraw']),
      reason: z.string().max(4000).default(''),
      isConfirmed: z.boolean().default(false),
    }),
    status: 202,
    reply: upgradeWorkSchema,
  },
  loadUpgradeWork: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/upgrades/:workId`,
    tag: 'environments',
    summary: 'How far work on a staged upgrade is',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.'), workId: z.string() }),
    status: 200,
    reply: upgradeWorkSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
