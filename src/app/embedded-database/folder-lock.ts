import { createHash } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import type { Server } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DroverError } from '#domain/kernel'

/** Takes `folder`, of `workspace`, for this process; the system frees it when the process ends, however it ends. */
export async function lockFolder(folder: string, workspace: string): Promise<{ release(): Promise<void> }> {
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

async function listen(address: string): Promise<{ release(): Promise<void> }> {
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
