import { DroverError, errorCode, errorMessage } from '#domain/kernel'

/** Work in flight is resumed by the next process anyway; whoever waits for our port or our files must not wait for ever. */
const endWithinMs = 8_000
/** How long a process waits for the one before it, whose parent was killed, to end. */
export const afterKillMs = endWithinMs + 2_000

/**
 * The other side of a child process: takes the start message, does the work, says it is ready, and stops on SIGTERM
 * or when the parent is gone, even by kill -9: then the channel closes, and `exit` ends it without finishing anything.
 */
export function serveParent<Start, Ready>(
  begin: (start: Start) => Promise<{ readonly ready: Ready; stop(): Promise<void> }>,
  whenOrphaned: 'stop' | 'exit' = 'stop',
): void {
  let running: Promise<{ readonly ready: Ready; stop(): Promise<void> }> | undefined
  let isStopping = false
  async function end(): Promise<void> {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(1), endWithinMs)
    try {
      await (await running)?.stop()
    } finally {
      process.exit(0)
    }
  }
  function endOrphaned(): void {
    if (whenOrphaned === 'exit') process.exit(1)
    void end()
  }
  // The terminal sends Ctrl-C to the whole group; the parent decides the order in which things stop.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void end())
  process.on('disconnect', endOrphaned)
  process.once('message', (message) => {
    running = begin((message as { readonly start: Start }).start)
    running.then(
      ({ ready }) => process.send?.({ ready }),
      (error: unknown) => {
        const hint = error instanceof DroverError ? error.hint : undefined
        process.send?.({ error: { code: errorCode(error), message: errorMessage(error), ...(hint === undefined ? {} : { hint }) } }, () =>
          process.exit(1),
        )
      },
    )
  })
  // The parent was gone before we could listen for that.
  if (!process.connected) endOrphaned()
}
