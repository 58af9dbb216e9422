import { createHash } from 'node:crypto'
import type { Hashing } from '#engine/ports'

/** Hashing by Node's own crypto; text is hashed as UTF-8. */
export const nodeHashing: Hashing = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
}
