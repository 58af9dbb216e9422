import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const bin = join(import.meta.dirname, '../../bin/drover.cjs')
const run = promisify(execFile)

export interface DroverProcess {
  readonly pid: number
  /** Everything that it wrote so far, both streams. */
  output(): string
  /** Resolves when it wrote the text; fails with what it wrote when it ends before. */
  said(text: string): Promise<void>
  /** As a terminal's Ctrl-C: to the whole process group. */
  interrupt(): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>
  /** Ends it and what it started, however it stands; for the end of a test. */
  dispose(): Promise<void>
}

export interface ProcessOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
  readonly gid?: number
}

/** Starts the command line as the leader of a process group, as a shell does. */
export function startDrover(args: readonly string[], options: ProcessOptions = {}): DroverProcess {
  const { env, ...rest } = options
  const child = spawn(process.execPath, [bin, ...args], {
    ...rest,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw new Error('drover could not be spawned')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code ?? -1)))
  return {
    pid,
    output: () => output,
    async said(text) {
      await poll(`"${text}" from drover ${args.join(' ')}, which wrote: ${output}`, async () => output.includes(text) || hasEnded(child))
      if (!output.includes(text)) throw new Error(`drover ${args.join(' ')} ended without saying "${text}": ${output}`)
    },
    interrupt: () => process.kill(-pid, 'SIGINT'),
    kill: (signal) => process.kill(pid, signal),
    ended,
    async dispose() {
      const started = hasEnded(child) ? [] : await descendants(pid)
      if (!hasEnded(child)) child.kill('SIGKILL')
      await ended
      for (const each of started) signal(each.pid, each.command.includes('postgres') ? 'SIGQUIT' : 'SIGKILL')
      await allEnded(started)
    },
  }
}

/** It may have ended by itself in this very moment. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

export interface RunningProcess {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** The processes of the machine, without those that are dead and only not yet buried. */
export async function listProcesses(): Promise<readonly RunningProcess[]> {
  const { stdout } = await run('ps', ['-ww', '-e', '-o', 'pid=,ppid=,stat=,args='], { maxBuffer: 16_000_000 })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined || state === undefined || state.startsWith('Z')) return []
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }]
  })
}

/** Everything that a process started, and what that started. */
export async function descendants(pid: number): Promise<readonly RunningProcess[]> {
  const all = await listProcesses()
  const found: RunningProcess[] = []
  const open = [pid]
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const each of all) {
      if (each.parent !== parent) continue
      found.push(each)
      open.push(each.pid)
    }
  }
  return found
}

export async function isRunning(pid: number): Promise<boolean> {
  return (await listProcesses()).some((each) => each.pid === pid)
}

/** The one process below `pid` whose command line has the text. */
export async function childOf(pid: number, text: string): Promise<RunningProcess> {
  let found: RunningProcess | undefined
  await poll(`a process ${text} below ${pid}`, async () => {
    found = (await descendants(pid)).find((each) => each.command.includes(text))
    return found !== undefined
  })
  // The poll above ends only when it was found.
  return found as RunningProcess
}

/** Waits until all of them have ended. */
export async function allEnded(processes: readonly RunningProcess[], withinMs = 120_000): Promise<void> {
  const pids = new Set(processes.map((each) => each.pid))
  let left: readonly RunningProcess[] = []
  await poll(
    () => `the end of ${left.map((each) => `${each.pid} ${each.command}`).join(', ')}`,
    async () => {
      left = (await listProcesses()).filter((each) => pids.has(each.pid))
      return left.length === 0
    },
    withinMs,
  )
}

/** Asks for a fact until it holds; fails, naming it, when the time is up. */
export async function poll(fact: string | (() => string), holds: () => Promise<boolean>, withinMs = 240_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await holds()); await pause(25))
    if (Date.now() > deadline) throw new Error(`Not seen within ${withinMs / 1000} s: ${typeof fact === 'string' ? fact : fact()}`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Takes a port until it is given back. */
export async function occupy(port: number): Promise<{ free(): Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return { free: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** The port of a workspace's embedded database. */
export async function databasePort(workspace: string): Promise<number> {
  return Number(await readFile(join(workspace, 'database.port'), 'utf8'))
}
