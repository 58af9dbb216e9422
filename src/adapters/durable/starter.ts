import { DBOSClient } from '@dbos-inc/dbos-sdk'
import { DroverError } from '#domain/kernel'
import type { DurableStarter, Log, WorkState } from '#engine/ports'
import { createDbosLogger } from './dbos-log.ts'
import { durableError } from './errors.ts'
import { applicationName, durableSchema, workQueue, workQueueOptions } from './names.ts'

export interface StarterOptions {
  readonly databaseUrl: string
  /** Must be the workers' own: work is done, and recovered, only by workers of the version it was started for. */
  readonly applicationVersion: string
  readonly log?: Log
}

/** Starts durable work without doing any: a server or CLI must never launch the runner, or it takes part in the work. */
export async function createStarter(options: StarterOptions): Promise<DurableStarter & { close(): Promise<void> }> {
  const client = await connect(options)
  return {
    start: async ({ name, id, queueKey, input }) => {
      if (queueKey === '') {
        throw new DroverError('durable.queue-key-missing', `Work ${id} (${name}) has no queue key.`, {
          hint: 'Name what the work must have to itself, for example the environment.',
        })
      }
      try {
        await client.enqueue(
          {
            queueName: workQueue,
            workflowName: name,
            workflowID: id,
            queuePartitionKey: queueKey,
            appVersion: options.applicationVersion,
            applicationName,
          },
          input,
        )
      } catch (error) {
        throw durableError(error, `starting ${name} ${id}`)
      }
    },
    state: async (id) => {
      try {
        return toWorkState((await client.getWorkflow(id))?.status)
      } catch (error) {
        throw durableError(error, `asking for ${id}`)
      }
    },
    close: () => client.destroy(),
  }
}

/** Work that nobody will take up again has ended: with a result, an error, by cancelling, or after too many recoveries. */
function toWorkState(status: string | undefined): WorkState {
  if (status === undefined) return 'unknown'
  return unfinished.has(status) ? 'running' : 'ended'
}

const unfinished = new Set(['PENDING', 'ENQUEUED', 'DELAYED'])

async function connect({ databaseUrl, log }: StarterOptions): Promise<DBOSClient> {
  try {
    const client = await DBOSClient.create({
      systemDatabaseUrl: databaseUrl,
      systemDatabaseSchemaName: durableSchema,
      systemDatabasePoolSize: 4,
      applicationName,
      logger: createDbosLogger(log),
    })
    await client.registerQueue(workQueue, workQueueOptions)
    return client
  } catch (error) {
    throw durableError(error, 'connecting')
  }
}
