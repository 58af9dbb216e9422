import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DroverError, errorMessage } from '#domain/kernel'

/** The folder that keeps all local state; every path in it is known here and nowhere else. */
export interface Workspace {
  readonly folder: string
  readonly artifacts: string
  readonly rescues: string
  readonly repository: string
  readonly sourceWork: string
  readonly emulatorData: string
  readonly emulatorPort: string
  /** How the database that `drover up` runs here is reached, for what is done beside the server. */
  readonly databaseAccess: string
  readonly rescueKey: string
  readonly maskingKey: string
  readonly signingKey: string
  readonly access: string
  readonly secrets: string
  readonly logs: string
}

/** Opens the workspace, making its folders; readable by its owner only, since it holds keys. */
export async function openWorkspace(path: string): Promise<Workspace> {
  const folder = resolve(path)
  const workspace: Workspace = {
    folder,
    artifacts: join(folder, 'artifacts'),
    rescues: join(folder, 'rescues'),
    repository: join(folder, 'source.git'),
    sourceWork: join(folder, 'source-work'),
    emulatorData: join(folder, 'emulator'),
    emulatorPort: join(folder, 'emulator.port'),
    databaseAccess: join(folder, 'keys', 'database.json'),
    rescueKey: join(folder, 'keys', 'rescue.key'),
    maskingKey: join(folder, 'keys', 'masking.key'),
    signingKey: join(folder, 'keys', 'signing.key'),
    access: join(folder, 'access.json'),
    secrets: join(folder, 'secrets'),
    logs: join(folder, 'logs'),
  }
  try {
    for (const each of [folder, workspace.artifacts, workspace.rescues, workspace.secrets, workspace.logs, join(folder, 'keys')])
      await mkdir(each, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new DroverError('workspace.unwritable', `The workspace folder ${folder} cannot be made or written: ${errorMessage(error)}`, {
      hint: 'Choose a folder you may write to with --workspace.',
      cause: error,
    })
  }
  return workspace
}

/** How the command line reaches the server that runs in this workspace. */
export interface Access {
  readonly server: string
  readonly token: string
}

export async function saveAccess(workspace: Workspace, access: Access): Promise<void> {
  await writeFile(workspace.access, `${JSON.stringify(access)}\n`, { mode: 0o600 })
}

/** Undefined when no server was ever started here. */
export async function loadAccess(path: string): Promise<Access | undefined> {
  try {
    // Written by saveAccess alone.
    return JSON.parse(await readFile(join(resolve(path), 'access.json'), 'utf8')) as Access
  } catch {
    return undefined
  }
}

/** The login of the lesser role; the file is readable by the owner of the workspace only, as the passwords beside it. */
export async function saveDatabaseAccess(workspace: Workspace, appUrl: string): Promise<void> {
  await writeFile(workspace.databaseAccess, `${JSON.stringify({ appUrl })}\n`, { mode: 0o600 })
}

/** Undefined when no server was ever started here. */
export async function loadDatabaseAccess(workspace: Workspace): Promise<string | undefined> {
  try {
    // Written by saveDatabaseAccess alone.
    return (JSON.parse(await readFile(workspace.databaseAccess, 'utf8')) as { readonly appUrl: string }).appUrl
  } catch {
    return undefined
  }
}
