import { constants } from 'node:buffer'
import type { PackageLimits } from '#format'
import { defaultPackageLimits } from '#format'

/**
 * What a solution may hold, by --max-size in bytes. Who names a size vouches for the file up to that size: how many files it is made of
 * and how well they pack, by which bombs are told from solutions otherwise, is then not judged.
 */
export function readLimits(maxBytes: number | undefined): PackageLimits {
  if (maxBytes === undefined) return defaultPackageLimits
  return {
    ...defaultPackageLimits,
    maxUnpackedBytes: maxBytes,
    // One file is read into one piece of memory, which the runtime bounds.
    maxEntryBytes: Math.min(maxBytes, constants.MAX_LENGTH),
    maxEntries: Number.POSITIVE_INFINITY,
    maxRatio: Number.POSITIVE_INFINITY,
  }
}
