import type { FastifyInstance } from 'fastify'
import { DroverError, type PersonId, toId } from '#domain/kernel'
import { createServer } from '#server'
import { InMemoryEngine } from './in-memory-engine.ts'

export interface TestServer {
  readonly app: FastifyInstance
  readonly engine: InMemoryEngine
  readonly url: string
}

/** The real server over the engine in memory. Tokens are `token-<person>`; `expired` and anything else are refused as the identity adapter does. */
export async function startServer(
  options: {
    readonly webRoot?: string
    readonly heartbeatMs?: number
    readonly verifyToken?: (token: string) => Promise<PersonId>
    readonly engine?: InMemoryEngine
    readonly port?: number
  } = {},
): Promise<TestServer> {
  const { engine = new InMemoryEngine(), port = 0, ...rest } = options
  const app = createServer({ engine, verifyToken, log: { info() {}, warn() {}, error() {} }, ...rest })
  const url = await app.listen({ host: '127.0.0.1', port })
  return { app, engine, url }
}

export async function verifyToken(token: string): Promise<PersonId> {
  if (token === 'expired') throw new DroverError('auth.token-expired', 'The token has expired.', { hint: 'Get a new one.' })
  if (token === 'token-ada' || token === 'token-grace') return toId<PersonId>(token.slice('token-'.length))
  throw new DroverError('auth.token-invalid', 'The token is not accepted.', { hint: 'Get one from this workspace.' })
}
