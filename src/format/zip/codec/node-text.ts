/**
 * Bytes as a string of a character each: `writeText` makes the same bytes of it again. Only ASCII reads as what it is. Working on such
 * strings is Node's and V8's own compiled code; a loop over bytes would first have to be compiled, which takes longer than most runs.
 */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  return bufferOf(bytes).toString('latin1', from, to)
}

/** Writes what `readText` read, with ASCII in it changed, and returns how many bytes that were. There must be room for `mostBytes`. */
export function writeText(text: string, into: Uint8Array, at: number): number {
  return bufferOf(into).write(text, at, 'latin1')
}

/** The most bytes that `writeText` makes of a text. */
export function mostBytes(text: string): number {
  return text.length
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
