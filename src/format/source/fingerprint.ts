import { manifestPath } from './unpack-manifest.ts'

/**
 * Tells whether a file is still the one that something was carried for: length and FNV-1a hash (32 bit, twice with different
 * starts), without carriage returns before line feeds, which Git may add, and without the manifest's version, which is raised
 * without meaning anything for the rest. Finds edits; not meant against forgery.
 */
export function fingerprintOf(path: string, bytes: Uint8Array): string {
  const content = path === manifestPath ? withoutVersion(bytes) : bytes
  let first = 0x811c9dc5
  let second = 0x9dc5811c
  let length = 0
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] ?? 0
    if (byte === 13 && content[at + 1] === 10) continue
    first = Math.imul(first ^ byte, 0x01000193)
    second = Math.imul(second ^ byte, 0x01000193) + length
    length++
  }
  return `${length}-${hex(first)}${hex(second)}`
}

function hex(number: number): string {
  return (number >>> 0).toString(16).padStart(8, '0')
}

function withoutVersion(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes)
  return new TextEncoder().encode(text.replace(/<Version>[^<]*<\/Version>/, '<Version />'))
}
