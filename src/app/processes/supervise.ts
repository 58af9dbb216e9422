import { errorMessage } from '#domain/kernel'
import type { Log } from '#engine/ports'
import type { Child } from './child.ts'

const restartAfterMs = 500

/** Keeps a child running: one that ends unasked is started again. */
export async function supervise<Ready>(
  name: string,
  start: () => Promise<Child<Ready>>,
  log: Log,
): Promise<{ current(): Child<Ready>; stop(): Promise<void> }> {
  let child = await start()
  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  let restarting: Promise<void> = Promise.resolve()
  function restartSoon(): void {
    timer = setTimeout(() => {
      restarting = restart()
    }, restartAfterMs)
  }
  function watch(): void {
    void child.ended.then((how) => {
      if (isStopping) return
      log.warn(`The ${name} process ended (${how}); starting it again`)
      restartSoon()
    })
  }
  async function restart(): Promise<void> {
    try {
      child = await start()
      if (isStopping) await child.stop()
      else watch()
    } catch (error) {
      log.error(`The ${name} process could not be started again`, { error: errorMessage(error) })
      if (!isStopping) restartSoon()
    }
  }
  watch()
  return {
    current: () => child,
    async stop() {
      isStopping = true
      clearTimeout(timer)
      await restarting
      await child.stop()
    },
  }
}
