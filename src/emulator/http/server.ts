import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { ODataError } from '../errors.ts'
import { DroppedConnection } from '../faults/request-faults.ts'
import type { Reply } from './reply.ts'
import { errorReply } from './reply.ts'
import { parsePreferences } from './preferences.ts'

/** Largest request body in bytes; the service takes solution files of up to 128 MB, which base64 makes a third larger. */
const largestBody = 180 * 1024 * 1024

/** Longest address of a request in characters (Microsoft Learn, "Compose HTTP requests": longer ones go by $batch); its error is unverified. */
const longestAddress = 32 * 1024
/** Bytes of a request's head: its address, and a token with much in it. */
const largestHead = 128 * 1024

/**
 * How long a connection waits for its next request. With the five seconds of Node a client that was busy for as long sends into a connection that is
 * just being closed, and cannot tell whether its request arrived. Ours; how long the service waits is not documented.
 */
const idleMs = 120_000

export interface HttpRequest {
  readonly method: string
  /** With the host that the client wrote. */
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readText(): Promise<string>
  /** Throws 413 for more than `limit` bytes. */
  readBytes(limit: number): Promise<Buffer>
}

/** An HTTP server whose every failure is answered as the service words it. */
export function openServer(answer: (request: HttpRequest) => Promise<Reply>): Server {
  return createServer({ maxHeaderSize: largestHead, keepAliveTimeout: idleMs }, (incoming, outgoing) => {
    // A client that went away, or a reply that cannot be written, ends one request and never the process.
    respond(incoming, outgoing, answer).catch(() => outgoing.destroy())
  })
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: HttpRequest) => Promise<Reply>,
): Promise<void> {
  const requestId = randomUUID()
  let reply: Reply
  try {
    reply = await answer(toRequest(incoming))
  } catch (error) {
    if (error instanceof DroppedConnection) {
      outgoing.destroy()
      return
    }
    const { wantsAnnotation } = parsePreferences(single(incoming.headers['prefer']))
    reply = errorReply(error, wantsAnnotation('Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus'))
  }
  const body = bytesOf(reply.body)
  outgoing.writeHead(reply.status, {
    'x-ms-service-request-id': requestId,
    req_id: requestId,
    'cache-control': 'no-cache',
    ...reply.headers,
    ...(body === undefined ? {} : { 'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length }),
  })
  outgoing.end(body)
  if (!incoming.complete) incoming.resume()
}

function bytesOf(body: Reply['body']): string | Uint8Array | undefined {
  return typeof body !== 'object' || body instanceof Uint8Array ? body : JSON.stringify(body)
}

function toRequest(incoming: IncomingMessage): HttpRequest {
  const host = incoming.headers.host ?? 'localhost'
  if ((incoming.url ?? '').length > longestAddress)
    throw new ODataError(414, '0x80060888', `The address of the request is longer than ${longestAddress} characters; send it in a batch.`)
  let url: URL
  try {
    url = new URL(incoming.url ?? '/', `http://${host}`)
  } catch {
    throw new ODataError(400, '0x80060888', 'The request address cannot be read.')
  }
  const readBytes = (limit: number): Promise<Buffer> => readBody(incoming, limit)
  const readText = async (): Promise<string> => (await readBytes(largestBody)).toString('utf8')
  return { method: incoming.method ?? 'GET', url, headers: incoming.headers, readText, readBytes }
}

async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    // A request without an encoding set yields buffers only.
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > limit) throw new ODataError(413, '0x80060888', `The request body is larger than ${limit} bytes.`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** One header's text; Node gives a list only for headers that may be repeated. */
export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
