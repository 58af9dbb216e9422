import { giveWay } from '../give-way.ts'
import { checkUtf8, forbiddenCharacter, utf8Bytes } from './decode-bytes.ts'
import { characterOf, isXmlCharacter } from './entities.ts'
import { evenEnd, showEvenLines } from './even-lines.ts'
import { referenceAt, textReferences, valueReferences } from './references.ts'
import { badXml } from './scan-error.ts'
import { isNameByte, isSpaceByte, mark, nameBytes } from './syntax.ts'
import { XmlTape, nodeFlag } from './tape.ts'

/**
 * Reads an XML document into a tape: one pass over the bytes, everything checked, nothing copied. `path` is named in errors.
 * A DOCTYPE is refused, so nothing can be expanded. Line ends and references stay as they are written; the tape says where they are.
 * `memory` is what a tape that is no longer needed gave back.
 */
export function scanXml(source: string | Uint8Array, path: string, memory?: Uint32Array): XmlTape {
  const scan = newScan(source, path, memory)
  while (scanToItem(scan) >= 0);
  return scan.tape
}

/** How many bytes are read before others get their turn: some hundredths of a second. */
const bytesInTurn = 2_000_000

/** Reads like `scanXml`; between items, which are elements two levels below the root, others get their turn. */
export async function scanXmlInTurns(source: string | Uint8Array, path: string): Promise<XmlTape> {
  const scan = newScan(source, path)
  for (let turnAt = bytesInTurn; scanToItem(scan) >= 0; ) {
    if (scan.at < turnAt) continue
    await giveWay()
    turnAt = scan.at + bytesInTurn
  }
  return scan.tape
}

/**
 * Reads like `scanXml`, with the same checks, but what lies in the children of the root is left off the tape where it is laid out evenly:
 * who copies it needs no more. `unfolded` reads what was left off.
 */
export function scanOutline(source: string | Uint8Array, path: string, memory?: Uint32Array): XmlTape {
  const scan = newScan(source, path, memory)
  scan.isOutline = true
  showEvenLines()
  while (scanToItem(scan) >= 0);
  return scan.tape
}

/** An element with all that lies in it as a document of its own. */
export function unfolded(tape: XmlTape, index: number): XmlTape {
  return scanXml(tape.bytes.subarray(tape.start(index), tape.endOfElement(index)), tape.path)
}

/** A document that is read item by item: an item is an element two levels below the root. */
export interface ItemScan {
  readonly tape: XmlTape
  /** The next item that closes, by its index on the tape; -1 at the end of the document. */
  nextItem(): number
  /** The element that the last item stands in. */
  section(): number
}

/**
 * Reads like `scanXml`, but pauses at each item. `tape.drop(item, section)` takes an item off the tape: so a document of any size needs
 * no more memory than its largest item.
 */
export function scanItems(source: string | Uint8Array, path: string): ItemScan {
  const scan = newScan(source, path)
  return { tape: scan.tape, nextItem: () => scanToItem(scan), section: () => scan.open[1] ?? 0 }
}

interface Scan {
  readonly bytes: Uint8Array
  readonly path: string
  readonly tape: XmlTape
  at: number
  /** How many elements are open, and their indexes on the tape. */
  depth: number
  readonly open: number[]
  /** Where the attribute names of the present tag begin and end. */
  readonly names: number[]
  /** Spaces after the line end before the present node; -1 when the white space there is anything but one line end and spaces. */
  indent: number
  hasRoot: boolean
  /** The item that has just closed; -1 when none has. */
  item: number
  isOutline: boolean
}

function newScan(source: string | Uint8Array, path: string, memory?: Uint32Array): Scan {
  const bytes = utf8Bytes(source, path)
  return {
    bytes,
    path,
    tape: new XmlTape(bytes, path, memory),
    at: 0,
    depth: 0,
    open: [],
    names: [],
    indent: -1,
    hasRoot: false,
    item: -1,
    isOutline: false,
  }
}

/** Deeper than any real file; a bound, because trees are walked by recursion. */
const deepest = 1000

