import { attributesIn, type AttributeText, decodeContent } from './decode-content.ts'
import { holdsText, readText } from '../zip/codec.ts'
import { nameIn } from './names.ts'
import { mark } from './syntax.ts'

/** What a node is, and what is known of how it is written. */
export const nodeFlag = {
  element: 1,
  text: 2,
  cdata: 4,
  comment: 8,
  instruction: 16,
  isSelfClosed: 32,
  /** Of an element: it holds CDATA, or text that is more than white space. */
  hasText: 64,
  /** Of an element: xml:space="preserve" holds in it. */
  keepsSpace: 128,
  /** Of an element: it says xml:space itself. */
  saysSpace: 256,
  hasLineEnd: 512,
  /** Is not written as our writer would: other quotes, other references, other spaces. */
  isRewritten: 1024,
  /** Of an element: it is not laid out, all through, with each node on a line of its own and two spaces per level. */
  isUneven: 2048,
  /** Stands for lines that are left off the tape, all that lies in its element: they are laid out evenly. */
  folded: 4096,
} as const

/** White space between two nodes, where it is text. */
export interface BlankText {
  readonly from: number
  readonly to: number
}

/**
 * A scanned XML document: its nodes in document order, as numbers in typed arrays beside the bytes. A node is named by its index;
 * its subtree is the indexes up to `next(index)`. Of an element, start and end bound its start tag; of any other node its
 * content, without delimiters. White space alone is no node: `mixedChildren` finds it where it is text.
 */
export class XmlTape {
  readonly bytes: Uint8Array
  readonly path: string
  length = 0
  /** Whether there was a processing instruction anywhere, also in what is no longer on the tape. */
  hasInstructions = false
  /** Per node: flags and depth, start, end, where its name ends, where its end tag begins, where its subtree ends. */
  #nodes: Uint32Array
  #image: string | undefined

  /** `memory`: what another tape gave back. */
  constructor(bytes: Uint8Array, path: string, memory?: Uint32Array) {
    this.bytes = bytes
    this.path = path
    // Real files have a node per 30 to 60 bytes; most files are small.
    this.#nodes = memory ?? new Uint32Array(width * (16 + Math.min(bytes.length >> 5, 4096)))
  }

  /** Gives its memory back, for another tape; it has no nodes any more. */
  release(): Uint32Array {
    const nodes = this.#nodes
    this.#nodes = new Uint32Array(0)
    this.length = 0
    return nodes
  }

