import { isRecord } from '../json-value.ts'

export interface JsonFile {
  readonly value: unknown
  /** The file's text without white space, when `value` does not say all of it: a name that stands twice, a number more exact than a double. */
  readonly asWritten: string | undefined
  /** How deep objects and lists stand in each other. */
  readonly depth: number
}

/** The value of a JSON file, or undefined when it is none. Unlike `JSON.parse` alone it tells when something in the file is lost in the value. */
export function readJsonFile(bytes: Uint8Array): JsonFile | undefined {
  try {
    return readJsonText(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** The same of a text. */
export function readJsonText(text: string): JsonFile | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const { isWhole, depth } = readAgain(value, text)
    return { value, asWritten: isWhole ? undefined : withoutSpace(text), depth }
  } catch {
    return undefined
  }
}

function readAgain(value: unknown, text: string): { isWhole: boolean; depth: number } {
  let names = 0
  let isExactly = true
  let depth = 0
  let most = 0
  for (const token of tokensOf(text)) {
    if (token === ':') names += 1
    else if (token === '{' || token === '[') most = Math.max(most, ++depth)
    else if (token === '}' || token === ']') depth -= 1
    else if (/^[-\d]/.test(token) && !isExact(token)) isExactly = false
  }
  return { isWhole: isExactly && names === countNames(value), depth: most }
}

/** True for a number that a double holds as it is written: doubles keep 15 significant digits, whatever they are. */
function isExact(written: string): boolean {
  const digits = written
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '')
  const number = Number(written)
  return digits.length <= 15 && Number.isFinite(number) && (number === 0) === (digits === '')
}

function countNames(value: unknown): number {
  let count = 0
  const waiting = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!Array.isArray(next) && !isRecord(next)) continue
    const inner: unknown[] = Object.values(next)
    if (!Array.isArray(next)) count += inner.length
    for (const item of inner) waiting.push(item)
  }
  return count
}

function withoutSpace(text: string): string {
  return [...tokensOf(text)].join('')
}

/** The tokens of a valid JSON text; strings are one token each. */
function* tokensOf(text: string): Generator<string> {
  const token = /[{}[\],:]|[^\s{}[\],:"]+/y
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') {
      const end = endOfString(text, at)
      yield text.slice(at, end)
      at = end
      continue
    }
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    if (found !== undefined) yield found
    at += found?.length ?? 1
  }
}

function endOfString(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}
