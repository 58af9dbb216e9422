import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { DroverError } from '#domain/kernel'

const run = promisify(execFile)

/** Who runs the database server; undefined when it is simply this process's own user. */
export interface DatabaseUser {
  readonly uid: number
  readonly gid: number
}

/** Where root keeps what the database user must reach. */
export const systemFolder = '/var/lib/drover'
const userName = 'postgres'

/** PostgreSQL refuses to run as root, so root runs it as user postgres, which is made when it is missing. */
export async function chooseDatabaseUser(): Promise<DatabaseUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const there = await findUser()
  if (there !== undefined) return there
  await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    systemFolder,
    '--shell',
    '/usr/sbin/nologin',
    userName,
  ]).catch((cause: unknown) => {
    throw noUser(cause)
  })
  const made = await findUser()
  if (made === undefined) throw noUser(undefined)
  return made
}

async function findUser(): Promise<DatabaseUser | undefined> {
  const [, uid, gid] = new RegExp(`^${userName}:[^:]*:(\\d+):(\\d+):`, 'm').exec(await readFile('/etc/passwd', 'utf8')) ?? []
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

function noUser(cause: unknown): DroverError {
  return new DroverError('database.no-user', `PostgreSQL does not run as root, and user ${userName} is missing and could not be made.`, {
    hint: `Run Drover as a normal user, make a user named ${userName}, or set DATABASE_URL to a PostgreSQL of your own.`,
    cause,
  })
}
