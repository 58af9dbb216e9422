import { readText } from '../zip/codec.ts'
import { mark } from './syntax.ts'

/** Lines of a document that are laid out evenly. */
export interface LinesRun {
  readonly from: number
  readonly to: number
  /** How many levels deeper they go; negative for less deep. */
  readonly deeper: number
}

/** Lines with other line ends and so many levels deeper, as pieces for the codec's `writeText`. */
export function* relaidLines(bytes: Uint8Array, { from, to, deeper }: LinesRun, lineEnd: string): Generator<string> {
  const before = deeper < 0 ? lineStart(-deeper) : lineStart(0)
  const after = lineEnd + indentOf(deeper)
  for (let start = from; start < to; ) {
    const end = to - start <= pieceBytes ? to : endOfPiece(bytes, start, to)
    const text = readText(bytes, start, end)
    yield (text.includes('\r') ? text.replace(/\r/g, '') : text).replace(before, after)
    start = end
  }
}

/** A document may be one element of a gigabyte; so much of it is a string at a time. */
const pieceBytes = 1024 ** 2

/** A piece ends before a line end, so that what is replaced lies in one piece. */
function endOfPiece(bytes: Uint8Array, start: number, to: number): number {
  const end = bytes.indexOf(mark.lineFeed, start + pieceBytes)
  return end < 0 || end > to ? to : end
}

function indentOf(levels: number): string {
  return '  '.repeat(Math.max(0, levels))
}

const lineStarts: RegExp[] = []

/** Plain characters without choices: V8 replaces such a pattern without running a machine for it. */
function lineStart(levels: number): RegExp {
  return (lineStarts[levels] ??= new RegExp(`\n${indentOf(levels)}`, 'g'))
}
