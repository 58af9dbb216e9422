import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Organisation } from '../conformance/organisation.ts'
import { client, deployer, tenantId } from '../conformance/organisation.ts'
import { memoryFolder } from './memory-folder.ts'

/** The local environments `dev` and `test` in a process of their own, as they run beside the product. */
export interface EmulatorChild {
  /** Signed in to `dev`. */
  readonly organisation: Organisation
  /** The most memory that the process ever held, in bytes; undefined where the system does not tell. */
  peakBytes(): number | undefined
}

export async function startEmulatorChild(): Promise<EmulatorChild> {
  const dataDir = mkdtempSync(join(memoryFolder(), 'drover-child-'))
  const script = fileURLToPath(new URL('../conformance/emulator-process.ts', import.meta.url))
  const args = ['--import', 'tsx', '--conditions=source', script, dataDir, '0', '1', 'dev,test']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const root = `http://127.0.0.1:${line.toString('utf8').trim()}`
  const { clientId, clientSecret, objectId } = deployer
  const url = `${root}/dev`
  const organisation: Organisation = {
    ...client({ url, tokenUrl: `${root}/${tenantId}/oauth2/v2.0/token`, clientId, clientSecret }),
    ...{ isLive: false, mayChange: true, objectId, connectivityUrl: `${url}/connectivity`, control: undefined },
    async close() {
      await stop(child)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return { organisation, peakBytes: () => peakBytesOf(child.pid) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Linux tells it of any process; other systems of none but one's own. */
export function peakBytesOf(pid: number | undefined): number | undefined {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return peak === undefined ? undefined : Number(peak) * 1024
  } catch {
    return undefined
  }
}
