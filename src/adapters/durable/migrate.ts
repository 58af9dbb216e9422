// Not public API, hence the exact version of the package: the public way to do the same always writes to standard output.
import { migrateSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database'
import { GlobalLogger } from '@dbos-inc/dbos-sdk/internal/telemetry/logs'
import type { Log } from '#engine/ports'
import { createDbosLogger } from './dbos-log.ts'
import { durableError } from './errors.ts'
import { durableSchema } from './names.ts'

/** Prepares the durable runner's own tables, as owner, and lets `appRole` use them; a second run changes nothing. */
export async function migrateDurable(ownerUrl: string, appRole: string, log?: Log): Promise<void> {
  const logger = new GlobalLogger(undefined, { logger: createDbosLogger(log) })
  try {
    await migrateSystemDatabase(ownerUrl, logger, durableSchema, appRole)
  } catch (error) {
    throw durableError(error, 'preparing its tables')
  }
}
