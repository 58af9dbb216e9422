import type { XmlElement, XmlNode } from '../package.ts'
import { giveWay } from '../give-way.ts'
import { scanXml, scanXmlInTurns } from './scan-xml.ts'
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

/** Reads like `parseXml`, and lets others have their turn meanwhile: a large document takes half a second. */
export async function parseXmlInTurns(source: string | Uint8Array, path: string): Promise<XmlElement> {
  const tape = await scanXmlInTurns(source, path)
  tape.expectManyReads()
  const root = rootOf(tape)
  if (tape.holdsText(root)) return treeOf(tape, root)
  const sections: XmlNode[] = []
  for (let at = root + 1; at < tape.next(root); at = tape.next(at)) sections.push(await sectionInTurns(tape, at))
  return withChildren(tape, root, sections)
}

/** How many nodes become a tree before others get their turn: some hundredths of a second. */
const nodesInTurn = 50_000

async function sectionInTurns(tape: XmlTape, index: number): Promise<XmlNode> {
  if ((tape.flags(index) & nodeFlag.element) === 0 || tape.holdsText(index)) return nodeOf(tape, index)
  const items: XmlNode[] = []
  let turnAt = index + nodesInTurn
  for (let at = index + 1; at < tape.next(index); at = tape.next(at)) {
    items.push(nodeOf(tape, at))
    if (at < turnAt) continue
    await giveWay()
    turnAt = at + nodesInTurn
  }
  return withChildren(tape, index, items)
}

/** An element of a tape as a tree of its own. */
export function treeOf(tape: XmlTape, index: number): XmlElement {
  return elementOf(tape, index)
}

/** The document's element: comments and instructions may stand before it. */
export function rootOf(tape: XmlTape): number {
  let at = 0
  while (!tape.isElement(at)) at++
  return at
}

const noAttributes: readonly never[] = []
const noChildren: readonly never[] = []

function elementOf(tape: XmlTape, index: number): XmlElement {
  return withChildren(tape, index, tape.holdsText(index) ? mixedChildrenOf(tape, index) : childrenOf(tape, index))
}

function withChildren(tape: XmlTape, index: number, children: readonly XmlNode[]): XmlElement {
  const hasAttributes = tape.end(index) - tape.nameEnd(index) > 3
  return {
    type: 'element',
    name: tape.name(index),
    attributes: hasAttributes ? tape.attributes(index) : noAttributes,
    children,
    isSelfClosed: tape.isSelfClosed(index),
  }
}

function mixedChildrenOf(tape: XmlTape, index: number): readonly XmlNode[] {
  if (tape.isOneText(index)) return [nodeOf(tape, index + 1)]
  return tape
    .mixedChildren(index)
    .map((node) => (typeof node === 'number' ? nodeOf(tape, node) : { type: 'text', text: lineFeeds(tape.decode(node.from, node.to)) }))
}

function childrenOf(tape: XmlTape, index: number): readonly XmlNode[] {
  const end = tape.next(index)
  if (end === index + 1) return noChildren
  if (tape.next(index + 1) === end) return [nodeOf(tape, index + 1)]
  let count = 0
  for (let at = index + 1; at < end; at = tape.next(at)) count++
  // No longer than it has to be: lists that grow by and by take several times the memory.
  const children = new Array<XmlNode>(count)
  for (let at = index + 1, i = 0; at < end; at = tape.next(at), i++) children[i] = nodeOf(tape, at)
  return children
}

function nodeOf(tape: XmlTape, index: number): XmlNode {
  const flags = tape.flags(index)
  if ((flags & nodeFlag.element) !== 0) return elementOf(tape, index)
  const text = tape.content(index)
  if ((flags & nodeFlag.text) !== 0) return { type: 'text', text }
  if ((flags & nodeFlag.cdata) !== 0) return { type: 'cdata', text }
  return (flags & nodeFlag.comment) !== 0 ? { type: 'comment', text } : { type: 'instruction', text }
}

function lineFeeds(blank: string): string {
  return blank.replace(/\r\n?/g, '\n')
}
