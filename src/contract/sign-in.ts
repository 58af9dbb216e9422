import { z } from 'zod'
import { apiBase } from './route.ts'

/** Where a sign-in begins and ends; these answer whoever asks, since nobody is signed in yet. */
export const signInPaths = {
  state: `${apiBase}/sign-in`,
  start: `${apiBase}/sign-in/start`,
  callback: `${apiBase}/sign-in/callback`,
  device: `${apiBase}/sign-in/device`,
} as const

/** What a page must send along with a session's cookie, and the cookie that it reads it from. */
export const csrf = { header: 'x-drover-csrf', cookie: 'drover_csrf' } as const

export const signInStateSchema = z.object({
  isOffered: z.boolean().describe('Whether people can sign in at an issuer.'),
  isSignedIn: z.boolean().describe('Whether the cookie of this request is that of a session that holds.'),
})
export type SignInState = z.output<typeof signInStateSchema>

export const deviceSignInSchema = z.object({
  handle: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  intervalSeconds: z.number(),
  expiresInSeconds: z.number(),
})
export type DeviceSignInReply = z.output<typeof deviceSignInSchema>

export const deviceAnswerSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending') }),
  z.object({ state: z.literal('signed-in'), token: z.string(), personId: z.string(), expiresAt: z.string() }),
])
export type DeviceAnswer = z.output<typeof deviceAnswerSchema>
