import { decodeContent } from './decode-content.ts'
import { escapeAttribute, escapeBlank, escapeText, isBlank } from './entities.ts'
import { endOfPiece, type LinesRun, mostRelaid, relayLines } from './relay-lines.ts'
import { unfolded } from './scan-xml.ts'
import { mark } from './syntax.ts'
import { type BlankText, nodeFlag, type XmlTape } from './tape.ts'
import type { XmlWriteOptions } from './write-xml.ts'

export interface CopyStyle extends Required<Pick<XmlWriteOptions, 'lineEnd' | 'indent'>> {
  /** Long runs of lines are noted down in place of being copied: whoever wants the bytes makes them, perhaps on another thread. */
  readonly isPlanning?: boolean
}

/** What a copier wrote, with runs of lines that are still to be copied from where they stand. */
export interface CopyPlan {
  readonly source: Uint8Array
  readonly written: Uint8Array
  /** Four numbers a run: how much of `written` comes before it, where it begins and ends in the source, how many levels deeper it goes. */
  readonly runs: readonly number[] | Int32Array
}

/**
 * Writes nodes of tapes as bytes, in one of the styles of `writeXml` and with the same result, without making strings of them:
 * what is already written as it should be is copied.
 */
export class XmlCopier {
  readonly #style: CopyStyle
  readonly #lineEnd: '\r\n' | '\n'
  readonly #indent: number
  readonly #isPlanning: boolean
  #runs: number[] = []
  #source: Uint8Array = nothing
  /** What is being written to; full ones are in `#full`. */
  #bytes = new Uint8Array(smallestSlab)
  #view = new DataView(this.#bytes.buffer)
  /** Where what is written now began in `#bytes`, and where it ends. */
  #start = 0
  #length = 0
  #full: Uint8Array[] = []
  #lengthOfFull = 0

  constructor(style: CopyStyle) {
    this.#style = style
    this.#lineEnd = style.lineEnd
    this.#indent = style.indent
    this.#isPlanning = style.isPlanning === true
  }

  /** How many bytes `take` would give; runs that are only planned do not count. */
  get waiting(): number {
    return this.#lengthOfFull + this.#length - this.#start
  }

