import { DBOS } from '@dbos-inc/dbos-sdk'
import { DroverError, errorMessage } from '#domain/kernel'
import type { DurableDefinition, Log } from '#engine/ports'
import type { OnStep } from './context.ts'
import { createContext } from './context.ts'
import { createDbosLogger } from './dbos-log.ts'
import { durableError } from './errors.ts'
import { startFailover } from './failover.ts'
import { applicationName, durableSchema, workQueue, workQueueOptions } from './names.ts'

export interface WorkerOptions {
  /** A direct connection to PostgreSQL: session locks do not survive a transaction pooler. */
  readonly databaseUrl: string
  // Each definition parses its own input, so a list of them has no common input type but never.
  readonly definitions: readonly DurableDefinition<never>[]
  /** Names this worker among all; a second live worker of the same name is refused. */
  readonly executorId: string
  /**
   * Work started for another version is left alone, and if unfinished holds up its queue: so this is not the product's version,
   * but a name that changes only when a change of a definition no longer fits steps that were recorded before.
   */
  readonly applicationVersion: string
  readonly log: Log
  readonly onStep?: OnStep
}

/** How long a stopping worker waits for work in flight; what is not finished is resumed by the next worker. */
const drainMs = 2000
let isWorking = false

/** Does durable work until stopped: one worker per process, since the runner is a singleton. Also takes over from dead workers. */
export async function startWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  if (isWorking) {
    throw new DroverError('worker.already-running', 'This process already runs a worker.', {
      hint: 'Start another worker in its own process.',
    })
  }
  isWorking = true
  let failover: Awaited<ReturnType<typeof startFailover>> | undefined
  const stop = async (): Promise<void> => {
    await DBOS.shutdown({ deregister: true, workflowCompletionTimeoutMS: drainMs }).catch((error: unknown) =>
      options.log.warn('The durable runner did not shut down cleanly.', { reason: errorMessage(error) }),
    )
    // Only now: while the lock is held nobody takes over what still runs here.
    await failover?.stop()
    isWorking = false
  }
  try {
    failover = await startFailover(options)
    await launch(options)
    failover.watchOthers()
    return { stop }
  } catch (error) {
    await stop()
    throw durableError(error, `starting worker ${options.executorId}`)
  }
}

async function launch({ databaseUrl, definitions, executorId, applicationVersion, log, onStep }: WorkerOptions): Promise<void> {
  DBOS.setConfig({
    name: applicationName,
    systemDatabaseUrl: databaseUrl,
    systemDatabaseSchemaName: durableSchema,
    executorID: executorId,
    applicationVersion,
    runMigrations: false,
    logger: createDbosLogger(log),
  })
  for (const definition of definitions) DBOS.registerWorkflow(toWork(definition, log, onStep), { name: definition.name })
  await DBOS.launch()
  await DBOS.registerQueue(workQueue, { ...workQueueOptions, onConflict: 'always_update' })
}

function toWork({ name, run }: DurableDefinition<never>, log: Log, onStep: OnStep | undefined): (input: unknown) => Promise<void> {
  return async (input) => {
    try {
      // The input was recorded as JSON when the work was started; the definition parses it.
      await run(createContext(log, onStep), input as never)
    } catch (error) {
      log.error('Durable work ended in an error, or was taken from this worker.', { name, work: DBOS.workflowID, error })
      throw error
    }
  }
}
