import { z } from 'zod'
import type { Digest, Instant, PersonId, PromotionId } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'

export const signedHeadSchema = z
  .strictObject({
    head: z.strictObject({
      kind: z.literal('drover/ledger-head/v1'),
      sequence: z.int().describe('How many entries there were.'),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('Hash of the newest of them.'),
      root: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('Root of the tree over all of them.'),
      at: id<Instant>('When it was signed.'),
      keyId: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('Hex sha256 of the public key, in DER.'),
    }),
    signature: z.string().max(200).describe('Ed25519 over the canonical JSON of the head, in base64.'),
  })
  .meta({ id: 'SignedHead' })

export const ledgerVerificationSchema = z
  .object({
    entries: z.int(),
    firstBroken: z.int().optional().describe('Sequence of the first entry that does not hold.'),
    faults: list(
      z.object({
        kind: z.enum(['changed', 'removed', 'inserted', 'reordered', 'cut-off', 'rebuilt', 'artifact', 'seal', 'anchor']),
        sequence: z.int().describe('The entry at which it shows.'),
        message: z.string(),
      }),
    ),
    anchors: z.object({
      held: z.int().describe('How many anchors the ledger was held against.'),
      through: z.int().describe('The newest entry that one of them vouches for; 0: none.'),
    }),
    artifacts: z.object({
      checked: z.int().describe('How many artifacts were read.'),
      removed: z.int().describe('How many were removed after their retention, as the ledger tells; their digests stay.'),
    }),
    root: z.string().describe('Root of the tree over all entries.'),
    unprovable: list(z.string()).describe('What stays open after all of that.'),
  })
  .meta({ id: 'LedgerVerification' })

export const anchorsSchema = z
  .object({
    newest: z
      .object({ anchorId: z.string(), signed: signedHeadSchema, by: z.string(), at: id<Instant>('When.') })
      .optional()
      .describe('The newest anchor; absent: none was made.'),
    places: list(
      z.object({
        place: z.string(),
        kept: z.object({ anchorId: z.string(), sequence: z.int(), at: id<Instant>('When.') }).optional(),
        failure: z.object({ message: z.string(), tries: z.int(), lastTriedAt: id<Instant>('When.') }).optional(),
      }),
    ).describe('Where the configuration has anchors kept, and the newest that each place holds.'),
    publicKey: z.string().describe('In PEM: to be written down elsewhere.'),
    keyId: z.string(),
  })
  .meta({ id: 'Anchors' })

const holdSubjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('promotion'), promotionId: z.string() }),
  z.object({ kind: z.literal('solution'), solution: z.string() }),
])

export const holdsSchema = z.object({
  holds: list(
    z.object({ subject: holdSubjectSchema, reason: z.string(), by: id<PersonId>('Who placed it.'), at: id<Instant>('When.') }),
  ).describe('Legal holds: what they concern is neither archived nor removed.'),
})

export const archiveSchema = holdsSchema
  .extend({
    folder: z.string().optional().describe('Where the configuration has it archived; absent: nowhere.'),
    due: list(
      z.object({
        promotionId: id<PromotionId>('The promotion.'),
        solution: z.string(),
        version: z.string(),
        keptUntil: id<Instant>('End of its retention.'),
      }),
    ).describe('What would be archived now.'),
    proposal: z
      .object({ promotions: list(z.string()), by: id<PersonId>('Whose.'), at: id<Instant>('When.') })
      .optional()
      .describe('The word of a first person.'),
    running: z
      .object({ archiveId: z.string(), remaining: list(z.string()), kept: list(z.string()) })
      .optional()
      .describe('What the worker is at.'),
    last: z.object({ number: z.int(), manifest: z.string() }).optional().describe('The newest manifest, and its sha256.'),
    ended: z
      .object({ archiveId: z.string(), at: id<Instant>('When.') })
      .optional()
      .describe('The archive that ended last.'),
  })
  .meta({ id: 'EvidenceArchive' })

export const begunArchiveSchema = z.object({ archiveId: z.string(), promotions: list(z.string()).describe('What is archived by it.') })

const signingKeySchema = z.object({
  keyId: z.string().describe('Hex sha256 of the public key, in DER.'),
  pem: z.string().describe('The public key.'),
})

export const rotatedKeySchema = z
  .object({
    from: signingKeySchema.describe('Signs no more.'),
    to: signingKeySchema.describe('Signs from now on: to be written down elsewhere.'),
  })
  .meta({ id: 'RotatedKey' })

export const provenanceSchema = z
  .object({
    statements: list(
      z.object({
        digest: id<Digest>('The artifact.'),
        kind: z.enum(['managed', 'unmanaged']),
        envelope: z.object({
          payloadType: z.string(),
          payload: z.string().describe('Base64 of an in-toto Statement v1 with SLSA provenance v1.'),
          signatures: list(z.object({ keyid: z.string(), sig: z.string() })),
        }),
      }),
    ),
  })
  .meta({ id: 'Provenance' })

export type LedgerVerificationReply = z.output<typeof ledgerVerificationSchema>
