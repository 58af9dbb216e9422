import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Environment, ObservedState } from '#domain/environment'
import { toId } from '#domain/kernel'
import type { Environments, Log } from '#engine/ports'
import type { DataverseDependencies } from '../environments.ts'
import { createEnvironments } from '../environments.ts'

export interface Asked {
  readonly method: string
  /** Path behind the origin, decoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface Told {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** A string is sent as it is. */
  readonly body?: unknown
  /** Cuts the connection instead of answering. */
  readonly isCut?: boolean
}

export interface LocalServer {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

export const secretText = 'canary-4f1c'
export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A real HTTP server that signs in every client and answers the rest as the test says. */
export async function startLocalServer(tell: (asked: Asked) => Told | undefined): Promise<LocalServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const url = new URL(request.url ?? '/', 'http://local')
      const question: Asked = {
        method: request.method ?? 'GET',
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        headers: request.headers,
        body: request.headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : text,
      }
      asked.push(question)
      const told = tell(question) ??
        signIn(question) ?? { status: 404, body: { error: { code: '0x80060888', message: `Resource not found: ${question.path}` } } }
      if (told.isCut === true) return request.socket.destroy()
      const body = typeof told.body === 'string' ? told.body : told.body === undefined ? '' : JSON.stringify(told.body)
      response.writeHead(told.status ?? (body === '' ? 204 : 200), { 'content-type': 'application/json', ...told.headers }).end(body)
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: originOf(server), asked, close: () => closeServer(server) }
}

function signIn(asked: Asked): Told | undefined {
  if (asked.path !== '/tenant/oauth2/v2.0/token') return undefined
  return { body: { token_type: 'Bearer', expires_in: 3600, access_token: 'token-1' } }
}

export function environmentAt(url: string, more: Partial<Environment> = {}): Environment {
  return {
    id: toId('test'),
    name: 'Test',
    purpose: 'test',
    careClass: 'pet',
    owner: toId('olga'),
    url,
    connectivityUrl: `${url}/connectivity`,
    credentials: {
      tokenUrl: `${url}/tenant/oauth2/v2.0/token`,
      clientId: 'client-1',
      clientSecret: { kind: 'environment', variable: 'TEST_SECRET' },
    },
    ...more,
  }
}

export function dependencies(more: Partial<DataverseDependencies> = {}): DataverseDependencies {
  return {
    secrets: { resolve: async () => secretText },
    clock: { now: (): ObservedState['observedAt'] => toId('2026-11-21T12:00:00.000Z') },
    log: quietLog,
    limits: { retryDelayMs: 5, requestTimeoutMs: 2000, transferTimeoutMs: 2000 },
    ...more,
  }
}

export function openAt(url: string, more: Partial<DataverseDependencies> = {}): ReturnType<Environments['open']> {
  return createEnvironments(dependencies(more)).open(environmentAt(url))
}

export function api(path: string): string {
  return `/api/data/v9.2/${path}`
}

export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => new Error(`nothing was thrown, but ${JSON.stringify(value)} given`),
    (error: unknown) => error,
  )
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  // A request without an encoding gives buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function originOf(server: Server): string {
  // A server that listens on TCP has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
