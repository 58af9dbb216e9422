/** What one user may ask of one environment. */
export interface ServiceLimits {
  /** Length of the sliding window in milliseconds of the service. */
  readonly windowMs: number
  /** Requests in a window. */
  readonly requests: number
  /** Combined execution time in a window, in milliseconds of the service. */
  readonly executionMs: number
  /** Requests at the same time; the service says "52 or higher". */
  readonly concurrent: number
}

/** The service's own numbers: "Service protection API limits" (web-api C). There they hold per web server; here an environment has one. */
export const serviceLimits: ServiceLimits = { windowMs: 300_000, requests: 6000, executionMs: 1_200_000, concurrent: 52 }

export type LimitName = 'requests' | 'execution-time' | 'concurrent'

/** Codes and texts of the 429 answers (web-api A.5, C). */
export const limitErrors: Readonly<Record<LimitName, { readonly code: string; text(limits: ServiceLimits): string }>> = {
  requests: {
    code: '0x80072322',
    text: (limits) => `Number of requests exceeded the limit of ${limits.requests} over time window of ${limits.windowMs / 1000} seconds.`,
  },
  'execution-time': {
    code: '0x80072321',
    text: (limits) =>
      `Combined execution time of incoming requests exceeded limit of ${limits.executionMs.toLocaleString('en-US')} milliseconds over time window of ${limits.windowMs / 1000} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.`,
  },
  concurrent: {
    code: '0x80072326',
    text: (limits) => `Number of concurrent requests exceeded the limit of ${limits.concurrent}.`,
  },
}
