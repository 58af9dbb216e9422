import { crc32 } from './codec.ts'
import { extraField } from './extra-field.ts'
import { corruptZip } from './zip-error.ts'

export interface RawName {
  readonly bytes: Uint8Array
  /** Extra fields of the entry's central record. */
  readonly extra: DataView
  /** General purpose bit 11. */
  readonly isUtf8: boolean
  /** The system that made the entry: upper byte of "version made by". */
  readonly host: number
}

/**
 * The entry's name as text: UTF-8 when it says so, or when Info-ZIP's Unicode path field does (APPNOTE 4.6.9); else what its maker's system
 * writes, which is UTF-8 on Unix and macOS, and code page 437 for anything else (APPNOTE appendix D).
 */
export function decodeName(name: RawName): string {
  if (name.isUtf8) {
    const text = utf8(name.bytes)
    if (text === undefined)
      throw corruptZip(`The zip has an entry whose name is not the UTF-8 that it claims to be: "${codePage437(name.bytes)}".`)
    return text
  }
  return unicodePath(name) ?? (isAscii(name.bytes) || unixHosts.has(name.host) ? utf8(name.bytes) : undefined) ?? codePage437(name.bytes)
}

const unicodePathField = 0x7075
const unixHosts = new Set([3, 19])
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const upperHalf437 = [
  ...'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
]

/** The name that Info-ZIP adds in Unicode; it counts only while it belongs to the plain name, by its checksum. */
function unicodePath({ bytes, extra }: RawName): string | undefined {
  const field = extraField(extra, unicodePathField)
  if (field === undefined || field.byteLength < 5 || field.getUint8(0) !== 1) return undefined
  if (field.getUint32(1, true) !== crc32(bytes)) return undefined
  return utf8(new Uint8Array(field.buffer, field.byteOffset + 5, field.byteLength - 5))
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80)
}

function codePage437(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (upperHalf437[byte - 0x80] ?? ''))).join('')
}
