import { Client } from 'pg'
import { DroverError } from '#domain/kernel'
import { storeError } from './errors.ts'

/** Refuses a login that could change the ledger, or let itself: what it wrote could not be trusted any more than the login. Throws `store.role-too-mighty`. */
export async function requireLesserRole(appUrl: string): Promise<void> {
  const client = new Client({ connectionString: appUrl, application_name: 'drover check' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ name: string; could: string | null }>(question)
    const [found] = rows
    if (found === undefined || found.could === null) return
    throw new DroverError(
      'store.role-too-mighty',
      `The database login ${found.name} may ${found.could}, so the ledger would not be safe from it.`,
      {
        hint: 'Let Drover make a login of its own, or give it one that is a member of drover_app and of nothing else.',
      },
    )
  } catch (error) {
    throw storeError(error, 'checking the rights of the app login')
  } finally {
    await client.end().catch(() => undefined)
  }
}

const question = `
SELECT current_user AS name, CASE
  WHEN role.rolsuper THEN 'do anything on the server'
  WHEN pg_has_role(current_user, ledger.relowner, 'MEMBER') THEN 'do what the owner of the ledger may'
  WHEN has_table_privilege('drover.ledger', 'UPDATE') THEN 'change entries of the ledger'
  WHEN has_table_privilege('drover.ledger', 'DELETE') THEN 'delete entries of the ledger'
  WHEN has_table_privilege('drover.ledger', 'TRUNCATE') THEN 'empty the ledger'
  WHEN has_table_privilege('drover.ledger', 'TRIGGER') THEN 'put triggers on the ledger'
  WHEN has_schema_privilege('drover', 'CREATE') THEN 'make things in the schema of the ledger'
  WHEN role.rolcreaterole THEN 'make roles'
  WHEN role.rolreplication THEN 'replicate the server'
END AS could
FROM pg_class ledger, pg_roles role
WHERE ledger.oid = 'drover.ledger'::regclass AND role.rolname = current_user`
