import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { routes } from '#contract'
import type { EvidenceSelection } from '#domain/evidence'
import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import { answerRefusal } from '../problems.ts'
import type { Handlers } from '../register-routes.ts'
import { routeSchema } from '../register-routes.ts'

export function evidenceRoutes(
  engine: Engine,
): Pick<
  Handlers,
  | 'checkLedger'
  | 'loadAnchors'
  | 'anchorLedger'
  | 'rotateKey'
  | 'withdrawKeyProposal'
  | 'loadProvenance'
  | 'loadArchive'
  | 'archiveEvidence'
  | 'holdEvidence'
> {
  return {
    checkLedger: async ({ input }) => accept(await engine.verifyLedger(input)),
    loadAnchors: async () => accept(await engine.loadAnchors()),
    anchorLedger: ({ actor }) => engine.anchorLedger({ actor }),
    rotateKey: ({ input, actor }) => engine.rotateKey({ ...input, actor }),
    withdrawKeyProposal: ({ input, actor }) => engine.withdrawKeyProposal({ ...input, actor }),
    loadArchive: () => engine.loadArchive(),
    archiveEvidence: ({ input, actor }) => engine.archiveEvidence({ ...input, actor }),
    holdEvidence: ({ input: { promotionId, solution = '', reason, lifts }, actor }) =>
      // The schema lets exactly one of them through.
      engine.holdEvidence({
        ...{ reason, lifts, actor },
        subject: promotionId === undefined ? { kind: 'solution', solution } : { kind: 'promotion', promotionId },
      }),
    loadProvenance: ({ input }) => engine.loadProvenance(input.releaseId),
  }
}

/** A pack of evidence is a file, so it registers itself. */
export function evidencePackRoute(app: FastifyInstance, engine: Engine): void {
  const route = routes.exportEvidence
  app.post<{ Body: Asked }>(route.path, { schema: routeSchema('exportEvidence', route) }, async (request, reply) => {
    const { withArtifacts, withNames } = request.body
    const taken = await engine.exportEvidence({
      selection: selectionOf(request.body),
      withArtifacts,
      withNames,
      actor: request.access.personId,
    })
    if (!taken.ok) return answerRefusal(reply, taken.refusal)
    const { buffer, byteOffset, byteLength } = taken.value
    return reply
      .type('application/zip')
      .header('content-disposition', 'attachment; filename="evidence.zip"')
      .send(Buffer.from(buffer, byteOffset, byteLength))
  })
}

type Asked = z.output<typeof routes.exportEvidence.body>

/** The schema lets exactly one of them through. */
function selectionOf({ promotionId, solution, releaseId, environmentId, from = '', to = '' }: Asked): EvidenceSelection {
  if (promotionId !== undefined) return { kind: 'promotion', promotionId }
  if (releaseId !== undefined) return { kind: 'release', releaseId }
  if (environmentId !== undefined) return { kind: 'environment', environmentId }
  return solution === undefined ? { kind: 'period', from, to } : { kind: 'solution', solution }
}
