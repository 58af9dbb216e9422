/**
 * A number that tells contents apart, in 16 hexadecimal digits: two 32-bit hashes of the FNV kind over the characters or bytes.
 * It serves comparison in one process; it is no protection against someone who wants two contents to look alike.
 */
export class Digest {
  private low = 0x811c9dc5
  private high = 0x9e3779b9

  addText(text: string): void {
    let { low, high } = this
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      low = Math.imul(low ^ code, 0x01000193)
      high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 15)
    }
    // The length ends a text, so that "ab" + "c" is not "a" + "bc".
    this.low = Math.imul(low ^ (text.length + 0x10000), 0x01000193)
    this.high = Math.imul(high ^ (text.length + 0x10000), 0xc2b2ae35) ^ (high >>> 13)
  }

  addBytes(bytes: Uint8Array): void {
    let { low, high } = this
    for (const byte of bytes) {
      low = Math.imul(low ^ byte, 0x01000193)
      high = Math.imul(high ^ byte, 0x85ebca6b) ^ (high >>> 15)
    }
    this.low = Math.imul(low ^ (bytes.length + 0x10000), 0x01000193)
    this.high = Math.imul(high ^ (bytes.length + 0x10000), 0xc2b2ae35) ^ (high >>> 13)
  }

  hex(): string {
    return hex(this.high) + hex(this.low)
  }
}

export function digestOfText(text: string): string {
  const digest = new Digest()
  digest.addText(text)
  return digest.hex()
}

export function digestOfBytes(bytes: Uint8Array): string {
  const digest = new Digest()
  digest.addBytes(bytes)
  return digest.hex()
}

function hex(number: number): string {
  return (number >>> 0).toString(16).padStart(8, '0')
}