/** Reads on until an item closes, and returns it; -1 at the end of the document. */
function scanToItem(scan: Scan): number {
  const { bytes } = scan
  const { length } = bytes
  scan.item = -1
  while (scan.at < length) {
    if (bytes[scan.at] !== mark.less) {
      if (!scan.isOutline || !fold(scan)) scanText(scan)
      continue
    }
    const next = bytes[scan.at + 1] ?? 0
    if (next === mark.slash) scanEndTag(scan)
    else if (next === mark.exclamation || next === mark.question) scanAside(scan)
    else {
      if (scan.depth === 0 && scan.hasRoot) throw badXml(scan, scan.at, 'a second root element begins here.')
      scan.hasRoot = true
      scanStartTag(scan)
    }
    scan.indent = -1
    if (scan.item >= 0) return scan.item
  }
  const unclosed = scan.depth > 0 ? scan.open[scan.depth - 1] : undefined
  if (unclosed !== undefined) throw badXml(scan, scan.tape.start(unclosed), `<${scan.tape.name(unclosed)}> is never closed.`)
  if (!scan.hasRoot) throw badXml(scan, 0, 'there is no element in it.')
  return -1
}

/** Leaves the content of a child of the root off the tape if it is laid out evenly, and goes on at its end tag. */
function fold(scan: Scan): boolean {
  const { bytes, tape, depth, at } = scan
  const owner = scan.open[1] ?? 0
  if (depth !== 2 || at !== tape.end(owner) || (tape.flags(owner) & nodeFlag.keepsSpace) !== 0) return false
  const end = evenEnd(bytes, at, depth)
  if (end < 0) return false
  tape.push(nodeFlag.folded, at, end)
  scan.at = end
  scan.indent = 2 * (depth - 1)
  return true
}

/** Text up to the next tag. White space alone leaves no node. */
function scanText(scan: Scan): void {
  const { bytes, tape } = scan
  const from = scan.at
  let at = from
  if (bytes[at] === mark.carriageReturn) at++
  if (bytes[at] === mark.lineFeed) {
    const line = ++at
    while (bytes[at] === mark.space) at++
    scan.indent = at - line
  }
  if (bytes[at] !== mark.less) {
    scan.indent = -1
    while (isSpaceByte(bytes[at])) at++
  }
  if (at >= bytes.length || bytes[at] === mark.less) {
    scan.at = at
    return
  }
  if (scan.depth === 0) throw badXml(scan, from, 'text stands outside of the root element.')
  let flags: number = nodeFlag.text
  for (at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte > mark.greater && byte < 0x80) continue
    if (byte === mark.less) break
    if (byte >= 0x80) at += checkUtf8(scan, at) - 1
    else if (byte === mark.lineFeed) flags |= nodeFlag.hasLineEnd
    else if (byte === mark.carriageReturn) flags |= nodeFlag.hasLineEnd | nodeFlag.isRewritten
    else if (byte === mark.ampersand) flags |= checkReference(scan, at, textReferences)
    else if (byte === mark.greater || (byte < mark.space && byte !== mark.tab)) flags |= checkOdd(scan, at)
  }
  scan.at = at
  const owner = scan.open[scan.depth - 1] ?? 0
  // Text stands alone in its element, or its lines are nobody's layout.
  const isEven = (flags & (nodeFlag.hasLineEnd | nodeFlag.isRewritten)) === 0 && tape.length === owner + 1
  tape.addFlag(owner, isEven ? nodeFlag.hasText : nodeFlag.hasText | nodeFlag.isUneven)
  tape.push(flags, from, at)
}

/** A character that is written otherwise than it is read, as `>` in text; refuses control characters. */
function checkOdd(scan: Scan, at: number): number {
  refuseControl(scan, at)
  return nodeFlag.isRewritten
}

function refuseControl(scan: Scan, at: number): void {
  if (!isXmlCharacter(scan.bytes[at] ?? 0)) throw badXml(scan, at, forbiddenCharacter)
}