  /** Adds a node that has no element inside; returns its index. */
  push(flags: number, start: number, end: number): number {
    const index = this.length++
    if ((flags & nodeFlag.instruction) !== 0) this.hasInstructions = true
    const at = index * width
    if (at >= this.#nodes.length) this.#grow()
    const nodes = this.#nodes
    nodes[at] = flags
    nodes[at + field.start] = start
    nodes[at + field.end] = end
    nodes[at + field.next] = index + 1
    return index
  }

  /** Adds an element that so many others are open around; its subtree ends with `close`. */
  pushElement(start: number, nameEnd: number, depth: number): number {
    const index = this.push(nodeFlag.element | (depth << depthShift), start, nameEnd)
    this.#nodes[index * width + field.nameEnd] = nameEnd
    return index
  }

  finishTag(index: number, flags: number, end: number): void {
    const at = index * width
    this.#nodes[at] = (this.#nodes[at] ?? 0) | flags
    this.#nodes[at + field.end] = end
  }

  /** Everything pushed since the element was opened lies inside of it; its end tag begins at `at`. */
  close(index: number, at: number): void {
    this.#nodes[index * width + field.next] = this.length
    this.#nodes[index * width + field.close] = at
  }

  addFlag(index: number, flag: number): void {
    this.#nodes[index * width] = (this.#nodes[index * width] ?? 0) | flag
  }

  /** Takes an element that has just been scanned off the tape; the one that it stood in no longer is what its bytes say. */
  drop(index: number, owner: number): void {
    this.length = index
    this.addFlag(owner, nodeFlag.isUneven)
  }

  flags(index: number): number {
    return (this.#nodes[index * width] ?? 0) & flagMask
  }

  /** How many elements an element lies in. */
  depth(index: number): number {
    return (this.#nodes[index * width] ?? 0) >>> depthShift
  }

  start(index: number): number {
    return this.#nodes[index * width + field.start] ?? 0
  }

  end(index: number): number {
    return this.#nodes[index * width + field.end] ?? 0
  }

  nameEnd(index: number): number {
    return this.#nodes[index * width + field.nameEnd] ?? 0
  }

  next(index: number): number {
    return this.#nodes[index * width + field.next] ?? 0
  }

  /** Where the end tag of an element begins; the end of its start tag when it has none. */
  closing(index: number): number {
    return this.#nodes[index * width + field.close] ?? 0
  }

  isElement(index: number): boolean {
    return (this.flags(index) & nodeFlag.element) !== 0
  }

  isSelfClosed(index: number): boolean {
    return (this.flags(index) & nodeFlag.isSelfClosed) !== 0
  }

  name(index: number): string {
    return nameIn(this.bytes, this.start(index) + 1, this.nameEnd(index))
  }

  /** Whether the element has this name (ASCII only). */
  isNamed(index: number, name: string): boolean {
    const start = this.start(index) + 1
    if (this.nameEnd(index) - start !== name.length) return false
    for (let i = 0; i < name.length; i++) if (this.bytes[start + i] !== name.charCodeAt(i)) return false
    return true
  }

  /** The same without regard to capitals; `name` is given in lower case. */
  isNamedIgnoringCase(index: number, name: string): boolean {
    const start = this.start(index) + 1
    if (this.nameEnd(index) - start !== name.length) return false
    for (let i = 0; i < name.length; i++) if (lowerCase(this.bytes[start + i] ?? 0) !== name.charCodeAt(i)) return false
    return true
  }

  /** Whether what lies in the element was left off the tape. */
  isFolded(index: number): boolean {
    return index + 1 < this.next(index) && (this.flags(index + 1) & nodeFlag.folded) !== 0
  }

  #demandUnfolded(index: number): void {
    if (this.isFolded(index)) throw new Error(`${this.path}: what lies in <${this.name(index)}> was left off the tape.`)
  }

  /** The indexes of the elements directly inside. */
  elementsOf(index: number): number[] {
    this.#demandUnfolded(index)
    const found: number[] = []
    for (let at = index + 1; at < this.next(index); at = this.next(at)) if (this.isElement(at)) found.push(at)
    return found
  }

  /** The first element of this name directly inside. */
  child(index: number, name: string): number | undefined {
    this.#demandUnfolded(index)
    for (let at = index + 1; at < this.next(index); at = this.next(at)) if (this.isElement(at) && this.isNamed(at, name)) return at
    return undefined
  }

  /** Text and CDATA directly inside of the element, joined and decoded; '' when there is none. */
  text(index: number): string {
    if (!this.holdsText(index)) return ''
    let text = ''
    for (const node of this.mixedChildren(index)) {
      if (typeof node !== 'number') text += this.decode(node.from, node.to)
      else if ((this.flags(node) & (nodeFlag.text | nodeFlag.cdata)) !== 0) text += this.content(node)
    }
    return text
  }

  /** Trimmed text of the first child of this name; undefined when it is absent or empty. */
  childText(index: number, name: string): string | undefined {
    const found = this.child(index, name)
    const text = found === undefined ? '' : this.text(found).trim()
    return text === '' ? undefined : text
  }

  /** The content of a text, CDATA, comment or instruction: decoded, with line feeds as line ends. */
  content(index: number): string {
    const raw = this.decode(this.start(index), this.end(index))
    return decodeContent(raw, (this.flags(index) & nodeFlag.text) !== 0)
  }

  attributes(index: number): AttributeText[] {
    return attributesIn(this, this.nameEnd(index))
  }

  attribute(index: number, name: string): string | undefined {
    return this.attributes(index).find((attribute) => attribute.name === name)?.value
  }

  /** Cheaper than reading the attributes where it seldom has this one. */
  hasAttribute(index: number, name: string): boolean {
    const end = this.end(index) - name.length
    for (let at = this.nameEnd(index); at < end; at++) {
      let same = 0
      while (same < name.length && this.bytes[at + same] === name.charCodeAt(same)) same++
      if (same === name.length) return this.attribute(index, name) !== undefined
    }
    return false
  }

  /** Whether an ASCII text occurs anywhere in the element; far cheaper than looking for it node by node. */
  mentions(index: number, text: string): boolean {
    return holdsText(this.bytes, this.start(index), this.closing(index), text)
  }

  /** The element at the end of a path of child names. */
  descendant(index: number, ...path: readonly string[]): number | undefined {
    let at: number | undefined = index
    for (const name of path) at = at === undefined ? undefined : this.child(at, name)
    return at
  }

  /** Whether white space inside of the element is text: it holds other text, holds nothing else, or keeps space by xml:space. */
  holdsText(index: number): boolean {
    const flags = this.flags(index)
    if ((flags & nodeFlag.hasText) !== 0) return true
    if (this.next(index) === index + 1) return this.closing(index) > this.end(index)
    return (flags & nodeFlag.keepsSpace) !== 0 && this.mixedChildren(index).some((node) => typeof node !== 'number')
  }

  /** Whether the element holds one text and nothing beside it, not even white space. */
  isOneText(index: number): boolean {
    const text = index + 1
    if (this.next(index) !== text + 1 || (this.flags(text) & nodeFlag.text) === 0) return false
    return this.start(text) === this.end(index) && this.end(text) === this.closing(index)
  }

  /** What lies directly inside, in order, with the white space in between. */
  mixedChildren(index: number): (number | BlankText)[] {
    this.#demandUnfolded(index)
    const children: (number | BlankText)[] = []
    let from = this.end(index)
    for (let at = index + 1; at < this.next(index); at = this.next(at)) {
      const start = this.start(at) - this.#openingLength(at)
      if (start > from) children.push({ from, to: start })
      children.push(at)
      from = this.#endOfSubtree(at)
    }
    const to = this.closing(index)
    if (to > from) children.push({ from, to })
    return children
  }

  /** The bytes from here to there as text. */
  decode(from: number, to: number): string {
    for (let at = from; at < to; at++) if ((this.bytes[at] ?? 0) >= 0x80) return decoder.decode(this.bytes.subarray(from, to))
    return this.#image === undefined ? readText(this.bytes, from, to) : this.#image.slice(from, to)
  }

  /** Makes decoding cheap when much of the document is going to be decoded; costs a copy of it. */
  expectManyReads(): void {
    if (this.bytes.length > longestImage) return
    const text = readText(this.bytes, 0, this.bytes.length)
    if (text.length === this.bytes.length) {
      this.#image = text
      return
    }
    const ascii = this.bytes.slice()
    for (let at = 0; at < ascii.length; at++) if ((ascii[at] ?? 0) >= 0x80) ascii[at] = mark.question
    this.#image = decoder.decode(ascii)
  }

  /** Behind its last tag. */
  endOfElement(index: number): number {
    return this.isSelfClosed(index) ? this.end(index) : this.bytes.indexOf(mark.greater, this.closing(index)) + 1
  }

  #openingLength(index: number): number {
    const flags = this.flags(index)
    if ((flags & nodeFlag.cdata) !== 0) return '<![CDATA['.length
    if ((flags & nodeFlag.comment) !== 0) return '<!--'.length
    return (flags & nodeFlag.instruction) !== 0 ? '<?'.length : 0
  }

  #endOfSubtree(index: number): number {
    const flags = this.flags(index)
    if ((flags & nodeFlag.text) !== 0) return this.end(index)
    if ((flags & nodeFlag.instruction) !== 0) return this.end(index) + '?>'.length
    if ((flags & nodeFlag.element) === 0) return this.end(index) + ']]>'.length
    return this.endOfElement(index)
  }

  #grow(): void {
    const nodes = new Uint32Array(this.#nodes.length * 2)
    nodes.set(this.#nodes)
    this.#nodes = nodes
  }
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
}

const width = 6
const field = { start: 1, end: 2, nameEnd: 3, close: 4, next: 5 } as const
const depthShift = 16
const flagMask = 0xffff

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** Engines end strings at half a gigabyte or so; in bytes. */
const longestImage = 256 * 1024 ** 2
