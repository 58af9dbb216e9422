import { DroverError } from '#domain/kernel'

const named: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

/** Text that the scanner has let pass, with its references resolved. */
export function decodeReferences(text: string): string {
  return text.includes('&') ? text.replace(/&([^;]*);/g, (whole, body: string) => characterOf(body) ?? whole) : text
}

/** The character that `&body;` stands for; undefined when XML without a DTD does not know it, or allows no such character. */
export function characterOf(body: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(body)
  if (match === null) return named.get(body)
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
  return isXmlCharacter(code) ? String.fromCodePoint(code) : undefined
}

/** XML 1.0, 2.2: Char. Others may not even be referred to. */
export function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  if (code < 0xe000) return code < 0xd800
  return code <= 0x10ffff && code !== 0xfffe && code !== 0xffff
}

const inText = /[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g
const inAttribute = /[&<>"\x00-\x1f\ufffe\uffff]/g
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Throws `solution.bad-xml` for characters that XML does not allow; so does the other. */
export function escapeText(text: string): string {
  return text.replace(inText, escapeOne)
}

/** White space as references: what no other text stands beside is read as text only so. */
export function escapeBlank(text: string): string {
  return text.replace(/./gs, reference)
}

export function isBlank(text: string): boolean {
  return !/[^ \t\r\n]/.test(text)
}

export function escapeAttribute(value: string): string {
  return value.replace(inAttribute, escapeOne)
}

function escapeOne(character: string): string {
  const escape = escapes[character]
  if (escape !== undefined) return escape
  if (isXmlCharacter(character.charCodeAt(0))) return reference(character)
  throw new DroverError('solution.bad-xml', `A text holds the character U+${hex(character).padStart(4, '0')}, which XML does not allow.`, {
    hint: 'Remove the character from the text; it shows nowhere.',
  })
}

function reference(character: string): string {
  return `&#x${hex(character)};`
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase()
}