/** Refuses unknown references; says whether this one would be written in another way. */
function checkReference(scan: Scan, at: number, canonical: ReadonlySet<string>): number {
  const body = referenceAt(scan.bytes, at)
  if (body !== undefined && canonical.has(body)) return 0
  if (body !== undefined && characterOf(body) !== undefined) return nodeFlag.isRewritten
  throw badXml(scan, at, 'an "&" here begins no known reference; write "&amp;" for the character itself.')
}

function scanEndTag(scan: Scan): void {
  const { bytes, tape } = scan
  const startedAt = scan.at
  if (scan.depth === 0) throw badXml(scan, startedAt, `${endTagText(scan)} closes nothing.`)
  const open = scan.open[scan.depth - 1] ?? 0
  let at = startedAt + 2
  for (let i = tape.start(open) + 1, end = tape.nameEnd(open); i < end; i++, at++) {
    if (bytes[at] !== bytes[i]) throw badXml(scan, startedAt, wrongEnd(scan, open))
  }
  if (bytes[at] !== mark.greater) {
    while (isSpaceByte(bytes[at])) at++
    if (bytes[at] !== mark.greater) throw badXml(scan, startedAt, wrongEnd(scan, open))
    tape.addFlag(open, nodeFlag.isUneven)
  }
  scan.at = at + 1
  scan.depth--
  tape.close(open, startedAt)
  finishElement(scan, open, startedAt)
  if (scan.depth === 2) scan.item = open
}

/** Passes on to the element around whether this one is laid out evenly. */
function finishElement(scan: Scan, index: number, closedAt: number): void {
  const { tape, depth } = scan
  const flags = tape.flags(index)
  let isEven = (flags & nodeFlag.isUneven) === 0
  if (isEven && (flags & nodeFlag.isSelfClosed) === 0) {
    // The end tag stands below its start tag, or right behind it or its text.
    if (tape.length === index + 1) isEven = tape.end(index) === closedAt
    else if ((flags & nodeFlag.hasText) === 0) isEven = scan.indent === 2 * depth
    else isEven = tape.length === index + 2
    if (!isEven) tape.addFlag(index, nodeFlag.isUneven)
  }
  if (!isEven && depth > 0) tape.addFlag(scan.open[depth - 1] ?? 0, nodeFlag.isUneven)
}

function wrongEnd(scan: Scan, open: number): string {
  if (!scan.bytes.includes(mark.greater, scan.at)) return 'the end tag is not finished.'
  return `${endTagText(scan)} stands where <${scan.tape.name(open)}> must be closed.`
}

function endTagText(scan: Scan): string {
  return scan.tape.decode(scan.at, Math.min(scan.bytes.indexOf(mark.greater, scan.at) + 1, scan.at + 200))
}

function scanAside(scan: Scan): void {
  if (startsWith(scan, '<!--')) addAside(scan, { kind: nodeFlag.comment, from: scan.at + 4, terminator: '-->' })
  else if (startsWith(scan, '<![CDATA[') && scan.depth > 0) {
    scan.tape.addFlag(scan.open[scan.depth - 1] ?? 0, nodeFlag.hasText)
    addAside(scan, { kind: nodeFlag.cdata, from: scan.at + 9, terminator: ']]>' })
  } else if (startsWith(scan, '<?')) addAside(scan, { kind: nodeFlag.instruction, from: scan.at + 2, terminator: '?>' })
  else if (/^<!DOCTYPE$/i.test(scan.tape.decode(scan.at, scan.at + 9))) {
    throw badXml(scan, scan.at, 'a DOCTYPE stands here; solution files have none, and Drover reads none.')
  } else throw badXml(scan, scan.at, 'this begins neither a comment nor CDATA.')
}

function startsWith(scan: Scan, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (scan.bytes[scan.at + i] !== text.charCodeAt(i)) return false
  return true
}

