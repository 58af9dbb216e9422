/** What every process that starts or does the work must agree on. */
export const applicationName = 'drover'
export const durableSchema = 'dbos'
export const workQueue = 'drover-work'

/** One at a time per partition key; looked at often, since a person waits for the first step. */
export const workQueueOptions = { partitionConcurrency: 1, minPollingIntervalMs: 200 } as const
