import type { PackageLimits } from '../limits.ts'
import { stored, type ZipEntry } from './directory.ts'
import { corruptZip, tooLarge } from './zip-error.ts'

/**
 * Refuses by what the directory claims, before any content is read. Content is then never more than its claim,
 * so that all entries together stay within the limits too, in whatever order and however often they are read.
 */
export function checkClaims(entries: readonly ZipEntry[], limits: PackageLimits): void {
  let total = 0
  for (const entry of entries) {
    checkClaim(entry, limits)
    total += entry.size
    if (total > limits.maxUnpackedBytes) {
      throw tooLarge(`At entry "${entry.path}" the zip passes the ${limits.maxUnpackedBytes} bytes that it may unpack to.`)
    }
  }
}

/** Deflate says at most 258 bytes with 2 bits. */
const highestRatio = 1032

function checkClaim({ path, method, size, packedSize }: ZipEntry, limits: PackageLimits): void {
  if (path.endsWith('/') && size > 0) throw corruptZip(`Entry "${path}" is a folder and has content.`)
  if (size > limits.maxEntryBytes) throw tooLarge(`Entry "${path}" unpacks to ${size} bytes; ${limits.maxEntryBytes} are allowed.`)
  if (method === stored ? size !== packedSize : size > packedSize * highestRatio) {
    throw corruptZip(`Entry "${path}" says that its ${packedSize} bytes unpack to ${size}, which cannot be.`)
  }
  if (size > limits.ratioAppliesAboveBytes && size > packedSize * limits.maxRatio) {
    throw tooLarge(`Entry "${path}" unpacks ${packedSize} bytes to ${size}: more than ${limits.maxRatio} times, as zip bombs do.`)
  }
}
