import { DBOS } from '@dbos-inc/dbos-sdk'
import { durableError } from './errors.ts'
import { durableSchema } from './names.ts'

/** Prepares the durable runner's own tables, as owner, and lets `appRole` use them; a second run changes nothing. */
export async function migrateDurable(ownerUrl: string, appRole: string): Promise<void> {
  try {
    await DBOS.migrate(ownerUrl, { schemaName: durableSchema, applicationRole: appRole })
  } catch (error) {
    throw durableError(error, 'preparing its tables')
  }
}
