import { parseJson } from '#domain/data'

const entity = /&(?:#(\d{1,6})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const base64 = /^(?:data:[\w/+.-]*;base64,)?([A-Za-z0-9+/\r\n]{24,}={0,2})$/

/** All readings of one text: as it is, and what it says when it is JSON with escapes, encoded for addresses or markup, or the base64 of a file. */
export function readingsOf(text: string): readonly string[] {
  const readings = [text]
  if (text.includes('\\')) {
    const json = parseJson(text)
    if (json !== undefined) readings.push(stringsOf(json.value).join('\n'))
  }
  if (text.includes('%')) {
    const decoded = decode(text)
    if (decoded !== undefined) readings.push(decoded)
  }
  if (text.includes('&'))
    readings.push(text.replace(entity, (_, decimal: string, hex: string, name: string) => characterOf(decimal, hex, name)))
  const content = text.length >= 24 ? base64.exec(text)?.[1] : undefined
  const read = content === undefined ? undefined : readBase64(content)
  if (read !== undefined) readings.push(read)
  return readings
}

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (Array.isArray(value)) return value.flatMap(stringsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [key, ...stringsOf(each)])
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function characterOf(decimal: string | undefined, hex: string | undefined, name: string | undefined): string {
  if (name !== undefined) return named[name.toLowerCase()] ?? ''
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes as text; undefined for what is none. */
function readBase64(content: string): string | undefined {
  try {
    return utf8.decode(Uint8Array.from(atob(content.replace(/[\r\n]/g, '')), (each) => each.charCodeAt(0)))
  } catch {
    return undefined
  }
}
