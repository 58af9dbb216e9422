const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const reference = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z]+));/y

/** Text with its references resolved, or the offset of the first reference that XML without a DTD does not know. */
export function decodeReferences(text: string): string | { readonly badAt: number } {
  let at = text.indexOf('&')
  if (at < 0) return text
  let out = ''
  let from = 0
  while (at >= 0) {
    reference.lastIndex = at
    const match = reference.exec(text)
    const value = match === null ? undefined : resolve(match)
    if (value === undefined) return { badAt: at }
    out += text.slice(from, at) + value
    from = reference.lastIndex
    at = text.indexOf('&', from)
  }
  return out + text.slice(from)
}

function resolve(match: RegExpExecArray): string | undefined {
  const [, hex, decimal, name] = match
  if (name !== undefined) return named[name]
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
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
