import { randomBytes } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DroverError } from '#domain/kernel'
import type { Log } from '#engine/ports'
import { ensureAppLogin } from '#adapters/store'
import { chooseDatabaseUser } from './embedded-database/account.ts'
import { findBinaries } from './embedded-database/binaries.ts'
import { prepareParent, proposeDataFolder, removeOutside } from './embedded-database/data-folder.ts'
import { stopOrphan } from './embedded-database/postmaster.ts'
import { loadOrCreateSecrets } from './embedded-database/secrets.ts'
import type { Server } from './embedded-database/server.ts'
import { startServer } from './embedded-database/server.ts'
import { lockFolder, lockWorkspace } from './folder-lock.ts'

export interface DatabaseOptions {
  readonly workspace: string
  readonly log: Log
  /** A PostgreSQL of your own: the URL of the login that owns, or may create in, its database. Then nothing is started here. */
  readonly databaseUrl?: string
  /** With `databaseUrl`: a login in role drover_app that exists already, for owners who may not create roles. */
  readonly appDatabaseUrl?: string
}

export interface Database {
  /** May change the schema; only for migrations. */
  readonly ownerUrl: string
  /** May read, and add to the ledger; everything else runs under it. */
  readonly appUrl: string
  /** The superuser of the embedded server; undefined for a PostgreSQL of your own. */
  readonly adminUrl?: string
  /** Stops what was started here, and nothing else. */
  stop(): Promise<void>
}

/**
 * The database of a workspace: an embedded PostgreSQL that lives and dies with this process, or the one at `databaseUrl`.
 * Throws `workspace.in-use` while another process works in this workspace.
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const lock = await lockWorkspace(options.workspace)
  try {
    const workspace = await realpath(options.workspace)
    const database =
      options.databaseUrl === undefined
        ? await startEmbedded(workspace, options.log)
        : await useExternal(options.databaseUrl, workspace, options.appDatabaseUrl)
    return {
      ...database,
      stop: async () => {
        await database.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/**
 * Ends what a killed process left running on the embedded database of a workspace, and removes its data when they lie outside of it.
 * For whoever holds the workspace's lock and is about to remove its folder.
 */
export async function removeDatabase(folder: string): Promise<void> {
  const workspace = await realpath(folder)
  const dataFolder = await rememberedDataFolder(workspace)
  if (dataFolder === undefined) return
  // A copied workspace names the same folder, and its database may be running.
  const lock = await lockFolder(dataFolder, workspace)
  try {
    await stopOrphan(dataFolder)
    await removeOutside(dataFolder, workspace)
  } finally {
    await lock.release()
  }
}

async function rememberedDataFolder(workspace: string): Promise<string | undefined> {
  try {
    const logins: unknown = JSON.parse(await readFile(join(workspace, 'database.json'), 'utf8'))
    const dataFolder: unknown = logins !== null && typeof logins === 'object' ? Reflect.get(logins, 'dataFolder') : undefined
    return typeof dataFolder === 'string' ? resolve(workspace, dataFolder) : undefined
  } catch {
    // No database was made here yet, or its file is damaged and says nothing.
    return undefined
  }
}

async function startEmbedded(workspace: string, log: Log): Promise<Database> {
  const user = await chooseDatabaseUser()
  const binaries = await findBinaries(user)
  const proposedFolder = await proposeDataFolder(workspace, user)
  const secrets = await loadOrCreateSecrets(join(workspace, 'database.json'), () => ({
    // Remembered, so that a workspace that moves keeps its database, and a new one never meets an old one's.
    dataFolder: proposedFolder,
    adminPassword: newPassword(),
    ownerPassword: newPassword(),
    appPassword: newPassword(),
  }))
  const dataFolder = resolve(workspace, secrets.dataFolder)
  await prepareParent(dataFolder, workspace, user)
  // A copied workspace names the same folder.
  const lock = await lockFolder(dataFolder, workspace)
  const stopAll = async (server: { stop(): Promise<void> } | undefined): Promise<void> => {
    await server?.stop()
    await lock.release()
  }
  let server: Server | undefined
  try {
    server = await startServer({ binaries, dataFolder, user, secrets, portFile: join(workspace, 'database.port'), log })
    return { ...(await openLogins(server, secrets)), stop: () => stopAll(server) }
  } catch (error) {
    await stopAll(server)
    throw error
  }
}

async function openLogins(
  server: Server,
  secrets: { readonly adminPassword: string; readonly ownerPassword: string; readonly appPassword: string },
): Promise<{ readonly ownerUrl: string; readonly appUrl: string; readonly adminUrl: string }> {
  const url = (login: string, password: string, database: string): string =>
    `postgresql://${login}:${password}@127.0.0.1:${server.port}/${database}`
  const adminUrl = url('drover_admin', secrets.adminPassword, 'postgres')
  const ownerUrl = url('drover_owner', secrets.ownerPassword, 'drover')
  await server.prepare(adminUrl, secrets)
  await ensureAppLogin(ownerUrl, { user: 'drover_app_login', password: secrets.appPassword })
  return { ownerUrl, appUrl: url('drover_app_login', secrets.appPassword, 'drover'), adminUrl }
}

/** Each workspace has an app login of its own, so that two machines on one database do not change each other's password. */
async function useExternal(ownerUrl: string, workspace: string, appDatabaseUrl: string | undefined): Promise<Database> {
  requireDatabaseUrl(ownerUrl)
  const stop = async (): Promise<void> => undefined
  if (appDatabaseUrl !== undefined) return { ownerUrl, appUrl: appDatabaseUrl, stop }
  const login = await loadOrCreateSecrets(join(workspace, 'database-login.json'), () => ({
    user: `drover_app_${randomBytes(4).toString('hex')}`,
    password: newPassword(),
  }))
  await ensureAppLogin(ownerUrl, login)
  return { ownerUrl, appUrl: withLogin(ownerUrl, login), stop }
}

function requireDatabaseUrl(text: string): void {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return
  // The text itself may hold a password, so it is not repeated.
  throw new DroverError('database.url-malformed', 'The database URL is not the URL of a PostgreSQL database.', {
    hint: 'Write it as postgresql://user:password@host:5432/database.',
  })
}

function withLogin(ownerUrl: string, login: { readonly user: string; readonly password: string }): string {
  const url = new URL(ownerUrl)
  url.username = login.user
  url.password = login.password
  return url.href
}

/** 192 bits, in letters that need no escaping in a URL. */
function newPassword(): string {
  return randomBytes(24).toString('base64url')
}
