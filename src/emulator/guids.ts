import { randomInt, randomUUID } from 'node:crypto'

/**
 * Makes ids that rise: rows that are made one after the other then stand side by side on disk. They are no secrets and no keys of one; those
 * of another process differ in all that does not rise.
 */
export function risingGuids(): () => string {
  const rest = randomUUID().slice(8)
  let next = randomInt(0x7fff_ffff)
  return () => {
    next = (next + 1) % 0x1_0000_0000
    return `${next.toString(16).padStart(8, '0')}${rest}`
  }
}
