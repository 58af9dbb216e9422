import { z } from 'zod'
import type { Instant, PersonId, PromotionId, ReleaseId } from '#domain/kernel'
import {
  anchorsSchema,
  archiveSchema,
  begunArchiveSchema,
  holdsSchema,
  ledgerVerificationSchema,
  provenanceSchema,
  rotatedKeySchema,
  signedHeadSchema,
} from './replies/evidence.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id, list } from './schema-parts.ts'

const reason = z.string().trim().min(1).max(1000)
const time = z.iso.datetime({ offset: true })

/** What proves afterwards how things went. */
export const evidenceRoutes = {
  checkLedger: {
    method: 'POST',
    path: `${apiBase}/ledger/verifications`,
    tag: 'ledger',
    summary: 'Recompute the ledger and hold it against what was kept outside',
    description:
      'Changes nothing. Without an anchor that somebody kept elsewhere, a ledger that was rebuilt as a whole by somebody who may write to the database is not found out.',
    body: z.strictObject({
      anchors: list(signedHeadSchema).default([]).describe('Signed heads that were kept outside.'),
      publicKey: z.string().max(2000).optional().describe('In PEM: the key that must have signed them. Default: that of the workspace.'),
      withArtifacts: z.boolean().default(true).describe('Also read every artifact, and hold it against its digest.'),
    }),
    bodyLimit: 16 * 1024 * 1024,
    status: 200,
    reply: ledgerVerificationSchema,
  },
  loadAnchors: {
    method: 'GET',
    path: `${apiBase}/ledger/anchors`,
    tag: 'ledger',
    summary: 'Where signed heads of the ledger are kept, and the key that signs them',
    status: 200,
    reply: anchorsSchema,
  },
  anchorLedger: {
    method: 'POST',
    path: `${apiBase}/ledger/anchors`,
    tag: 'ledger',
    summary: 'Sign the head of the ledger, to be kept outside',
    description: 'The worker brings it to every place that the configuration names; keep the answer anywhere else besides.',
    body: z.strictObject({}),
    status: 201,
    reply: signedHeadSchema,
  },
  rotateKey: {
    method: 'POST',
    path: `${apiBase}/ledger/signing-key`,
    tag: 'ledger',
    summary: 'Have another key sign the ledger from now on',
    description:
      'By policy it takes two people, of whom the first is refused with `evidence.needs-second-person`. What the old key signed still verifies.',
    body: z.strictObject({ reason }),
    status: 200,
    reply: rotatedKeySchema,
  },
  withdrawKeyProposal: {
    method: 'POST',
    path: `${apiBase}/ledger/signing-key/withdrawal`,
    tag: 'ledger',
    summary: 'Take back the proposal that another key is to sign',
    body: z.strictObject({ reason }),
    status: 200,
    reply: z.object({ by: id<PersonId>('Whose proposal it was.'), at: id<Instant>('When it was made.') }),
  },
  exportEvidence: {
    method: 'POST',
    path: `${apiBase}/evidence/packs`,
    tag: 'evidence',
    summary: 'Take evidence out of the ledger, as a zip that is verified without the server',
    description: 'About exactly one of: a promotion, a solution, a release, an environment, a time. That it was taken out is recorded.',
    body: z
      .strictObject({
        promotionId: id<PromotionId>('Of this promotion.').optional(),
        solution: z.string().min(1).max(100).optional().describe('Of all promotions of this solution.'),
        releaseId: id<ReleaseId>('Of this release, wherever it went.').optional(),
        environmentId: z.string().min(1).max(100).optional().describe('Of what went into this environment, and happened to it.'),
        from: time.optional().describe('Of everything from this time on …'),
        to: time.optional().describe('… and before this one.'),
        withArtifacts: z.boolean().default(false).describe('With the bytes of the artifacts.'),
        withNames: z.boolean().default(true).describe('With the names of people, in a file of their own.'),
      })
      .refine(
        ({ promotionId, solution, releaseId, environmentId, from, to }) =>
          [promotionId, solution, releaseId, environmentId, from ?? to].filter((given) => given !== undefined).length === 1 &&
          (from === undefined) === (to === undefined),
        'Name one promotion, solution, release or environment, or a time by its beginning and its end.',
      ),
    status: 200,
    reply: 'bytes',
  },
  loadArchive: {
    method: 'GET',
    path: `${apiBase}/evidence/archive`,
    tag: 'evidence',
    summary: 'What is older than its retention, legal holds, and how archiving stands',
    status: 200,
    reply: archiveSchema,
  },
  archiveEvidence: {
    method: 'POST',
    path: `${apiBase}/evidence/archive`,
    tag: 'evidence',
    summary: 'Archive evidence that is older than its retention, and remove here what the archive holds',
    description:
      'By policy it takes two people, of whom the first is refused with `evidence.needs-second-person`. The worker writes the packs, verifies them, and removes bytes only then; the ledger stays whole.',
    body: z.strictObject({ reason }),
    status: 202,
    reply: begunArchiveSchema,
  },
  holdEvidence: {
    method: 'POST',
    path: `${apiBase}/evidence/holds`,
    tag: 'evidence',
    summary: 'Place a legal hold on evidence, or lift it',
    body: z
      .strictObject({
        promotionId: id<PromotionId>('On this promotion.').optional(),
        solution: z.string().min(1).max(100).optional().describe('On all that is of this solution.'),
        reason,
        lifts: z.boolean().default(false).describe('Lifts the hold that is there.'),
      })
      .refine(
        ({ promotionId, solution }) => (promotionId === undefined) !== (solution === undefined),
        'Name one promotion, or one solution.',
      ),
    status: 200,
    reply: holdsSchema,
  },
  loadProvenance: {
    method: 'GET',
    path: `${apiBase}/releases/:releaseId/provenance`,
    tag: 'evidence',
    summary: 'Where the artifacts of a release come from, as signed statements',
    params: z.object({ releaseId: id<ReleaseId>('Id of the release.') }),
    status: 200,
    reply: provenanceSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
