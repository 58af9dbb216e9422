import { z } from 'zod'

export const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/,
    'An id is 1 to 100 letters, digits, dots, dashes, underscores or @, and begins with a letter or digit.',
  )

/** Of a person, group, environment, pipeline, stage or freeze: whoever decides reads it, and must be able to tell it from every other. */
export const shownName = z
  .string()
  .regex(
    /^(?=.*\S)[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,100}$/,
    'A name is 1 to 100 characters on one line, not all of them spaces, and none that turns the order of letters around.',
  )

export const address = z.string().superRefine((text, context) => {
  const problem = addressProblem(text)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})

export const secretReference = z.union(
  [
    z.strictObject({
      environment: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Name an environment variable.')
        .describe('Name of the variable that holds the secret.'),
    }),
    z.strictObject({ file: z.string().min(1).describe('Path of the file that holds the secret and nothing else.') }),
  ],
  { error: secretProblem },
)

/** Of a service on the web. */
export const webAddress = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && new URL(text).username === '', 'A user name does not belong in an address.')

function addressProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'Not an address; write one such as https://contoso.crm4.dynamics.com.'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'An address begins with https:// (or http:// on this machine).'
  if (url.username !== '' || url.password !== '') return 'A name or password does not belong in an address.'
  return undefined
}

/** Never repeats what was written: it may be the secret. */
function secretProblem(issue: { readonly input?: unknown }): string {
  return typeof issue.input === 'string' || typeof issue.input === 'number'
    ? 'A secret does not belong in this file; write { environment: NAME_OF_A_VARIABLE } or { file: path }.'
    : 'Write either { environment: NAME_OF_A_VARIABLE } or { file: path }, and nothing else.'
}