  /** What was written since the last call. Small results share memory: they may be read and kept, but not transferred. */
  take(): Uint8Array {
    if (this.#runs.length === 0) return this.#takeWritten()
    const copier = new XmlCopier({ ...this.#style, isPlanning: false })
    copier.append(this.takePlan())
    return copier.take()
  }

  /** The same for who is done with it before more is written: the memory is used again. */
  takePassing(): Uint8Array {
    const taken = this.take()
    if (taken.buffer === this.#bytes.buffer) {
      this.#start = 0
      this.#length = 0
    }
    return taken
  }

  /** The same as a plan; a copier that plans nothing has no runs in it. */
  takePlan(): CopyPlan {
    const runs = this.#runs
    this.#runs = []
    return { source: this.#source, written: this.#takeWritten(), runs }
  }

  /** Carries a plan out, or makes it part of one's own. */
  append({ source, written, runs }: CopyPlan): void {
    let done = 0
    for (let i = 0; i < runs.length; i += 4) {
      const before = runs[i] ?? 0
      this.#copy(written, done, before)
      done = before
      this.#copyRun(source, { from: runs[i + 1] ?? 0, to: runs[i + 2] ?? 0, deeper: runs[i + 3] ?? 0 })
    }
    this.#copy(written, done, written.length)
  }

  #takeWritten(): Uint8Array {
    this.#lengthOfFull = 0
    const last = this.#bytes.subarray(this.#start, this.#length)
    this.#start = this.#length
    if (this.#full.length === 0) return last
    const parts = [...this.#full, last]
    this.#full = []
    return joined(parts)
  }

  text(text: string): void {
    const { length } = text
    this.#room(length)
    const start = this.#length
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x80) {
        this.#length = start
        this.bytes(encoder.encode(text))
        return
      }
      this.#bytes[start + i] = unit
    }
    this.#length = start + length
  }

  lineBreak(depth: number): void {
    const spaces = this.#indent * depth
    this.#room(spaces + 2)
    if (this.#lineEnd === '\r\n') this.#bytes[this.#length++] = mark.carriageReturn
    this.#bytes[this.#length++] = mark.lineFeed
    for (let i = 0; i < spaces; i++) this.#bytes[this.#length++] = mark.space
  }

  bytes(bytes: Uint8Array): void {
    this.#copy(bytes, 0, bytes.length)
  }

  /**
   * The element and all in it; `depth` is its own, negative inside of text, where nothing may be indented. Its start tag as
   * `startTag` has it.
   */
  element(tape: XmlTape, index: number, depth: number, xsi: XsiRule = 'as it is'): void {
    this.startTag(tape, index, xsi)
    const flags = tape.flags(index)
    if ((flags & nodeFlag.isSelfClosed) !== 0) return
    if ((flags & nodeFlag.isUneven) !== 0 || depth < 0 || this.#indent !== 2) this.#inside(tape, index, depth)
    else {
      const endTag = tape.closing(index) + tape.nameEnd(index) - tape.start(index) + 2
      this.#copyRun(tape.bytes, { from: tape.end(index), to: endTag, deeper: depth - tape.depth(index) })
    }
  }

  #copyRun(source: Uint8Array, run: LinesRun): void {
    // A plan names one source: what comes from a second one is copied.
    const isForeign = this.#runs.length > 0 && source !== this.#source
    if (!this.#isPlanning || isForeign || run.to - run.from < shortestRun) {
      this.#copyLines(source, run)
      return
    }
    this.#source = source
    this.#runs.push(this.#lengthOfFull + this.#length - this.#start, run.from, run.to, run.deeper)
  }

  #copyLines(bytes: Uint8Array, run: LinesRun): void {
    for (let { from } = run; from < run.to; ) {
      const piece = { from, to: endOfPiece(bytes, from, run.to), deeper: run.deeper }
      this.#room(mostRelaid(piece))
      this.#length = relayLines(bytes, piece, { view: this.#view, at: this.#length, lineEnd: this.#lineEnd })
      from = piece.to
    }
  }

  /** What follows the start tag. */
  #inside(tape: XmlTape, index: number, depth: number): void {
    if (tape.isFolded(index)) {
      this.#inside(unfolded(tape, index), 0, depth)
      return
    }
    const end = tape.next(index)
    if (end === index + 2 && (tape.flags(index + 1) & nodeFlag.text) !== 0) this.#content(tape, index + 1)
    else if (tape.holdsText(index)) this.#mixed(tape, index)
    else if (end > index + 1) {
      for (let at = index + 1; at < end; at = tape.next(at)) {
        if (depth >= 0) this.lineBreak(depth + 1)
        this.node(tape, at, depth < 0 ? depth : depth + 1)
      }
      if (depth >= 0) this.lineBreak(depth)
    }
    this.endTag(tape, index)
  }

  /** `<tag a="…">` on a line of its own. */
  openTag(name: string, depth: number, attributes: Readonly<Record<string, string>> = {}): void {
    this.lineBreak(depth)
    this.text(`<${name}`)
    for (const [key, value] of Object.entries(attributes)) this.text(` ${key}="${escapeAttribute(value)}"`)
    this.text('>')
  }

  /** The start tag of an element that is self-closed, so that something can be written into it. */
  openElement(tape: XmlTape, index: number): void {
    this.text(`<${tape.name(index)}`)
    for (const { name, value } of tape.attributes(index)) this.text(` ${name}="${escapeAttribute(value)}"`)
    this.text('>')
  }

  closeTag(name: string, depth: number): void {
    this.lineBreak(depth)
    this.text(`</${name}>`)
  }

  node(tape: XmlTape, index: number, depth: number): void {
    const flags = tape.flags(index)
    if ((flags & nodeFlag.element) !== 0) this.element(tape, index, depth)
    else if ((flags & nodeFlag.text) !== 0) this.#content(tape, index)
    else {
      const [before, after] = delimiters(flags)
      this.text(before)
      this.#content(tape, index)
      this.text(after)
    }
  }

  #mixed(tape: XmlTape, index: number): void {
    const children = tape.mixedChildren(index)
    const isOnlyBlank = (tape.flags(index) & nodeFlag.keepsSpace) === 0 && children.length > 1 && !holdsWords(tape, index)
    for (const node of children) {
      if (isOnlyBlank && isTextNode(tape, node)) this.text(escapeBlank(blankOf(tape, node)))
      else if (typeof node === 'number') this.node(tape, node, -1)
      else this.#withLineEnds(decodeContent(tape.decode(node.from, node.to), false))
    }
  }

  startTag(tape: XmlTape, index: number, xsi: XsiRule = 'as it is'): void {
    const flags = tape.flags(index)
    const tail = (flags & nodeFlag.isSelfClosed) !== 0 ? ' />' : '>'
    const end = tape.end(index)
    if ((flags & nodeFlag.isRewritten) !== 0) this.#rewrittenTag(tape, index, xsi)
    else if (xsi === 'added') {
      this.#copy(tape.bytes, tape.start(index), end - tail.length)
      this.text(xsiAttribute + tail)
    } else if (xsi === 'dropped' && endsIn(tape.bytes, end - tail.length, xsiAttribute)) {
      this.#copy(tape.bytes, tape.start(index), end - tail.length - xsiAttribute.length)
      this.text(tail)
    } else this.#copy(tape.bytes, tape.start(index), end)
  }

  #rewrittenTag(tape: XmlTape, index: number, xsi: XsiRule): void {
    const attributes = tape.attributes(index)
    const last = attributes.at(-1)
    const isDropped = xsi === 'dropped' && last?.name === 'xmlns:xsi' && xsiAttribute.includes(`"${last.value}"`)
    this.text(`<${tape.name(index)}`)
    for (const { name, value } of isDropped ? attributes.slice(0, -1) : attributes) this.text(` ${name}="${escapeAttribute(value)}"`)
    this.text(`${xsi === 'added' ? xsiAttribute : ''}${tape.isSelfClosed(index) ? ' />' : '>'}`)
  }

