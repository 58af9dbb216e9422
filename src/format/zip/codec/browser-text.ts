/** Bytes, which must be UTF-8, as a string. */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to))
}

/** Whether an ASCII text occurs in these bytes. */
export function holdsText(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  return readText(bytes, from, to).includes(text)
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
