import type { FastifyInstance } from 'fastify'
import { routes } from '#contract'
import { type Digest, toId } from '#domain/kernel'
import type { Engine } from '#engine'
import { routeSchema } from '../register-routes.ts'

/** The bytes of an artifact: named by their digest, so they may be kept for good by whoever may read them. */
export function artifactRoute(app: FastifyInstance, engine: Engine): void {
  const route = routes.loadArtifact
  app.get<{ Params: { digest: string } }>(route.path, { schema: routeSchema('loadArtifact', route) }, async (request, reply) => {
    const digest = toId<Digest>(request.params.digest)
    const bytes = await engine.loadArtifact(digest)
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${digest.slice('sha256:'.length, 'sha256:'.length + 16)}.zip"`)
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  })
}
