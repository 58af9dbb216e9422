import { utf8Length } from './decode-bytes.ts'
import { referenceAt, textReferences, valueReferences } from './references.ts'
import { mark, plainInName, plainInText, plainInValue } from './syntax.ts'

/**
 * Where the content of an element ends that is laid out evenly, as our writers lay it out: each child on a line of its own, two spaces a
 * level, nothing but one text in an element that holds any. It is read from behind the start tag; the answer is where the end tag begins.
 * -1 wherever anything is otherwise, or wrong: the scanner, which knows the rest of the grammar, then reads it and says what is wrong.
 * `depth` is that of the children.
 */
export function evenEnd(bytes: Uint8Array, from: number, depth: number): number {
  let at = from
  let level = depth
  let isFirst = true
  for (;;) {
    if (bytes[at] === carriageReturn) at++
    if (bytes[at] !== lineFeed) return -1
    const line = ++at
    while (bytes[at] === space) at++
    if (bytes[at] !== less) return -1
    const indent = at - line
    let name = ++at
    if (bytes[at] === slash) {
      // White space alone in an element is text.
      if (isFirst || indent !== 2 * level - 2) return -1
      if (level === depth) return at - 1
      name = open[--level] ?? 0
    } else {
      if (indent !== 2 * level || level === deepest) return -1
      at = endOfStartTag(bytes, name)
      if (at < 0) return -1
      const next = bytes[at]
      isFirst = next === lineFeed || next === carriageReturn
      if (bytes[at - 2] === slash) {
        isFirst = false
        continue
      }
      if (isFirst) {
        open[level++] = name
        continue
      }
      at = endOfText(bytes, at)
      if (at < 0) return -1
    }
    at = endOfEndTag(bytes, name, at + 1)
    if (at < 0) return -1
  }
}

/** From the name to behind the `>`. */
function endOfStartTag(bytes: Uint8Array, name: number): number {
  let at = name
  let byte = bytes[at] ?? 0
  // A digit, "-" or "." cannot begin a name.
  if (byte >= 0x2d && byte <= 0x39) return -1
  while (plainInName[byte] === 1) byte = bytes[++at] ?? 0
  if (at === name) return -1
  if (byte === space) {
    at = endOfAttributes(bytes, at)
    if (at < 0) return -1
    byte = bytes[at] ?? 0
  } else if (byte === slash) return -1
  return byte === greater ? at + 1 : -1
}

/** From the space before the first to the `>` of the tag. */
function endOfAttributes(bytes: Uint8Array, from: number): number {
  let at = from
  for (let count = 0; bytes[at] === space; count++) {
    const name = ++at
    let byte = bytes[at] ?? 0
    if (byte === slash) return at + 1
    while (plainInName[byte] === 1) byte = bytes[++at] ?? 0
    if (byte !== equals || bytes[++at] !== quote || !isNew(bytes, name, count)) return -1
    byte = bytes[++at] ?? 0
    while (byte !== quote) {
      at = plainInValue[byte] === 1 ? at + 1 : behindOdd(bytes, at, valueReferences)
      if (at < 0) return -1
      byte = bytes[at] ?? 0
    }
    at++
  }
  return at
}

/** To the slash of the end tag behind it. */
function endOfText(bytes: Uint8Array, from: number): number {
  let at = from
  let byte = bytes[at] ?? 0
  // A text that begins with a space may be nothing else: the scanner looks closer.
  if (byte === space) return -1
  while (byte !== less) {
    at = plainInText[byte] === 1 ? at + 1 : behindOdd(bytes, at, textReferences)
    if (at < 0) return -1
    byte = bytes[at] ?? 0
  }
  return bytes[at + 1] === slash ? at + 1 : -1
}

/** From the names of the start tag and of the end tag to behind the `>` of the latter. */
function endOfEndTag(bytes: Uint8Array, name: number, from: number): number {
  let at = from
  let same = name
  for (let byte = bytes[at] ?? 0; byte !== greater; byte = bytes[++at] ?? 0) if (byte !== bytes[same++]) return -1
  return plainInName[bytes[same] ?? 0] === 1 ? -1 : at + 1
}

const { carriageReturn, lineFeed, space, less, slash, equals, quote, greater, ampersand, colon } = mark

/** Far deeper than real files, and far from where depth is refused. */
const deepest = 200
/** Where the names of open elements begin, by their depth, and those of a tag's attributes. Kept, as they are needed for every line. */
const open = new Int32Array(deepest)
const names = new Int32Array(32)

/** Whether an attribute is none of those before it, so many that they can be compared, and none by which XML itself says something. */
function isNew(bytes: Uint8Array, name: number, count: number): boolean {
  const first = bytes[name] ?? 0
  if (count === names.length || first === equals || (first >= 0x2d && first <= 0x39)) return false
  for (let i = 0; i < count; i++) {
    let same = 0
    const other = names[i] ?? 0
    while (bytes[other + same] === bytes[name + same] && bytes[name + same] !== equals) same++
    if (bytes[other + same] === bytes[name + same]) return false
  }
  names[count] = name
  return !(bytes[name + 3] === colon && first === 0x78 && bytes[name + 1] === 0x6d && bytes[name + 2] === 0x6c)
}

/** Behind a reference as our writers write it, or behind a character outside of ASCII; -1 for anything else. */
function behindOdd(bytes: Uint8Array, at: number, canonical: ReadonlySet<string>): number {
  const body = bytes[at] === ampersand ? referenceAt(bytes, at) : undefined
  if (body !== undefined) return canonical.has(body) ? at + body.length + 2 : -1
  const length = (bytes[at] ?? 0) >= 0x80 ? utf8Length(bytes, at) : 0
  return length > 0 ? at + length : -1
}

/** Every line that there is. */
const example = new TextEncoder().encode(
  '\r\n  <a b="1" c="é&amp;" d="x" />\n  <a>\n    <b>é&amp;x</b>\n    <b></b>\n    <c d="1">1</c>\n    <c d="1">\n      <d />\n    </c>\n  </a>\n</x>',
)
let isShown = false

/**
 * Shows V8 what can occur before it compiles `evenEnd`: where it meets later what it had not seen, it throws the compiled code away,
 * and half of a large pack goes by until it has made it anew.
 */
export function showEvenLines(): void {
  for (let times = isShown ? 5 : 0; times < 5; times++) evenEnd(example, 0, 1)
  isShown = true
}
