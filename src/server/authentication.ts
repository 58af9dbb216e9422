import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { PersonId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import { findPerson } from '#domain/people'
import type { Engine } from '#engine'

declare module 'fastify' {
  interface FastifyRequest {
    /** The authenticated person. */
    actor: PersonId
  }
}

export type VerifyToken = (token: string) => Promise<PersonId>

/**
 * Accepts a token only while its person stands in the configuration in force: whoever was taken out of it is out at once, though the token lives
 * on. Before the first configuration nobody stands anywhere, and there is nothing but that configuration to read or to apply.
 */
export function knownPeopleOnly(engine: Pick<Engine, 'loadConfiguration'>, verifyToken: VerifyToken): VerifyToken {
  return async (token) => {
    const person = await verifyToken(token)
    const people = (await engine.loadConfiguration())?.configuration.people
    if (people === undefined || findPerson(people, person) !== undefined) return person
    throw new DroverError('auth.unknown-person', `${person} is not among the people of the configuration in force.`, {
      hint: 'Ask a platform-admin to add you to drover.yaml and apply it, or sign in as somebody who is in it.',
    })
  }
}

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
