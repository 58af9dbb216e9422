import { randomUUID } from 'node:crypto'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from './client.ts'

/** One request of a batch. `path` is relative to the service root, and encoded. */
export interface BatchRequest {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

export interface BatchAnswer {
  readonly status: number
  readonly text: string
}

/**
 * Sends requests as one, 1,000 at the most (facts-2 §1.7), and answers each in its order; a failure of one stops no other. One batch is one request to the service protection
 * limits. Reads are sent again by the client as any read is; changes are not.
 */
export async function sendBatch(
  client: DataverseClient,
  operation: 'ReadBatch' | 'WriteBatch',
  requests: readonly BatchRequest[],
): Promise<readonly BatchAnswer[]> {
  if (requests.length === 0) return []
  const boundary = `batch_${randomUUID()}`
  const text = await client.callText({
    operation,
    path: '$batch',
    text: writeBatch(client, boundary, requests),
    headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}`, Prefer: 'odata.continue-on-error', Accept: 'multipart/mixed' },
    isLong: true,
  })
  const answers = readBatch(text)
  if (answers.length === requests.length) return answers
  throw new DroverError(
    'dataverse.unexpected',
    `${client.environment.name} answered a batch of ${requests.length} requests with ${answers.length} replies.`,
    { hint: `Check that the url of environment ${client.environment.name} in drover.yaml is that of a Dataverse environment.` },
  )
}

function writeBatch(client: DataverseClient, boundary: string, requests: readonly BatchRequest[]): string {
  const root = `${client.environment.url.replace(/\/+$/, '')}/api/data/v9.2`
  const parts = requests.map(({ method, path, headers = {}, body }) =>
    [
      `--${boundary}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      `${method} ${root}/${path} HTTP/1.1`,
      'Accept: application/json',
      ...(body === undefined ? [] : ['Content-Type: application/json; charset=utf-8']),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body === undefined ? '' : JSON.stringify(body),
    ].join('\r\n'),
  )
  return `${parts.join('\r\n')}\r\n--${boundary}--\r\n`
}

/** The first line of the body is its delimiter, so that no header of the answer is needed. */
function readBatch(text: string): readonly BatchAnswer[] {
  const start = text.search(/\S/)
  const delimiter = text.slice(start, text.indexOf('\r\n', start))
  if (!delimiter.startsWith('--')) return []
  const pieces = `\r\n${text.slice(start)}`.split(`\r\n${delimiter}`)
  const end = pieces.findIndex((piece, at) => at > 0 && piece.startsWith('--'))
  return pieces.slice(1, end < 0 ? pieces.length : end).flatMap((piece) => {
    const match = /\r\nHTTP\/1\.1 (\d{3})[^\r\n]*\r\n/.exec(piece)
    if (match === null) return []
    const bodyAt = piece.indexOf('\r\n\r\n', match.index + 2)
    return [{ status: Number(match[1]), text: bodyAt < 0 ? '' : piece.slice(bodyAt + 4).trim() }]
  })
}
