import { type RawElement, rawNodes } from './raw-xml.ts'

/**
 * A text that is equal for two documents exactly when they are equal as unordered XML: attributes as a set, children as a multiset,
 * comments and instructions included; white space between elements, line ends and the way of writing a character do not count.
 * Shares no code with the product.
 */
export function canonicalXml(bytes: Uint8Array): string {
  const source = new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n')
  const top: RawElement = { kind: 'element', name: '', attributes: [], children: rawNodes(source), isSelfClosed: false }
  return canonical(top)
}

function canonical(element: RawElement): string {
  const forms = new Map<RawElement, string>()
  const waiting = [element]
  // Children first; a stack of our own, since the documents under test may be nested deeper than calls may be.
  while (waiting.length > 0) {
    const current = waiting.at(-1)
    if (current === undefined) break
    const missing = current.children.filter((node) => node.kind === 'element' && !forms.has(node))
    if (missing.length > 0) for (const node of missing) if (node.kind === 'element') waiting.push(node)
    if (missing.length > 0) continue
    waiting.pop()
    forms.set(current, ownForm(current, forms))
  }
  return forms.get(element) ?? ''
}

function ownForm(element: RawElement, forms: ReadonlyMap<RawElement, string>): string {
  const attributes = element.attributes.map(({ name, value }) => `${name}=${decoded(value.replace(/[\t\n]/g, ' '))}`).sort()
  const hasMarkup = element.children.some((node) => node.kind === 'element' || !isText(node.text))
  const hasText = element.children.some((node) => node.kind === 'raw' && isText(node.text) && node.text.trim() !== '')
  const texts: string[] = []
  const rest: string[] = []
  for (const node of element.children) {
    if (node.kind === 'element') rest.push(forms.get(node) ?? '')
    else if (node.text.startsWith('<![CDATA[')) texts.push(node.text.slice('<![CDATA['.length, -3))
    else if (node.text.startsWith('<!--')) rest.push(node.text)
    else if (node.text.startsWith('<?')) rest.push(/^<\?xml\s/.test(node.text) ? '' : node.text)
    else if (hasText || !hasMarkup) texts.push(decoded(node.text))
  }
  const text = element.name === '' ? '' : texts.join('')
  return `<${element.name}|${attributes.join('|')}|${text}|${rest.filter(Boolean).sort().join('')}>`
}

function isText(raw: string): boolean {
  return !raw.startsWith('<!--') && !raw.startsWith('<?')
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10))
    return named[name] ?? whole
  })
}
