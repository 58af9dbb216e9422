import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DroverProcess, ProcessOptions } from './drover-process.ts'
import { freePort, startDrover } from './drover-process.ts'
import type { RunningDrover } from './product.ts'

const dist = pathToFileURL(join(import.meta.dirname, '../../dist/')).href
const { openWorkspace } = (await import(`${dist}app/workspace.js`)) as typeof import('../../src/app/workspace.ts')
const { issueTokenIn } = (await import(`${dist}app/issue-token.js`)) as typeof import('../../src/app/issue-token.ts')

export interface Ports {
  readonly web: number
  readonly emulator: number
}

export async function choosePorts(): Promise<Ports> {
  return { web: await freePort(), emulator: await freePort() }
}

export interface SpawnedDrover extends DroverProcess {
  readonly url: string
}

/** `drover up` as a process of its own. */
export function spawnUp(workspace: string, ports: Ports, options: ProcessOptions = {}): SpawnedDrover {
  const args = ['up', '--workspace', workspace, '--port', String(ports.web), '--emulator-port', String(ports.emulator)]
  return { ...startDrover(args, options), url: `http://127.0.0.1:${ports.web}` }
}

/** As {@link spawnUp}, once it says that it is up. */
export async function up(workspace: string, ports: Ports, options: ProcessOptions = {}): Promise<SpawnedDrover> {
  const drover = spawnUp(workspace, ports, options)
  try {
    await drover.said('Ctrl-C stops everything.')
    return drover
  } catch (error) {
    await drover.dispose()
    throw error
  }
}

/** A spawned stack as the pieces of the demo want it: where it is, where its secrets are, and tokens of its workspace. */
export async function asStack(drover: SpawnedDrover, folder: string, ports: Ports): Promise<RunningDrover> {
  const workspace = await openWorkspace(folder)
  const stack: Pick<RunningDrover, 'url' | 'platformUrl' | 'workspace' | 'issueToken'> = {
    url: drover.url,
    platformUrl: `http://127.0.0.1:${ports.emulator}`,
    workspace,
    issueToken: async (person) => (await issueTokenIn(folder, { person, hours: 1 })).token,
  }
  // What is left out runs inside the other process; nothing that works over HTTP asks for it.
  return stack as RunningDrover
}

export async function readAccess(folder: string): Promise<string> {
  return readFile(join(folder, 'access.json'), 'utf8')
}
