import { access, readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { EnvironmentChange } from '#cli'
import { DroverError, errorMessage } from '#domain/kernel'
import { openEnvironments } from '#emulator'
import { createEmulatorControl } from './emulator-control.ts'
import { lockFolder } from './folder-lock.ts'
import { localClients } from './local-platform.ts'
import { loadLocalSecret } from './local-secrets.ts'
import type { Workspace } from './workspace.ts'
import { openWorkspace } from './workspace.ts'

/** What can be done with an environment, here or over HTTP. */
interface Changing {
  reset(name: string): Promise<void>
  snapshot(name: string): Promise<Uint8Array>
  restore(name: string, file: Uint8Array): Promise<void>
}

/** `drover emulator reset|snapshot|restore`: by the emulator that runs in the folder, or in the folder itself under its lock. */
export async function changeEnvironment(change: EnvironmentChange): Promise<{ readonly isRunning: boolean }> {
  const workspace = await knownWorkspace(change.data)
  // Read before anything is taken: a missing file is the caller's mistake.
  const file = change.what.kind === 'restore' ? await readBytes(change.what.from) : new Uint8Array()
  const lock = await lockFolder(workspace.emulatorData, workspace.folder).catch((error: unknown) => {
    if (error instanceof DroverError && error.code === 'workspace.in-use') return undefined
    throw error
  })
  if (lock === undefined) {
    await apply(await running(workspace, change.host), change, file)
    return { isRunning: true }
  }
  const folder = await openEnvironments({ dataDir: workspace.emulatorData, clients: await localClients(workspace) })
  try {
    await apply(folder, change, file)
  } finally {
    await folder.close()
    await lock.release()
  }
  return { isRunning: false }
}

async function apply(changing: Changing, { environment, what }: EnvironmentChange, file: Uint8Array): Promise<void> {
  if (what.kind === 'reset') await changing.reset(environment)
  else if (what.kind === 'restore') await changing.restore(environment, file)
  else await writeWhole(what.out, await changing.snapshot(environment))
}

async function running(workspace: Workspace, host: string): Promise<Changing> {
  const port = (await readFile(workspace.emulatorPort, 'utf8').catch(() => '')).trim()
  if (port === '')
    throw new DroverError(
      'workspace.in-use',
      `Another process of Drover works in ${workspace.folder}, and does not say where it listens.`,
      {
        hint: 'Wait until it has started, or stop it.',
      },
    )
  const control = createEmulatorControl(`http://${host}:${port}`, await loadLocalSecret(workspace, 'emulator-admin'))
  const path = (name: string, what: string): string => `/environments/${encodeURIComponent(name)}/${what}`
  return {
    reset: async (name) => void (await control.send('POST', path(name, 'reset'), {})),
    snapshot: async (name) => new Uint8Array(await (await control.send('GET', path(name, 'snapshot'))).arrayBuffer()),
    restore: async (name, file) => void (await control.send('PUT', path(name, 'snapshot'), file)),
  }
}

async function knownWorkspace(data: string): Promise<Workspace> {
  // Opening makes a folder; a mistyped one must not appear.
  await access(data).catch((cause: unknown) => {
    throw new DroverError('emulator.folder-unknown', `There are no local environments in ${data}.`, {
      hint: 'Name the folder that `drover emulator --data` was started with.',
      cause,
    })
  })
  return openWorkspace(data)
}

async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new DroverError(cause.code === 'ENOENT' ? 'file.absent' : 'file.unreadable', `${path} cannot be read: ${cause.message}`, {
      hint: 'Check the path.',
      cause,
    })
  })
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`
  try {
    await writeFile(unfinished, bytes, { mode: 0o600 })
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true })
    throw new DroverError('file.unwritable', `${path} cannot be written: ${errorMessage(cause)}`, {
      hint: 'Check the path and the rights on its folder.',
      cause,
    })
  }
}
