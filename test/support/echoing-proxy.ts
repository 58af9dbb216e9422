import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asTargetKnowsItself } from './cutting-proxy.ts'

export interface EchoingProxy {
  readonly url: string
  /** How the next imports fail; each failure repeats every value that the import carried. */
  failImports(how: 'at-the-start' | 'while-running'): void
  /** How often it said a value again. */
  echoed(): number
  close(): Promise<void>
}

/** Stands between a worker and an environment as a platform that fails imports and repeats, in its reasons, the values that it was given. */
export async function startEchoingProxy(targetUrl: string): Promise<EchoingProxy> {
  const target = new URL(targetUrl)
  let how: 'at-the-start' | 'while-running' = 'at-the-start'
  let reason = ''
  let echoes = 0

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = asTargetKnowsItself(await readAll(incoming), incoming, target)
    const isImport = /(ImportSolutionAsync|StageAndUpgradeAsync)$/.test(incoming.url ?? '')
    if (isImport) reason = reasonWith(JSON.parse(body.toString()))
    if (isImport && how === 'at-the-start') {
      echoes++
      return send(outgoing, 400, { error: { code: '0x80040265', message: reason } })
    }
    if (/asyncoperations\(/.test(incoming.url ?? '') && reason !== '') {
      echoes++
      return send(outgoing, 200, { statecode: 3, statuscode: 31, message: reason, friendlymessage: reason, errorcode: -2147220891 })
    }
    const reply = await fetch(new URL(incoming.url ?? '/', target), {
      method: incoming.method ?? 'GET',
      headers: forwardable(incoming),
      ...(body.byteLength === 0 ? {} : { body: new Uint8Array(body) }),
    })
    outgoing.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'application/json' })
    outgoing.end(Buffer.from(await reply.arrayBuffer()))
  }

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing).catch(() => incoming.socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    failImports: (next) => {
      how = next
    },
    echoed: () => echoes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function reasonWith(request: { readonly ComponentParameters: readonly { readonly value?: string }[] }): string {
  const values = request.ComponentParameters.flatMap(({ value }) => value ?? [])
  if (values.length === 0) throw new Error('The import carries no value to repeat.')
  return `The values ${values.join(' and ')} are not acceptable: ${JSON.stringify(request.ComponentParameters)}`
}

function forwardable(incoming: IncomingMessage): Record<string, string> {
  const kept = ['authorization', 'accept', 'content-type', 'prefer', 'if-match', 'if-none-match', 'odata-version', 'odata-maxversion']
  return Object.fromEntries(kept.flatMap((name) => (typeof incoming.headers[name] === 'string' ? [[name, incoming.headers[name]]] : [])))
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  // A request without an encoding gives buffers.
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
