import { DroverError } from '#domain/kernel'
import { badXml } from './scan-error.ts'

/** The document as UTF-8 without byte order mark: by the mark, else by the declaration's encoding, else as it is. Not yet checked. */
export function utf8Bytes(source: string | Uint8Array, path: string): Uint8Array {
  if (typeof source === 'string') return new TextEncoder().encode(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source)
  if (source[0] === 0xef && source[1] === 0xbb && source[2] === 0xbf) return source.subarray(3)
  const label = encodingOf(source)
  if (/^utf-?8$/i.test(label)) return source
  try {
    return new TextEncoder().encode(new TextDecoder(label, { fatal: true }).decode(source))
  } catch (cause) {
    throw new DroverError('solution.bad-xml', `${path}, line 1, column 1: the bytes are not text in ${label}.`, {
      hint: 'Save the file as UTF-8, or export the solution again.',
      cause,
    })
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  return /^<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1] ?? 'utf-8'
}

/**
 * How many bytes the character at this place has; refuses what is not UTF-8 (RFC 3629: no overlong forms, no surrogates), and the two
 * characters outside of ASCII that XML does not allow.
 */
export function checkUtf8(source: { readonly bytes: Uint8Array; readonly path: string }, at: number): number {
  const length = utf8Length(source.bytes, at)
  if (length > 0) return length
  throw badXml(source, at, isNoncharacter(source.bytes, at) ? forbiddenCharacter : 'the bytes are not text in utf-8.')
}

/** The same; 0 for what is refused. */
export function utf8Length(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  if (first >= 0xc2 && first <= 0xdf && isContinuation(second)) return 2
  if (first >= 0xe0 && first <= 0xef && isContinuation(second) && isContinuation(bytes[at + 2])) {
    if (isNoncharacter(bytes, at)) return 0
    if (!(first === 0xe0 && second < 0xa0) && !(first === 0xed && second > 0x9f)) return 3
  }
  if (first >= 0xf0 && first <= 0xf4 && isContinuation(second) && isContinuation(bytes[at + 2]) && isContinuation(bytes[at + 3])) {
    if (!(first === 0xf0 && second < 0x90) && !(first === 0xf4 && second > 0x8f)) return 4
  }
  return 0
}

/** U+FFFE and U+FFFF are EF BF BE and EF BF BF. */
function isNoncharacter(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbf && ((bytes[at + 2] ?? 0) & 0xfe) === 0xbe
}

export const forbiddenCharacter = 'a character stands here that XML does not allow.'

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