function addAside(scan: Scan, aside: { kind: number; from: number; terminator: string }): void {
  const { bytes } = scan
  const { terminator } = aside
  let flags = aside.kind
  let at = aside.from
  for (; ; at++) {
    const byte = bytes[at]
    if (byte === undefined) throw badXml(scan, scan.at, `"${terminator}" is missing.`)
    if (byte >= 0x80) at += checkUtf8(scan, at) - 1
    else if (byte === mark.lineFeed) flags |= nodeFlag.hasLineEnd
    else if (byte === mark.carriageReturn) flags |= nodeFlag.hasLineEnd | nodeFlag.isRewritten
    else if (byte < mark.space) refuseControl(scan, at)
    else if (byte === terminator.charCodeAt(0) && endsHere(bytes, at, terminator)) break
  }
  scan.at = at + terminator.length
  if (scan.depth === 0) return
  // Comments and the like are rare: whoever holds one is written node by node.
  scan.tape.addFlag(scan.open[scan.depth - 1] ?? 0, nodeFlag.isUneven)
  scan.tape.push(flags, aside.from, at)
}

function endsHere(bytes: Uint8Array, at: number, terminator: string): boolean {
  for (let i = 1; i < terminator.length; i++) if (bytes[at + i] !== terminator.charCodeAt(i)) return false
  return true
}

function scanStartTag(scan: Scan): void {
  const { bytes, tape, depth } = scan
  const startedAt = scan.at
  scan.at++
  scanName(scan)
  const index = tape.pushElement(startedAt, scan.at, depth)
  let flags = bytes[scan.at] === mark.greater ? 0 : scanAttributes(scan, index)
  if (depth > 0) {
    const owner = scan.open[depth - 1] ?? 0
    if ((flags & nodeFlag.saysSpace) === 0) flags |= tape.flags(owner) & nodeFlag.keepsSpace
    if (scan.indent !== 2 * depth) tape.addFlag(owner, nodeFlag.isUneven)
  }
  if ((flags & (nodeFlag.isRewritten | nodeFlag.keepsSpace)) !== 0) flags |= nodeFlag.isUneven
  if (bytes[scan.at] === mark.slash) {
    finishSelfClosed(scan, index, flags)
    return
  }
  scan.at++
  tape.finishTag(index, flags, scan.at)
  if (depth >= deepest) throw badXml(scan, startedAt, `elements are nested deeper than ${deepest} levels.`)
  scan.open[scan.depth++] = index
}

function finishSelfClosed(scan: Scan, index: number, flags: number): void {
  const { bytes, tape } = scan
  if (bytes[scan.at + 1] !== mark.greater) throw badXml(scan, scan.at, 'a ">" must follow this "/".')
  const spelling = bytes[scan.at - 1] === mark.space ? 0 : nodeFlag.isRewritten | nodeFlag.isUneven
  scan.at += 2
  tape.finishTag(index, flags | nodeFlag.isSelfClosed | spelling, scan.at)
  tape.close(index, scan.at)
  finishElement(scan, index, scan.at)
  if (scan.depth === 2) scan.item = index
}

function scanName(scan: Scan): void {
  const { bytes } = scan
  const from = scan.at
  let at = from
  // Byte 0, which stands in for what lies behind the end, is in no name.
  for (let byte = bytes[at] ?? 0; nameBytes[byte] === 1; byte = bytes[at] ?? 0) at += byte < 0x80 ? 1 : checkUtf8(scan, at)
  const first = bytes[from] ?? 0
  // A digit, "-" or "." cannot begin a name.
  if (at === from || (first >= 0x2d && first <= 0x39)) throw badXml(scan, from, 'a name is expected here.')
  scan.at = at
}

