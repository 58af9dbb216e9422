import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { DroverError } from '#domain/kernel'
import { storeError } from './errors.ts'
import { appRole, migrations } from './migrations.ts'

/** One number for "the schema is being changed", so that two processes that start at once take turns. */
const migrationLock = 7_340_001

/** Brings schema `drover` up to this version of Drover, as owner; a second run changes nothing. Returns the names of what it applied. */
export async function migrate(ownerUrl: string): Promise<readonly string[]> {
  return asOwner(ownerUrl, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock])
    await ensureAppRole(client)
    await client.query('CREATE SCHEMA IF NOT EXISTS drover')
    await client.query(
      'CREATE TABLE IF NOT EXISTS drover.migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    await client.query(`GRANT USAGE ON SCHEMA drover TO ${appRole}`)
    await client.query(`GRANT SELECT ON drover.migration TO ${appRole}`)
    const { rows } = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM drover.migration')
    requireKnown(rows)
    const done = new Set(rows.map((row) => row.name))
    const missing = migrations.filter((migration) => !done.has(migration.name))
    for (const { name, sql } of missing) {
      await client.query(sql)
      await client.query('INSERT INTO drover.migration (name, checksum) VALUES ($1, $2)', [name, checksum(sql)])
    }
    return missing.map((migration) => migration.name)
  })
}

/** Makes `login` a login with the rights of the app role and nothing more, or gives it this password when it exists. */
export async function ensureAppLogin(ownerUrl: string, login: { readonly user: string; readonly password: string }): Promise<void> {
  await asOwner(ownerUrl, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock])
    await ensureAppRole(client)
    const user = client.escapeIdentifier(login.user)
    // A role that PostgreSQL makes has no rights of its own unless they are named.
    const verb = (await roleExists(client, login.user)) ? 'ALTER' : 'CREATE'
    await client.query(`${verb} ROLE ${user} LOGIN PASSWORD ${client.escapeLiteral(login.password)}`)
    await client.query(`GRANT ${appRole} TO ${user}`)
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name')
    await client.query(`GRANT CONNECT ON DATABASE ${client.escapeIdentifier(rows[0]?.name ?? '')} TO ${user}`)
  })
}

async function ensureAppRole(client: Client): Promise<void> {
  if (!(await roleExists(client, appRole))) await client.query(`CREATE ROLE ${appRole} NOLOGIN`)
}

async function roleExists(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
  return rowCount === 1
}

/** The database must not be newer than the code, nor built from other migrations than ours. */
function requireKnown(applied: readonly { readonly name: string; readonly checksum: string }[]): void {
  for (const { name, checksum: found } of applied) {
    const known = migrations.find((migration) => migration.name === name)
    if (known === undefined) {
      throw new DroverError('store.newer', `The database has migration ${name}, which this version of Drover does not know.`, {
        hint: 'Run the version of Drover that made it, or a later one.',
      })
    }
    if (checksum(known.sql) !== found) {
      throw new DroverError(
        'store.migration-changed',
        `Migration ${name} was applied with other contents than this version of Drover has.`,
        {
          hint: 'Use a released version of Drover, or a fresh database; a released migration is never edited.',
        },
      )
    }
  }
}

function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex')
}

async function asOwner<T>(ownerUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'drover migrate' })
  // A connection that breaks also fails the query in flight; without a listener it would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    throw storeError(error, 'preparing the database')
  } finally {
    await client.end().catch(() => undefined)
  }
}
