import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { DroverError } from '#domain/kernel'

/** A process of ours that is told what to do by its first message, and ends by itself when we are gone. */
export interface Child<Ready> {
  readonly ready: Ready
  readonly pid: number
  /** Resolves with the exit code, or with the signal's name, when it has ended. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

interface ChildOptions {
  readonly entry: URL
  readonly name: string
  /** Sent over the private channel, never on the command line: it may hold a database password. */
  readonly start: unknown
  readonly readyWithinMs: number
}

const stopWithinMs = 10_000
/** The durable runner's library uses pg in a way that pg warns about at each start; it is nothing that a user can mend. */
const execArgv = ['--disable-warning=DeprecationWarning']

export async function startChild<Ready>(options: ChildOptions): Promise<Child<Ready>> {
  const child = fork(options.entry, [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? String(code)))
    // A process that could not be started, or died before it took its message, must not take us with it.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(error.message)
    })
  })
  const ready = await firstMessage<Ready>(child, ended, options)
  const { pid } = child
  if (pid === undefined) throw new DroverError('process.not-started', `The ${options.name} process did not start.`)
  return { ready, pid, ended, stop: () => stop(child, ended) }
}

async function firstMessage<Ready>(child: ChildProcess, ended: Promise<string>, options: ChildOptions): Promise<Ready> {
  let timer: NodeJS.Timeout | undefined
  const answered = new Promise<{ readonly ready?: Ready; readonly error?: { code: string; message: string; hint?: string } }>((resolve) => {
    child.once('message', (message) => resolve(message as { readonly ready?: Ready }))
    timer = setTimeout(
      () =>
        resolve({
          error: { code: 'process.silent', message: `The ${options.name} process said nothing for ${options.readyWithinMs / 1000} s.` },
        }),
      options.readyWithinMs,
    )
    void ended.then((how) =>
      resolve({ error: { code: 'process.ended', message: `The ${options.name} process ended (${how}) before it was ready.` } }),
    )
  })
  child.send({ start: options.start })
  const answer = await answered
  clearTimeout(timer)
  if (answer.error !== undefined) {
    child.kill('SIGKILL')
    const { code, message, hint } = answer.error
    throw new DroverError(code, message, { ...(hint === undefined ? {} : { hint }) })
  }
  return answer.ready as Ready
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
  await ended
  clearTimeout(timer)
}
