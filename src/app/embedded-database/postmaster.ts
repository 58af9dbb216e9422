import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { DroverError } from '#domain/kernel'

const run = promisify(execFile)
const fastStopMs = 15_000
const immediateStopMs = 5000

/** Whether the server with this pid takes connections: PostgreSQL keeps its state in the eighth line of postmaster.pid. */
export async function isReady(dataFolder: string, pid: number): Promise<boolean> {
  const lines = await readPidFile(dataFolder)
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

/**
 * Stops a server that still runs on this data folder though its parent is gone; true when there was one. A pid file whose process
 * is another program (after a reboot, or in a new container) is removed, since PostgreSQL itself would refuse to start.
 */
export async function stopOrphan(dataFolder: string): Promise<boolean> {
  const lines = await readPidFile(dataFolder)
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1) return false
  if (!isAlive(pid)) return false
  if (!(await isServerOf(pid, dataFolder))) {
    await rm(join(dataFolder, 'postmaster.pid'), { force: true })
    return false
  }
  process.kill(pid, 'SIGINT')
  if (await ends(pid, fastStopMs)) return true
  process.kill(pid, 'SIGQUIT')
  if (await ends(pid, immediateStopMs)) return true
  throw new DroverError('database.orphan-stays', `A PostgreSQL server (process ${pid}) still runs on ${dataFolder} and does not stop.`, {
    hint: `End process ${pid}, then start again.`,
  })
}

async function readPidFile(dataFolder: string): Promise<readonly string[]> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')
  return text.split('\n')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It lives, and is not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Tells our server from an unrelated process that got the same number: its command line names the data folder. */
async function isServerOf(pid: number, dataFolder: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
    return stdout
  })
  return command.includes('postgres') && command.includes(dataFolder)
}

async function ends(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; ) {
    if (!isAlive(pid)) return true
    await delay(20)
  }
  return !isAlive(pid)
}
