import { parseJson } from '#domain/data'

/** Texts are wrapped in one another: a page in a link in a document. So deep they are unwrapped, and so many readings of one are looked at (ours). */
const deepest = 3
const readingsAtMost = 24

/**
 * All readings of one text: as it is, and what it says when it is JSON with escapes, encoded for addresses or markup, split by markup, or the
 * base64 of a file, also of one that stands among other words.
 */
export function readingsOf(text: string): readonly string[] {
  const readings = [text]
  let last = readings
  for (let depth = 0; depth < deepest && last.length > 0; depth++) {
    const found = last.flatMap(unwrap).filter((each) => each !== '' && !readings.includes(each))
    last = [...new Set(found)].slice(0, readingsAtMost - readings.length)
    readings.push(...last)
  }
  return readings
}

function unwrap(text: string): readonly string[] {
  return [
    ...(text.includes('\\') ? readStrings(text) : []),
    ...(text.includes('%') ? [text.replaceAll('+', ' ').replace(escaped, decode)] : []),
    ...(text.includes('&') ? [text.replace(entity, characterOf)] : []),
    // Words are split by some tags and held apart by others.
    ...(text.includes('<') && tag.test(text) ? ['', ' '].map((by) => text.replace(tags, by)) : []),
    ...(text.includes('\0') ? [text.replaceAll('\0', '')] : []),
    ...(text.length >= shortestBase64 ? readFiles(text) : []),
  ]
}

const escaped = /(?:%[0-9a-f]{2})+/gi
const entity = /&(?:#(\d{1,6})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp|shy));/gi
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '' }
const tag = /<[a-z/!?]/i
const tags = /<[a-z/!?][^<>]*>/gi
const shortestBase64 = 24
const base64 = /^(?:data:[\w/+.-]*;base64,)?([A-Za-z0-9+/\r\n]{24,}={0,2})$/
const amongWords = /[A-Za-z0-9+/_-]{24,}={0,2}/g
const filesAtMost = 8

function readStrings(text: string): readonly string[] {
  const json = parseJson(text)
  return json === undefined ? [] : [stringsOf(json.value).join('\n')]
}

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (Array.isArray(value)) return value.flatMap(stringsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [key, ...stringsOf(each)])
}

/** What is no text in UTF-8 stays as it is: a stray sign must not hide the rest. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function characterOf(_: string, decimal: string | undefined, hex: string | undefined, name: string | undefined): string {
  if (name !== undefined) return named[name.toLowerCase()] ?? ''
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

function readFiles(text: string): readonly string[] {
  const whole = base64.exec(text)?.[1]
  const found = whole === undefined ? [...text.matchAll(amongWords)].slice(0, filesAtMost).map(([each]) => each) : [whole]
  return found.flatMap((each) => readBase64(each) ?? [])
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const western = new TextDecoder('windows-1252')
// What is of these is of a picture, a packed file, or of a word that only looks like base64.
const noText = /[\u0000-\u0008\u000E-\u001F]/

/** Bytes as text, in the writing that they are in; undefined for what is none. */
function readBase64(content: string): string | undefined {
  const bytes = bytesOf(content)
  if (bytes === undefined) return undefined
  const text = readUtf8(bytes) ?? western.decode(bytes)
  // Every other byte is empty in the writing of two bytes a character.
  const plain = text.replaceAll('\0', '')
  return noText.test(plain) ? undefined : plain
}

function bytesOf(content: string): Uint8Array | undefined {
  try {
    const plain = content
      .replace(/[\r\n]/g, '')
      .replaceAll('-', '+')
      .replaceAll('_', '/')
    return Uint8Array.from(atob(plain), (each) => each.charCodeAt(0))
  } catch {
    return undefined
  }
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Whether what was read as text is the content of a packed, encrypted or pictured file, in which no words can be found. */
export function isPacked(text: string): boolean {
  if (/^(?:PK|%PDF|\u001F)/.test(text)) return true
  const start = text.slice(0, 2000).replaceAll('\0', '')
  const odd = start.match(/[\uFFFD\u0000-\u0008\u000E-\u001F]/g)?.length ?? 0
  return odd * 10 > start.length
}
