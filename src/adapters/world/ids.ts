import { randomBytes, randomUUID } from 'node:crypto'
import type { Ids } from '#engine/ports'

/** Crockford's base 32: no I, L, O or U, so that an id can be read out loud. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ids that sort by the millisecond they were made in: `prefix-`, 10 digits of time, 16 random digits (80 bits). */
export const randomIds: Ids = {
  next: (prefix) => `${prefix}-${timeDigits(Date.now())}${randomDigits(16)}`,
  guid: () => randomUUID(),
}

function timeDigits(epochMs: number): string {
  let rest = epochMs
  let text = ''
  for (let i = 0; i < 10; i++) {
    text = alphabet.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/** 256 is a multiple of 32, so every digit is equally likely. */
function randomDigits(count: number): string {
  return [...randomBytes(count)].map((byte) => alphabet.charAt(byte % 32)).join('')
}
