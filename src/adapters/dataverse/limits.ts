/** How long and how often; all durations in milliseconds. */
export interface Limits {
  /** For one request that carries no solution file. */
  readonly requestTimeoutMs: number
  /** For one request that carries a solution file or waits for a publish. */
  readonly transferTimeoutMs: number
  /** How often a safe read is sent in all. Nothing else is ever sent twice. */
  readonly readAttempts: number
  /** Wait before the second try of a read when the server names no time; doubles with each further try. */
  readonly retryDelayMs: number
  /** A longer Retry-After than this is not waited for. */
  readonly longestRetryAfterMs: number
  /** Rows per answer of a list; the service gives at most 5,000, and every page costs it the whole query again. */
  readonly pageSize: number
  /** Layer reads in flight at the same time. */
  readonly parallelReads: number
  /** How far back the operations of an environment are read. */
  readonly historyDays: number
  /** Between two looks at an operation of the maker session. */
  readonly pollIntervalMs: number
}

export const defaultLimits: Limits = {
  requestTimeoutMs: 60_000,
  transferTimeoutMs: 600_000,
  readAttempts: 4,
  retryDelayMs: 500,
  longestRetryAfterMs: 120_000,
  pageSize: 5000,
  parallelReads: 4,
  historyDays: 30,
  pollIntervalMs: 500,
}
