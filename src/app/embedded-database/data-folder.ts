import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import type { DatabaseUser } from './account.ts'
import { systemFolder } from './account.ts'

const insideWorkspace = join('postgres', 'data')
/** Beside a data folder outside its workspace: the workspace it belongs to. */
const originFile = 'workspace.txt'

/** Where a new workspace keeps its database: inside it, relative to it, or, when the database user cannot get there, in {@link systemFolder}. */
export async function proposeDataFolder(workspace: string, user: DatabaseUser | undefined): Promise<string> {
  if (user === undefined) return insideWorkspace
  await openForUser(workspace, user)
  if (await canReach(workspace, user)) return insideWorkspace
  return join(systemFolder, `database-${randomBytes(8).toString('hex')}`, 'data')
}

/** Makes the folder that the data folder lies in, for `user` alone. */
export async function prepareParent(dataFolder: string, workspace: string, user: DatabaseUser | undefined): Promise<void> {
  const parent = dirname(dataFolder)
  const isOutside = relative(workspace, parent).startsWith('..')
  if (isOutside) {
    await mkdir(systemFolder, { recursive: true, mode: 0o755 })
    await removeForgotten()
  }
  await mkdir(parent, { recursive: true, mode: 0o700 })
  if (isOutside) await writeFile(join(parent, originFile), `${workspace}\n`, { mode: 0o600 })
  if (user !== undefined) await chown(parent, user.uid, user.gid)
}

/** A private workspace of root's, and the .drover folder it may lie in, let the database user's group pass through, and nobody look around. */
async function openForUser(workspace: string, user: DatabaseUser): Promise<void> {
  const parent = dirname(workspace)
  for (const folder of basename(parent) === '.drover' ? [parent, workspace] : [workspace]) {
    const { mode, uid } = await stat(folder)
    if (uid !== 0 || (mode & 0o077) !== 0) continue
    await chown(folder, 0, user.gid)
    await chmod(folder, 0o710)
  }
}

/** Whether every folder down to `path` may be entered by `user`; access lists are not looked at. */
async function canReach(path: string, user: DatabaseUser): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder)
    if (((mode >> classOf(user, uid, gid)) & 1) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** How far to shift a mode to get the bits that apply to `user`. */
function classOf(user: DatabaseUser, uid: number, gid: number): number {
  if (uid === user.uid) return 6
  return gid === user.gid ? 3 : 0
}

/** Removes a data folder that lies outside its workspace, unless it belongs to another one. */
export async function removeOutside(dataFolder: string, workspace: string): Promise<void> {
  const parent = dirname(dataFolder)
  if (!relative(workspace, parent).startsWith('..')) return
  const origin = (await readFile(join(parent, originFile), 'utf8').catch(() => '')).trim()
  if (origin === workspace) await rm(parent, { recursive: true, force: true })
}

/** Databases that no workspace in the temporary folder names any more; any other may lie on a disk that is only not mounted now. */
async function removeForgotten(): Promise<void> {
  for (const name of await readdir(systemFolder)) {
    if (!name.startsWith('database-')) continue
    const folder = join(systemFolder, name)
    const workspace = (await readFile(join(folder, originFile), 'utf8').catch(() => '')).trim()
    if (!workspace.startsWith(`${tmpdir()}/`)) continue
    const logins = await readFile(join(workspace, 'database.json'), 'utf8').catch(() => '')
    if (!logins.includes(folder)) await rm(folder, { recursive: true, force: true })
  }
}