  endTag(tape: XmlTape, index: number): void {
    this.#room(2)
    this.#bytes[this.#length++] = mark.less
    this.#bytes[this.#length++] = mark.slash
    this.#copy(tape.bytes, tape.start(index) + 1, tape.nameEnd(index))
    this.#room(1)
    this.#bytes[this.#length++] = mark.greater
  }

  #content(tape: XmlTape, index: number): void {
    const flags = tape.flags(index)
    const isPlain = (flags & nodeFlag.isRewritten) === 0 && ((flags & nodeFlag.hasLineEnd) === 0 || this.#lineEnd === '\n')
    if (isPlain) this.#copy(tape.bytes, tape.start(index), tape.end(index))
    else this.#withLineEnds((flags & nodeFlag.text) !== 0 ? escapeText(tape.content(index)) : tape.content(index))
  }

  #withLineEnds(text: string): void {
    this.text(this.#lineEnd === '\n' ? text : text.replaceAll('\n', this.#lineEnd))
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    const length = end - start
    this.#room(length)
    const to = this.#bytes
    const at = this.#length
    // Short runs, nearly all of them, cost less by hand than the call of set.
    if (length < 96) for (let i = 0; i < length; i++) to[at + i] = from[start + i] ?? 0
    else to.set(from.subarray(start, end), at)
    this.#length = at + length
  }

  #room(length: number): void {
    if (this.#length + length <= this.#bytes.length) return
    if (this.#length > this.#start) {
      this.#full.push(this.#bytes.subarray(this.#start, this.#length))
      this.#lengthOfFull += this.#length - this.#start
    }
    this.#bytes = new Uint8Array(Math.max(Math.min(this.#bytes.length * 2, largestSlab), length))
    this.#view = new DataView(this.#bytes.buffer)
    this.#start = 0
    this.#length = 0
  }
}

const nothing = new Uint8Array()
/** Shorter ones cost less to copy than to note down; in bytes. */
const shortestRun = 256
/** Memory is taken in pieces that grow: a small document costs little, a large one few allocations and no copy of all before. */
const smallestSlab = 1 << 14
const largestSlab = 1 << 22

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function isTextNode(tape: XmlTape, node: number | BlankText): boolean {
  return typeof node !== 'number' || (tape.flags(node) & nodeFlag.text) !== 0
}

function blankOf(tape: XmlTape, node: number | BlankText): string {
  return typeof node === 'number' ? tape.content(node) : decodeContent(tape.decode(node.from, node.to), false)
}

/** Whether CDATA, or text that is more than white space, stands directly in the element. */
function holdsWords(tape: XmlTape, index: number): boolean {
  for (let at = index + 1; at < tape.next(index); at = tape.next(at)) {
    const flags = tape.flags(at)
    if ((flags & nodeFlag.cdata) !== 0 || ((flags & nodeFlag.text) !== 0 && !isBlank(tape.content(at)))) return true
  }
  return false
}

/** The declaration that SolutionPackager gives to the root of every file that it splits out, as its last attribute. */
export const xsiAttribute = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

/** What happens to that declaration at the end of a start tag. */
export type XsiRule = 'as it is' | 'added' | 'dropped'

function endsIn(bytes: Uint8Array, end: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[end - text.length + i] !== text.charCodeAt(i)) return false
  return true
}

const encoder = new TextEncoder()

function delimiters(flags: number): readonly [string, string] {
  if ((flags & nodeFlag.cdata) !== 0) return ['<![CDATA[', ']]>']
  return (flags & nodeFlag.comment) !== 0 ? ['<!--', '-->'] : ['<?', '?>']
}
