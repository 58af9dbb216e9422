/** XML as raw text in a tree, so that an edit may also write what no XML is. */
export interface RawElement {
  readonly kind: 'element'
  name: string
  attributes: RawAttribute[]
  children: RawNode[]
  isSelfClosed: boolean
}

/** Text, CDATA, a comment, an instruction: as it is written, delimiters included. */
export interface RawText {
  readonly kind: 'raw'
  text: string
}

/** The value as it is written, without its quotes. */
export interface RawAttribute {
  name: string
  value: string
}

export type RawNode = RawElement | RawText

const token = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>|[^<]+/g

/** The nodes of a well-formed document, read by nothing of the product. */
export function rawNodes(source: string): RawNode[] {
  const top: RawNode[] = []
  const open: RawElement[] = []
  for (const [text] of source.matchAll(token)) {
    const siblings = open.at(-1)?.children ?? top
    if (text.startsWith('</')) open.pop()
    else if (text.startsWith('<') && !text.startsWith('<!') && !text.startsWith('<?')) {
      const element = startTag(text)
      siblings.push(element)
      if (!element.isSelfClosed) open.push(element)
    } else siblings.push({ kind: 'raw', text })
  }
  return top
}

function startTag(text: string): RawElement {
  const isSelfClosed = text.endsWith('/>')
  const inside = text.slice(1, isSelfClosed ? -2 : -1)
  const name = /^[^\s/>]+/.exec(inside)?.[0] ?? ''
  const attributes = [...inside.slice(name.length).matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return {
    kind: 'element',
    name,
    attributes: attributes.map(([, key = '', double, single = '']) => ({ name: key, value: double ?? single.replaceAll('"', '&quot;') })),
    children: [],
    isSelfClosed,
  }
}

/** Written without recursion, so that an edit may nest as deep as it likes. */
export function rawText(nodes: readonly RawNode[]): string {
  const parts: string[] = []
  const left: (RawNode | string)[] = [...nodes].reverse()
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (typeof node === 'string') parts.push(node)
    else if (node.kind === 'raw') parts.push(node.text)
    else {
      const attributes = node.attributes.map(({ name, value }) => ` ${name}="${value}"`).join('')
      const isClosed = node.isSelfClosed && node.children.length === 0
      parts.push(`<${node.name}${attributes}${isClosed ? ' />' : '>'}`)
      if (isClosed) continue
      left.push(`</${node.name}>`)
      for (let at = node.children.length - 1; at >= 0; at--) left.push(node.children[at] ?? '')
    }
  }
  return parts.join('')
}

/** Every element of the document, in its order. */
export function rawElements(nodes: readonly RawNode[]): RawElement[] {
  const found: RawElement[] = []
  const left: RawNode[] = [...nodes].reverse()
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.kind !== 'element') continue
    found.push(node)
    for (let at = node.children.length - 1; at >= 0; at--) {
      const child = node.children[at]
      if (child !== undefined) left.push(child)
    }
  }
  return found
}