/** Checks the attributes of a start tag and returns flags for its element. */
function scanAttributes(scan: Scan, owner: number): number {
  const { bytes, tape } = scan
  scan.names.length = 0
  let flags = 0
  for (;;) {
    const before = scan.at
    while (isSpaceByte(bytes[scan.at])) scan.at++
    const byte = bytes[scan.at]
    if (byte === mark.greater || byte === mark.slash) {
      const spaces = scan.at - before
      return spaces > 1 || (spaces === 1 && (byte === mark.greater || bytes[before] !== mark.space)) ? flags | nodeFlag.isRewritten : flags
    }
    if (byte === undefined) throw badXml(scan, before, `the tag <${tape.name(owner)}> is not finished.`)
    if (scan.at === before) throw badXml(scan, before, 'white space must stand before an attribute.')
    if (scan.at !== before + 1 || bytes[before] !== mark.space) flags |= nodeFlag.isRewritten
    flags |= scanAttribute(scan, owner)
  }
}

function scanAttribute(scan: Scan, owner: number): number {
  const { bytes, tape } = scan
  const nameFrom = scan.at
  scanName(scan)
  const nameTo = scan.at
  refuseTwice(scan, nameFrom, owner)
  while (isSpaceByte(bytes[scan.at])) scan.at++
  if (bytes[scan.at] !== mark.equals) throw badXml(scan, scan.at, `attribute "${tape.decode(nameFrom, nameTo)}" has no value.`)
  scan.at++
  while (isSpaceByte(bytes[scan.at])) scan.at++
  const quote = bytes[scan.at]
  if (quote !== mark.quote && quote !== mark.apostrophe) {
    throw badXml(scan, scan.at, `the value of attribute "${tape.decode(nameFrom, nameTo)}" must stand in quotes.`)
  }
  const valueFrom = scan.at + 1
  let flags = scan.at !== nameTo + 1 || quote !== mark.quote ? nodeFlag.isRewritten : 0
  flags |= scanValue(scan, quote, nameFrom)
  if (isSpaceRule(bytes, nameFrom, nameTo)) {
    flags |= nodeFlag.saysSpace
    if (tape.decode(valueFrom, scan.at - 1) === 'preserve') flags |= nodeFlag.keepsSpace
  }
  return flags
}

/** From the opening quote to behind the closing one. */
function scanValue(scan: Scan, quote: number, nameFrom: number): number {
  const { bytes } = scan
  const startedAt = scan.at
  let flags = 0
  let at = startedAt + 1
  for (; bytes[at] !== quote; at++) {
    const byte = bytes[at]
    if (byte === undefined) throw badXml(scan, startedAt, `the value of attribute "${nameAt(scan, nameFrom)}" is not finished.`)
    if (byte > mark.greater && byte < 0x80) continue
    if (byte === mark.less) throw badXml(scan, at, 'a "<" inside an attribute must be written "&lt;".')
    if (byte === mark.ampersand) flags |= checkReference(scan, at, valueReferences)
    else if (byte >= 0x80) at += checkUtf8(scan, at) - 1
    else if (byte === mark.greater || byte === mark.quote || byte < mark.space) flags |= checkOdd(scan, at)
  }
  scan.at = at + 1
  return flags
}

function nameAt(scan: Scan, from: number): string {
  let to = from
  while (isNameByte(scan.bytes[to])) to++
  return scan.tape.decode(from, to)
}

/** Compares with the names before; their number is bounded, so that a forged tag cannot cost quadratic time. */
function refuseTwice(scan: Scan, from: number, owner: number): void {
  const { bytes, names, at: to } = scan
  if (names.length > 512) throw badXml(scan, from, `<${scan.tape.name(owner)}> has more than 256 attributes.`)
  for (let i = 0; i < names.length; i += 2) {
    const other = names[i] ?? 0
    if ((names[i + 1] ?? 0) - other !== to - from) continue
    let same = 0
    while (same < to - from && bytes[other + same] === bytes[from + same]) same++
    if (same === to - from) throw badXml(scan, from, `<${scan.tape.name(owner)}> has the attribute "${scan.tape.decode(from, to)}" twice.`)
  }
  names.push(from, to)
}

const spaceRule = 'xml:space'

function isSpaceRule(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== spaceRule.length) return false
  for (let i = 0; i < spaceRule.length; i++) if (bytes[from + i] !== spaceRule.charCodeAt(i)) return false
  return true
}
