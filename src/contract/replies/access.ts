import { z } from 'zod'
import type { Instant, PersonId } from '#domain/kernel'
import { accessScopes } from '#domain/people'
import { id, list } from '../schema-parts.ts'

const instant = id<Instant>('ISO 8601 instant in UTC.')

export const scopesSchema = list(z.enum(accessScopes))

export const issuedTokenSchema = z
  .object({
    token: z.string().describe('Told this once; the server keeps its hash only.'),
    tokenId: z.string().describe('What the token is listed and revoked by.'),
    expiresAt: instant,
  })
  .meta({ id: 'IssuedToken' })

export const tokenSchema = z
  .object({
    tokenId: z.string(),
    personId: id<PersonId>('Whom it stands for.'),
    purpose: z.enum(['token', 'session']),
    label: z.string(),
    scopes: scopesSchema,
    environments: list(z.string()).optional().describe('The only environments that it reaches; absent: all.'),
    solutions: list(z.string()).optional().describe('The only solutions that it reaches; absent: all.'),
    issuedBy: z.string(),
    issuedFrom: z.enum(['workspace', 'api', 'sign-in']),
    issuedAt: instant,
    expiresAt: instant,
    lastUsedAt: instant.optional().describe('To about an hour.'),
    state: z.enum(['valid', 'expired', 'revoked']),
    revokedAt: instant.optional(),
    revokedBy: z.string().optional(),
  })
  .meta({ id: 'AccessToken' })

export const tokenListSchema = z.object({ tokens: list(tokenSchema) }).meta({ id: 'AccessTokenList' })

export const forgottenPersonSchema = z
  .object({
    personId: id<PersonId>('Id that stays in the ledger.'),
    removed: z.number().int(),
    remainsIn: list(z.number().int()).describe('Ledger entries that are older than the directory and hold the name for good.'),
  })
  .meta({ id: 'ForgottenPerson' })

export type AccessTokenReply = z.output<typeof tokenSchema>
