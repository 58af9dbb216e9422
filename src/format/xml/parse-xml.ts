import type { XmlElement, XmlNode } from '../package.ts'
import { scanXml } from './scan-xml.ts'
import { nodeFlag, type XmlTape } from './tape.ts'

/**
 * Reads an XML document; `path` is named in errors. White space between elements is layout and is dropped, unless the element
 * also holds text or an ancestor says xml:space="preserve". A DOCTYPE is refused, so nothing can be expanded.
 */
export function parseXml(source: string | Uint8Array, path: string): XmlElement {
  const tape = scanXml(source, path)
  tape.expectManyReads()
  return treeOf(tape, rootOf(tape))
}

/** An element of a tape as a tree of its own. */
export function treeOf(tape: XmlTape, index: number): XmlElement {
  return elementOf({ tape, names: new Map() }, index)
}

/** The document's element: comments and instructions may stand before it. */
export function rootOf(tape: XmlTape): number {
  let at = 0
  while (!tape.isElement(at)) at++
  return at
}

interface Builder {
  readonly tape: XmlTape
  /** Each name once in memory, however often it occurs. */
  readonly names: Map<string, string>
}

const noAttributes: readonly never[] = []
const noChildren: readonly never[] = []

function elementOf(builder: Builder, index: number): XmlElement {
  const { tape } = builder
  const hasAttributes = tape.end(index) - tape.nameEnd(index) > 3
  return {
    type: 'element',
    name: interned(builder, tape.name(index)),
    attributes: hasAttributes ? tape.attributes(index).map(({ name, value }) => ({ name: interned(builder, name), value })) : noAttributes,
    children: childrenOf(builder, index),
    isSelfClosed: tape.isSelfClosed(index),
  }
}

function childrenOf(builder: Builder, index: number): readonly XmlNode[] {
  const { tape } = builder
  if (tape.holdsText(index)) {
    return tape
      .mixedChildren(index)
      .map((node) =>
        typeof node === 'number' ? nodeOf(builder, node) : { type: 'text', text: lineFeeds(tape.decode(node.from, node.to)) },
      )
  }
  if (tape.next(index) === index + 1) return noChildren
  const children: XmlNode[] = []
  for (let at = index + 1; at < tape.next(index); at = tape.next(at)) children.push(nodeOf(builder, at))
  return children
}

function nodeOf(builder: Builder, index: number): XmlNode {
  const { tape } = builder
  const flags = tape.flags(index)
  if ((flags & nodeFlag.element) !== 0) return elementOf(builder, index)
  const text = tape.content(index)
  if ((flags & nodeFlag.text) !== 0) return { type: 'text', text }
  if ((flags & nodeFlag.cdata) !== 0) return { type: 'cdata', text }
  return (flags & nodeFlag.comment) !== 0 ? { type: 'comment', text } : { type: 'instruction', text }
}

function lineFeeds(blank: string): string {
  return blank.replace(/\r\n?/g, '\n')
}

function interned(builder: Builder, name: string): string {
  const known = builder.names.get(name)
  if (known !== undefined) return known
  builder.names.set(name, name)
  return name
}
