import { z } from 'zod'
import type { PersonId } from '#domain/kernel'
import { forgottenPersonSchema, issuedTokenSchema, scopesSchema, tokenListSchema, tokenSchema } from './replies/access.ts'
import { id, list } from './schema-parts.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'

const reason = z.string().trim().min(1).max(1000)

export const accessRoutes = {
  listTokens: {
    method: 'GET',
    path: `${apiBase}/tokens`,
    tag: 'people',
    summary: 'Tokens and sessions',
    description: 'Your own; a platform-admin sees those of everybody. Never the tokens themselves, which the server does not know.',
    status: 200,
    reply: tokenListSchema,
  },
  issueToken: {
    method: 'POST',
    path: `${apiBase}/tokens`,
    tag: 'people',
    summary: 'Make a token for yourself, or as a platform-admin for a service identity',
    description: 'It reaches no further than the one that it is asked for with, and is answered once.',
    body: z.strictObject({
      personId: id<PersonId>('Whose; without it your own.').optional(),
      hours: z.number().positive(),
      scopes: scopesSchema.optional().describe('Default: all that your own has, `read` and `request` for a service identity.'),
      environments: list(z.string()).optional(),
      solutions: list(z.string()).optional(),
      label: z.string().max(100).default(''),
    }),
    status: 201,
    reply: issuedTokenSchema,
  },
  signOut: {
    method: 'POST',
    path: `${apiBase}/sign-out`,
    tag: 'people',
    summary: 'End the session, or the token, that this call is made with',
    status: 200,
    reply: tokenSchema,
  },
  revokeToken: {
    method: 'POST',
    path: `${apiBase}/tokens/:tokenId/revocation`,
    tag: 'people',
    summary: 'Revoke a token: it is refused from the next call on',
    params: z.object({ tokenId: z.string().min(1).max(100) }),
    body: z.strictObject({ reason }),
    status: 200,
    reply: tokenSchema,
  },
  forgetPerson: {
    method: 'POST',
    path: `${apiBase}/people/:personId/forgetting`,
    tag: 'people',
    summary: 'Remove who somebody is; the ledger keeps their id',
    description:
      'Takes two platform-admins, of whom the first is refused with `people.needs-second-person`, and somebody who no longer stands in the configuration. It cannot be taken back, and the id is not given again.',
    params: z.object({ personId: id<PersonId>('Id of the person.') }),
    body: z.strictObject({ reason }),
    status: 200,
    reply: forgottenPersonSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
