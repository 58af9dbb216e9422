/** Bytes as a string of a character each; only ASCII reads as what it is. This is Node's own compiled code. */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  return bufferOf(bytes, from, to).toString('latin1')
}

/** Whether an ASCII text occurs in these bytes; no string is made of them. */
export function holdsText(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  return bufferOf(bytes, from, to).includes(text, 0, 'latin1')
}

function bufferOf(bytes: Uint8Array, from: number, to: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
}
