import { z } from 'zod'
import type { Instant } from '#domain/kernel'
import { id, list, nextPage } from '../schema-parts.ts'

export const ledgerEventSchema = z
  .object({
    sequence: z.int().describe('Position in the whole ledger, from 1, without gaps.'),
    stream: z.string().describe('What it belongs to, for example promotion/p-1.'),
    streamVersion: z.int(),
    type: z.string(),
    data: z.unknown(),
    key: z.string().optional(),
    at: id<Instant>('When.'),
    actor: z.string().describe('Person id, or `drover` for what the product did itself.'),
    previousHash: z.string(),
    hash: z.string().describe('Hex sha256 over the canonical JSON of all other fields.'),
  })
  .meta({ id: 'LedgerEvent' })

export const ledgerPageSchema = z.object({ events: list(ledgerEventSchema), next: nextPage }).meta({ id: 'LedgerPage' })

/** What one server-sent event carries: enough to know what to read again. */
export const noticeSchema = z
  .object({ sequence: z.int(), stream: z.string(), type: z.string(), at: id<Instant>('When.'), actor: z.string() })
  .meta({ id: 'Notice' })

export type LedgerEventReply = z.output<typeof ledgerEventSchema>
export type Notice = z.output<typeof noticeSchema>
