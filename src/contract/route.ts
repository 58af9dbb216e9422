import { z } from 'zod'
import type { Digest } from '#domain/kernel'

/** Where the API begins; a breaking change makes a v2 beside it. */
export const apiBase = '/api/v1'

/** One route of the API, as data: the server, the client and the OpenAPI document are made from it. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Path with `:name` for each parameter. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Largest body in bytes; absent: as large as any other. */
  readonly bodyLimit?: number
  /** Status of success and its body; `bytes` is a file, `events` a stream of server-sent events. */
  readonly status: 200 | 201 | 202
  readonly reply: z.ZodType | 'bytes' | 'events'
}

export const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .describe('sha256: and 64 hex digits.') as unknown as z.ZodType<Digest, Digest>

export const after = z.coerce.number().int().min(0)

export const pageQuery = z.object({
  after: after.optional().describe('`next` of the page before; without it the list begins with the newest.'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
