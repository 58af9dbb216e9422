/** A JSON value whose numbers are kept as they are written, and whose repeated properties are all there. */
export type ExactJson =
  | { readonly type: 'object'; readonly members: readonly (readonly [string, ExactJson])[] }
  | { readonly type: 'array'; readonly items: readonly ExactJson[] }
  | { readonly type: 'string'; readonly text: string }
  /** A number, true, false or null, as written. */
  | { readonly type: 'literal'; readonly text: string }

// Deeper documents are compared as text.
const mostDepth = 200

/** The value of a JSON text, or undefined when it is none. Unlike JSON.parse it loses no digits and no repeated names. */
export function parseExactJson(source: string): ExactJson | undefined {
  try {
    const reader: Reader = { tokens: source.replace(/^\uFEFF/, '').matchAll(token), held: undefined, end: 0 }
    const value = readValue(reader, 0)
    const rest = reader.tokens.next()
    return rest.done === true ? value : undefined
  } catch {
    return undefined
  }
}

const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|(\S))/g

interface Reader {
  readonly tokens: Iterator<RegExpMatchArray, unknown>
  held: string | undefined
  end: number
}

function next(reader: Reader): string {
  if (reader.held !== undefined) {
    const held = reader.held
    reader.held = undefined
    return held
  }
  const match = reader.tokens.next()
  if (match.done === true) throw new SyntaxError('The text ends too early.')
  const [, mark, text, literal] = match.value
  const found = mark ?? text ?? literal
  if (found === undefined) throw new SyntaxError('This is no JSON.')
  return found
}

function readValue(reader: Reader, depth: number): ExactJson {
  if (depth > mostDepth) throw new SyntaxError('This is nested too deeply.')
  const first = next(reader)
  if (first === '{') return readObject(reader, depth + 1)
  if (first === '[') return readArray(reader, depth + 1)
  if (first.startsWith('"')) return { type: 'string', text: textOf(first) }
  if (/^[}\],:]$/.test(first)) throw new SyntaxError('A value is missing.')
  return { type: 'literal', text: first }
}

function readObject(reader: Reader, depth: number): ExactJson {
  const members: [string, ExactJson][] = []
  for (let name = next(reader); name !== '}'; name = next(reader)) {
    if (!name.startsWith('"') || next(reader) !== ':') throw new SyntaxError('A name is missing.')
    members.push([textOf(name), readValue(reader, depth)])
    const mark = next(reader)
    if (mark === '}') break
    if (mark !== ',') throw new SyntaxError('A comma is missing.')
  }
  return { type: 'object', members }
}

function readArray(reader: Reader, depth: number): ExactJson {
  const items: ExactJson[] = []
  for (let first = next(reader); first !== ']'; first = next(reader)) {
    reader.held = first
    items.push(readValue(reader, depth))
    const mark = next(reader)
    if (mark === ']') break
    if (mark !== ',') throw new SyntaxError('A comma is missing.')
  }
  return { type: 'array', items }
}

function textOf(quoted: string): string {
  return String(JSON.parse(quoted))
}
