import type { IncomingHttpHeaders } from 'node:http'
import type { Query } from '../odata/query.ts'
import { parseQuery } from '../odata/query.ts'
import { syntaxError } from '../odata/refuse.ts'
import type { Segment } from '../odata/resource-path.ts'
import { parseResourcePath } from '../odata/resource-path.ts'
import type { OperationContext } from '../operations/operation.ts'
import type { WriteContext } from '../tables/table.ts'
import { checkDepth } from './json-depth.ts'
import { payloadError } from './payload.ts'
import type { Preferences } from './preferences.ts'
import { parsePreferences } from './preferences.ts'
import { single } from './server.ts'

/** One request to the Web API of one environment, as it arrived and signed in. */
export interface CallRequest {
  readonly method: string
  /** The path below the service root, still encoded. */
  readonly path: string
  /** The whole address, for its query and for nextLink. */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  /** `http://host:port/<env>/api/data/v9.2`, as the client wrote it. */
  readonly serviceRoot: string
  readonly context: OperationContext
  readText(): Promise<string>
  /** Throws 413 for more than `limit` bytes. */
  readBytes(limit: number): Promise<Uint8Array>
}

/** A request, read. */
export interface ApiCall {
  readonly method: string
  readonly segments: readonly Segment[]
  readonly query: Query
  readonly headers: IncomingHttpHeaders
  readonly preferences: Preferences
  readonly serviceRoot: string
  readonly url: URL
  readonly context: WriteContext
  readText(): Promise<string>
  /** Throws 413 for more than `limit` bytes. */
  readBytes(limit: number): Promise<Uint8Array>
  /** The JSON object of the body; throws 400 when it is none. */
  readBody(): Promise<Record<string, unknown>>
}

/** Throws 400 for an address or a query that cannot be read. */
export function openCall(request: CallRequest): ApiCall {
  const { method, url, headers, serviceRoot, readText, readBytes } = request
  return {
    method,
    url,
    headers,
    serviceRoot,
    readText,
    readBytes,
    segments: parseResourcePath(request.path),
    query: parseQuery(url.searchParams),
    preferences: parsePreferences(single(headers['prefer'])),
    context: { ...request.context, solution: single(headers['mscrm.solutionuniquename']) },
    readBody: async () => readJsonObject(await readText()),
  }
}

function readJsonObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw payloadError('', 'Invalid JSON. A token was not recognized in the JSON content.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw syntaxError('The request body must be a JSON object.')
  checkDepth(value)
  return Object.fromEntries(Object.entries(value))
}
