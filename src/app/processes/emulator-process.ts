import type { EmulatorOptions } from '#emulator'
import { startEmulator } from '#emulator'
import { serveParent } from './serve-parent.ts'

serveParent<EmulatorOptions, { readonly url: string; readonly port: number }>(async (start) => {
  const emulator = await startEmulator(start)
  return { ready: { url: emulator.url, port: emulator.port }, stop: () => emulator.close() }
})
