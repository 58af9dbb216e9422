import { z } from 'zod'
import { address, secretReference } from './parts.ts'

export const signIn = z.strictObject({
  issuer: address.describe('Address of the OpenID Connect issuer, for example https://login.microsoftonline.com/<tenant>/v2.0.'),
  clientId: z
    .string()
    .min(1)
    .describe('Id that Drover is registered under there; its redirect address is <address>/api/v1/sign-in/callback.'),
  clientSecret: secretReference.optional().describe('Where the secret of the registration is. Default: a public client.'),
  claim: z
    .string()
    .min(1)
    .refine(
      (name) => name !== 'email',
      'An e-mail address can be given to somebody else; name a claim that never changes, such as oid or sub.',
    )
    .default('sub')
    .describe('Claim of the ID token that the `subject` of a person names, for example oid at Entra.'),
  scopes: z.string().min(1).default('openid').describe('Scopes that are asked for; openid is needed.'),
  address: address.optional().describe('Where people reach Drover. Default: where their request came to.'),
})
