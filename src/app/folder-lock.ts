import { createHash } from 'node:crypto'
import { mkdir, realpath, unlink } from 'node:fs/promises'
import type { Server } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DroverError } from '#domain/kernel'

export interface FolderLock {
  release(): Promise<void>
}

const lookAgainAfterMs = 50

/** Takes a workspace, making its folder when it is new. Throws `workspace.in-use` while another process has it. */
export async function lockWorkspace(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const real = await realpath(folder)
  return lockFolder(real, real)
}

/**
 * Takes `folder`, of `workspace`, for this process; the system frees it when the process ends, however it ends. Another holder is
 * given `waitMs` to end: the processes of a killed supervisor need a moment to notice.
 */
export async function lockFolder(folder: string, workspace: string, waitMs = 0): Promise<FolderLock> {
  for (const deadline = Date.now() + waitMs; ; await pause(lookAgainAfterMs)) {
    try {
      return await takeFolder(folder, workspace)
    } catch (error) {
      if (!(error instanceof DroverError) || Date.now() >= deadline) throw error
    }
  }
}

async function takeFolder(folder: string, workspace: string): Promise<FolderLock> {
  const address = addressOf(folder)
  try {
    return await listen(address)
  } catch (error) {
    if (!isInUse(error)) throw error
    if (await isAnswering(address)) throw inUse(workspace, error)
    // Where a socket is a file, a killed process leaves it behind.
    await unlink(address)
    return listen(address).catch((again: unknown) => {
      throw inUse(workspace, again)
    })
  }
}

/** A name that lives in the kernel where there is one (Linux, Windows), else a socket file. */
function addressOf(folder: string): string {
  const name = `drover-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`
  if (process.platform === 'linux') return `\0${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(tmpdir(), `${name}.sock`)
}

async function listen(address: string): Promise<FolderLock> {
  const server: Server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, resolve)
  })
  // The lock must not keep the process alive.
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function isAnswering(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

function inUse(workspace: string, cause: unknown): DroverError {
  return new DroverError('workspace.in-use', `Another process of Drover works in ${workspace}.`, {
    hint: 'Stop it first, or choose another workspace folder.',
    cause,
  })
}
