import type { Log } from '#engine/ports'

/** The methods that DBOS asks of a logger. */
export interface DbosLogger {
  info(entry: unknown): void
  debug(entry: unknown): void
  warn(entry: unknown): void
  error(entry: unknown, metadata?: { readonly stack?: string }): void
}

/** Sends what DBOS logs through our log, or nowhere, but never to the console; its debug lines are dropped. */
export function createDbosLogger(log: Log | undefined): DbosLogger {
  const fields = { source: 'dbos' }
  return {
    info: (entry) => log?.info(String(entry), fields),
    debug: () => undefined,
    warn: (entry) => log?.warn(String(entry), fields),
    error: (entry, metadata) =>
      log?.error(String(entry), { ...fields, ...(metadata?.stack === undefined ? {} : { stack: metadata.stack }) }),
  }
}
