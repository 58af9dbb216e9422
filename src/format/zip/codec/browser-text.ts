/** Bytes, which must be UTF-8, as a string: `writeText` makes the same bytes of it again. */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to))
}

/** Writes what `readText` read, with ASCII in it changed, and returns how many bytes that were. There must be room for `mostBytes`. */
export function writeText(text: string, into: Uint8Array, at: number): number {
  return encoder.encodeInto(text, into.subarray(at)).written
}

/** The most bytes that `writeText` makes of a text. */
export function mostBytes(text: string): number {
  return text.length * 3
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()
