import type { PackageFile } from '../package.ts'
import { type Carried, type CarriedFile, carriedPath } from './carried.ts'

export function carriedFile(carried: Carried): PackageFile {
  return { path: carriedPath, bytes: new TextEncoder().encode(`${JSON.stringify(carried, undefined, 2)}\n`) }
}

/** Text as lines, so that a difference can be read; other bytes as base64. */
export function textOrBase64(bytes: Uint8Array): Pick<CarriedFile, 'lines' | 'base64'> {
  const text = textOf(bytes)
  return text === undefined ? { base64: base64Lines(bytes) } : { lines: text.split('\n') }
}

export function bytesOf(file: CarriedFile): Uint8Array {
  if (file.lines !== undefined) return new TextEncoder().encode(file.lines.join('\n'))
  return Uint8Array.from(atob((file.base64 ?? []).join('')), (character) => character.charCodeAt(0))
}

/** The text; undefined when it would not give the same bytes again. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Bytes per line of base64: 76 characters, as MIME has it. */
const bytesPerLine = 57

function base64Lines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += bytesPerLine) lines.push(btoa(String.fromCharCode(...bytes.subarray(at, at + bytesPerLine))))
  return lines
}
