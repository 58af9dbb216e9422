import { mark } from './syntax.ts'

/** Lines of a document that are laid out evenly: each holds at least a tag, and none is empty. */
export interface LinesRun {
  readonly from: number
  readonly to: number
  /** How many levels deeper they go; negative for less deep. */
  readonly deeper: number
}

/** The most bytes that `relayLines` touches: a line and its end take four bytes at the least, and words are written whole. */
export function mostRelaid({ from, to, deeper }: LinesRun): number {
  const length = to - from
  return length + ((length >> 2) + 1) * (1 + 2 * Math.max(0, deeper)) + 2 * wordBytes
}

/**
 * Copies lines with these line ends and so many levels deeper into a place that has room for `mostRelaid`; returns where they end there.
 * Four bytes go at once, as one number: packing copies nearly all that it reads, and by single bytes this was most of its work.
 */
export function relayLines(bytes: Uint8Array, { from, to, deeper }: LinesRun, target: RelayTarget): number {
  const read = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const { view: write, lineEnd } = target
  const dropped = Math.max(0, -2 * deeper)
  const added = Math.max(0, 2 * deeper)
  let at = from
  let out = target.at
  while (at < to) {
    if (at > to - wordBytes) {
      // No line end is so near to the end: a tag follows it.
      write.setInt8(out++, read.getInt8(at++))
      continue
    }
    const word = read.getInt32(at, true)
    write.setInt32(out, word, true)
    const rest = word ^ fourLineFeeds
    // The lowest bit that stays is the highest of the first byte that is zero now (S. E. Anderson, "Bit Twiddling Hacks", zero in word).
    const found = (rest - 0x01010101) & ~rest & 0x80808080
    if (found === 0) {
      at += wordBytes
      out += wordBytes
      continue
    }
    const before = (31 - Math.clz32(found & -found)) >> 3
    at += before
    out += before
    if (read.getInt8(at - 1) === mark.carriageReturn) out--
    at += 1 + dropped
    if (lineEnd === '\r\n') write.setInt8(out++, mark.carriageReturn)
    write.setInt8(out++, mark.lineFeed)
    for (let done = 0; done < added; done += wordBytes) write.setInt32(out + done, fourSpaces, true)
    out += added
  }
  return out
}

interface RelayTarget {
  readonly view: DataView
  readonly at: number
  readonly lineEnd: '\r\n' | '\n'
}

const wordBytes = 4
const fourLineFeeds = 0x0a0a0a0a
const fourSpaces = 0x20202020

/** A document may be one element of a gigabyte; so much of it is copied at a time. */
const pieceBytes = 1 << 16

/** Where a piece of lines ends that begins here: at a line end, which belongs to the next one. */
export function endOfPiece(bytes: Uint8Array, from: number, to: number): number {
  if (to - from <= pieceBytes) return to
  const end = bytes.indexOf(mark.lineFeed, from + pieceBytes)
  if (end < 0 || end > to) return to
  return bytes[end - 1] === mark.carriageReturn ? end - 1 : end
}
