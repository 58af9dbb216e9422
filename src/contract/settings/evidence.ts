import { z } from 'zod'
import { webAddress } from './parts.ts'

/** A place outside that keeps signed heads of the ledger. */
export const anchor = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('git-tag').describe('An annotated tag in the source repository.') }),
  z.strictObject({
    kind: z.literal('file'),
    path: z
      .string()
      .regex(/^(\/|[A-Za-z]:[\\/]).*\.jsonl$/, 'Write the whole path of a file that ends in .jsonl.')
      .describe('A list on the machine of the worker, better on a disk of somebody else; it is only added to.'),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    url: webAddress.describe('Address that each signed head is sent to by POST.'),
  }),
])

/** Where evidence goes when its time here is over. */
export const archive = z.strictObject({
  folder: z
    .string()
    .regex(/^(\/|[A-Za-z]:[\\/])/, 'Write the whole path of a folder.')
    .describe('On the machine of the worker; each file is written once. A mount that itself refuses changes is the point.'),
})
