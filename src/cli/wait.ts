import { setTimeout as sleep } from 'node:timers/promises'
import { DroverError } from '#domain/kernel'

/**
 * Asks until `isFinished`, with growing pauses (0.1 to 2 seconds). Throws `cli.timeout` when the time is up or the user stops it:
 * what was started goes on without the command line.
 */
export async function waitUntil<T>(options: {
  readonly load: () => Promise<T>
  readonly isFinished: (value: T) => boolean
  readonly onLook?: (value: T) => void
  readonly timeoutSeconds: number
  readonly signal: AbortSignal
  readonly what: string
}): Promise<T> {
  const deadline = performance.now() + options.timeoutSeconds * 1000
  for (let pauseMs = 100; ; pauseMs = Math.min(2000, pauseMs * 1.5)) {
    const value = await options.load()
    options.onLook?.(value)
    if (options.isFinished(value)) return value
    if (options.signal.aborted || performance.now() + pauseMs > deadline) throw timeout(options)
    await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => undefined)
  }
}

function timeout(options: { readonly what: string; readonly timeoutSeconds: number; readonly signal: AbortSignal }): DroverError {
  const why = options.signal.aborted ? 'when it was stopped' : `after ${options.timeoutSeconds} s`
  return new DroverError('cli.timeout', `${options.what} was not finished ${why}.`, {
    hint: 'It goes on without this command; look at it again later, or wait longer with --timeout.',
  })
}
