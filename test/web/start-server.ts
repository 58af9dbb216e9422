import type { FastifyInstance } from 'fastify'
import { createServer } from '#server'
import { InMemoryEngine } from './in-memory-engine.ts'

export interface TestServer {
  readonly app: FastifyInstance
  readonly engine: InMemoryEngine
  readonly url: string
}

/** The real server over the engine in memory. */
export async function startServer(
  options: { readonly webRoot?: string; readonly heartbeatMs?: number; readonly engine?: InMemoryEngine; readonly port?: number } = {},
): Promise<TestServer> {
  const { engine = new InMemoryEngine(), port = 0, ...rest } = options
  const app = createServer({ engine, log: { info() {}, warn() {}, error() {} }, ...rest })
  const url = await app.listen({ host: '127.0.0.1', port })
  return { app, engine, url }
}
