const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Text that the scanner has let pass, with its references resolved. */
export function decodeReferences(text: string): string {
  return text.includes('&') ? text.replace(/&([^;]*);/g, (whole, body: string) => characterOf(body) ?? whole) : text
}

/** The character that `&body;` stands for; undefined when XML without a DTD does not know it. */
export function characterOf(body: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(body)
  if (match === null) return named[body]
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

const inText = /[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f]/g
const inAttribute = /[&<>"\x00-\x1f]/g
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function escapeText(text: string): string {
  return text.replace(inText, escapeOne)
}

export function escapeAttribute(value: string): string {
  return value.replace(inAttribute, escapeOne)
}

function escapeOne(character: string): string {
  return escapes[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`
}
