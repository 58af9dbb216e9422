import type { EmulatorOptions } from '#emulator'
import { startEmulator } from '#emulator'
import { lockFolder } from '../folder-lock.ts'
import { afterKillMs, serveParent } from './serve-parent.ts'

serveParent<EmulatorOptions, { readonly url: string; readonly port: number }>(async (start) => {
  await lockFolder(start.dataDir, start.dataDir, afterKillMs)
  const emulator = await startEmulator(start)
  return { ready: { url: emulator.url, port: emulator.port }, stop: () => emulator.close() }
})
