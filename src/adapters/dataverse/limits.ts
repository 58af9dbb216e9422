/** How long and how often; all durations in milliseconds. */
export interface Limits {
  /** For one request that carries no solution file. */
  readonly requestTimeoutMs: number
  /** For one request that carries a solution file or waits for a publish. */
  readonly transferTimeoutMs: number
  /** How often a safe read is sent in all. Nothing else is ever sent twice. */
  readonly readAttempts: number
  /** How often a safe read is sent in all while the server names the time to wait: others may use up each window that comes. */
  readonly toldAttempts: number
  /** Wait before the second try of a read when the server names no time; doubles with each further try. */
  readonly retryDelayMs: number
  /** A longer Retry-After than this is not waited for. */
  readonly longestRetryAfterMs: number
  /** Rows per answer of a list; the service gives at most 5,000, and every page costs it the whole query again. */
  readonly pageSize: number
  /** Reads of layers that are sent as one batch. The service takes about a third of a second for each [facts-2 §6.2], so a batch should end within ten seconds. */
  readonly layersInBatch: number
  /** Layer reads in flight at the same time. */
  readonly parallelReads: number
  /** Requests of one identity in one environment within {@link windowMs}. */
  readonly requestsInWindow: number
  readonly windowMs: number
  /** Requests of one identity in one environment at the same time. */
  readonly concurrentRequests: number
  /** How much of the requests in a window reads may use, 0 to 1. */
  readonly shareOfReads: number
  /** How far back the operations of an environment are read. */
  readonly historyDays: number
  /** Between two looks at an operation of the maker session. */
  readonly pollIntervalMs: number
}

/**
 * `requestsInWindow` and `windowMs` are those of the service's protection limits, which lets 52 or more in at the same time; of those other
 * processes of the same identity get their part [web-api C, verified]. A Retry-After is never longer than the window. Layer reads in flight:
 * 4 of them came to 12 a second in a recorded run [facts-2 §6.2], and the limit allows 20.
 */
export const defaultLimits: Limits = {
  requestTimeoutMs: 60_000,
  transferTimeoutMs: 600_000,
  readAttempts: 4,
  toldAttempts: 20,
  retryDelayMs: 500,
  longestRetryAfterMs: 330_000,
  pageSize: 5000,
  layersInBatch: 25,
  parallelReads: 8,
  requestsInWindow: 6000,
  windowMs: 300_000,
  concurrentRequests: 24,
  shareOfReads: 0.95,
  historyDays: 30,
  pollIntervalMs: 500,
}
