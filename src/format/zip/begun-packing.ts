import { crc32, deflate } from './codec.ts'

/** The content of a file that is being packed. */
export interface BegunPacking {
  readonly crc: number
  readonly packed: Promise<readonly Uint8Array[]>
}

/** Packs on other threads from now on. Who does not come for it hears of no failure. */
export function beginPacking(bytes: Uint8Array): BegunPacking {
  const packed = deflate(bytes)
  packed.catch(() => undefined)
  return { crc: crc32(bytes), packed }
}
