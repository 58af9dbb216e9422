import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { PersonId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'

declare module 'fastify' {
  interface FastifyRequest {
    /** The authenticated person. */
    actor: PersonId
  }
}

export type VerifyToken = (token: string) => Promise<PersonId>

/** Every route of this scope answers 401 without an accepted bearer token, before it reads a body. */
export function requireToken(app: FastifyInstance, verifyToken: VerifyToken): void {
  app.decorateRequest('actor', toId<PersonId>(''))
  app.addHook('onRequest', async (request) => {
    request.actor = await verifyToken(bearerToken(request))
  })
}

/** The token of the Authorization header; tokens in addresses would end up in logs and are not taken. */
export function bearerToken(request: FastifyRequest): string {
  const match = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')
  if (match?.[1] !== undefined) return match[1]
  throw new DroverError('auth.token-missing', 'The request carries no bearer token.', {
    hint: 'Send `Authorization: Bearer <token>`; `drover token issue --person <id>` makes one.',
  })
}
