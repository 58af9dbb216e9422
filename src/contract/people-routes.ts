import { z } from 'zod'
import type { EnvironmentId, PersonId, PipelineId } from '#domain/kernel'
import { peopleGates, roles } from './vocabulary.ts'
import { leavingSchema, peopleListSchema, personViewSchema, raciSchema } from './replies/people.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id, list } from './schema-parts.ts'

const personParams = z.object({ personId: id<PersonId>('Id of the person.') })
const delegationParams = personParams.extend({ delegationId: z.string().min(1).max(200).describe('Id of the delegation.') })
const grantParams = personParams.extend({ grantId: z.string().min(1).max(200).describe('Id of the grant.') })
const path = `${apiBase}/people/:personId` as const

/** People, what they may do, and who stands in for them. */
export const peopleRoutes = {
  listPeople: {
    method: 'GET',
    path: `${apiBase}/people`,
    tag: 'people',
    summary: 'People, with their roles, groups and deputies',
    description:
      'Each role with where it holds and since when, and when a token of the person was used last: what rights are certified again by.',
    status: 200,
    reply: peopleListSchema,
  },
  loadPerson: {
    method: 'GET',
    path,
    tag: 'people',
    summary: 'One person, with roles, groups and deputies',
    params: personParams,
    status: 200,
    reply: personViewSchema,
  },
  nameDeputy: {
    method: 'POST',
    path: `${path}/deputies`,
    tag: 'people',
    summary: 'Name somebody who takes the place of a person at gates, for a time',
    description:
      'By the person themselves; or by a platform-admin for somebody who cannot, which a second one confirms before it holds. A deputy has a role that fits the gate, and counts there as themselves and as the one whose place they take.',
    params: personParams,
    body: z.strictObject({
      deputy: id<PersonId>('Who takes the place.'),
      gates: list(z.enum(peopleGates)).optional().describe('Only at these gates. Default: at all.'),
      roles: list(z.enum(roles)).optional().describe('Only at gates that ask for one of these roles. Default: whatever they ask for.'),
      from: z.iso.datetime({ offset: true }).optional().describe('Default: from now on.'),
      until: z.iso.datetime({ offset: true }).describe('When it ends.'),
      reason: z.string().trim().min(1).max(4000),
    }),
    status: 201,
    reply: personViewSchema,
  },
  confirmDeputy: {
    method: 'POST',
    path: `${path}/deputies/:delegationId/confirmation`,
    tag: 'people',
    summary: 'Confirm, as a second platform-admin, a deputy whom another named for somebody who is away',
    params: delegationParams,
    status: 200,
    reply: personViewSchema,
  },
  endDeputy: {
    method: 'POST',
    path: `${path}/deputies/:delegationId/end`,
    tag: 'people',
    summary: 'End a delegation now',
    description: 'By the person, the deputy or a platform-admin. What the deputy decided stands.',
    params: delegationParams,
    status: 200,
    reply: personViewSchema,
  },
  askForGrant: {
    method: 'POST',
    path: `${path}/grants`,
    tag: 'people',
    summary: 'Ask for a role that a person has until an end',
    description:
      'By the person, or by a platform-admin; a second one confirms it before it holds. For no longer than policy gives it, and at gates only where the person is named besides.',
    params: personParams,
    body: z.strictObject({
      role: z.enum(roles),
      environment: id<EnvironmentId>('Only for this environment.').optional(),
      pipeline: id<PipelineId>('Only for this pipeline.').optional(),
      solution: z.string().min(1).max(200).optional().describe('Only for this solution.'),
      until: z.iso.datetime({ offset: true }).describe('When it ends.'),
      reason: z.string().trim().min(1).max(4000),
    }),
    status: 201,
    reply: personViewSchema,
  },
  confirmGrant: {
    method: 'POST',
    path: `${path}/grants/:grantId/confirmation`,
    tag: 'people',
    summary: 'Confirm, as a second person, a role that somebody has until an end',
    description: 'For platform-admins whose own role has no end, who neither asked for it nor would have it.',
    params: grantParams,
    status: 200,
    reply: personViewSchema,
  },
  endGrant: {
    method: 'POST',
    path: `${path}/grants/:grantId/end`,
    tag: 'people',
    summary: 'End a role with an end now, or take it back before it was confirmed',
    description: 'By the person, whoever asked or a platform-admin. What was done with it stands.',
    params: grantParams,
    status: 200,
    reply: personViewSchema,
  },
  certifyRights: {
    method: 'POST',
    path: `${path}/certification`,
    tag: 'people',
    summary: 'Certify that a person still needs the roles that they have',
    description: 'For platform-admins, and never for themselves. Due again after the days that policy gives privileged roles.',
    params: personParams,
    body: z.strictObject({ comment: z.string().trim().min(1).max(4000).describe('What was looked at.') }),
    status: 200,
    reply: personViewSchema,
  },
  foreseeLeaving: {
    method: 'GET',
    path: `${path}/leaving`,
    tag: 'people',
    summary: 'What stops if a person leaves',
    description:
      'What they own, gates that nobody could open any more, tokens, delegations, and flows that show their name. Changes nothing.',
    params: personParams,
    status: 200,
    reply: leavingSchema,
  },
  loadRaci: {
    method: 'GET',
    path: `${apiBase}/raci`,
    tag: 'people',
    summary: 'Who is accountable, responsible, consulted and informed',
    status: 200,
    reply: raciSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
