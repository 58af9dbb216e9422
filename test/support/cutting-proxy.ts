import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Cut = 'none' | 'before-forwarding' | 'after-answer' | 'refuse-everything-after'

export interface CuttingProxy {
  readonly url: string
  /** What happens to the next request whose path ends so; afterwards everything passes again, unless it refuses everything. */
  cutNext(pathEnd: string, cut: Cut): void
  /** How many requests with that path end were passed on. */
  passed(pathEnd: string): number
  close(): Promise<void>
}

/** Stands between a worker and an environment, passes everything on, and drops the connection where it is told. */
export async function startCuttingProxy(targetUrl: string): Promise<CuttingProxy> {
  const target = new URL(targetUrl)
  const passedOn: string[] = []
  let planned: { readonly pathEnd: string; readonly cut: Cut } | undefined
  let isRefusing = false

  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '').split('?')[0] ?? ''
    const cut = planned !== undefined && path.endsWith(planned.pathEnd) ? planned.cut : 'none'
    if (isRefusing || cut === 'before-forwarding') {
      if (!isRefusing) planned = undefined
      incoming.socket.destroy()
      return
    }
    if (cut !== 'none') planned = undefined
    passedOn.push(path)
    forward(incoming, outgoing, target, () => {
      if (cut === 'none') return true
      if (cut === 'refuse-everything-after') isRefusing = true
      incoming.socket.destroy()
      return false
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    cutNext: (pathEnd, cut) => {
      planned = { pathEnd, cut }
      isRefusing = false
    },
    passed: (pathEnd) => passedOn.filter((path) => path.endsWith(pathEnd)).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The answer is taken whole before it is decided whether it reaches the asker. */
function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: URL, mayAnswer: () => boolean): void {
  const asked: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => asked.push(chunk))
  incoming.on('end', () => {
    const body = asTargetKnowsItself(Buffer.concat(asked), incoming, target)
    const headers = { ...incoming.headers, host: target.host, 'content-length': String(body.byteLength) }
    const onward = request({ host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        if (!mayAnswer()) return
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        outgoing.end(Buffer.concat(chunks))
      })
    })
    onward.on('error', () => incoming.socket.destroy())
    onward.end(body)
  })
}

/** A token is asked for the address that is called; the environment knows itself by its own. */
export function asTargetKnowsItself(body: Buffer, incoming: IncomingMessage, target: URL): Buffer {
  if (!(incoming.url ?? '').endsWith('/token')) return body
  return Buffer.from(
    body.toString().replaceAll(encodeURIComponent(`http://${incoming.headers.host ?? ''}`), encodeURIComponent(target.origin)),
  )
}
