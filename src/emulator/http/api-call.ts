import type { IncomingHttpHeaders } from 'node:http'
import type { Query } from '../odata/query.ts'
import type { Segment } from '../odata/resource-path.ts'
import type { WriteContext } from '../tables/table.ts'
import type { Preferences } from './preferences.ts'

/** One request to the Web API of one environment, read and signed in. */
export interface ApiCall {
  readonly method: string
  readonly segments: readonly Segment[]
  readonly query: Query
  readonly headers: IncomingHttpHeaders
  readonly preferences: Preferences
  /** `http://host:port/<env>/api/data/v9.2`, as the client wrote it. */
  readonly serviceRoot: string
  /** Path and query of the request, for nextLink. */
  readonly url: URL
  readonly context: WriteContext
  /** The JSON object of the body; throws 400 when it is none. */
  readBody(): Promise<Record<string, unknown>>
}
