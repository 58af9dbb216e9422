import { syntaxError } from './refuse.ts'

export interface Token {
  readonly kind: 'string' | 'value' | 'word' | 'mark' | 'end'
  readonly text: string
  readonly at: number
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['string', /'(?:[^']|'')*'/y],
  ['value', /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\w-])/y],
  ['value', /\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?(?![\w-])/y],
  ['value', /-?\d+(\.\d+)?([eE][+-]?\d+)?(?![\w-])/y],
  ['word', /[A-Za-z_@$][\w.]*/y],
  ['mark', /[(),/[\]=:;*]/y],
]

/** Splits an expression; white space separates, everything else must be known. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token)
    at += token.text.length
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) return { kind, text: match[0], at }
  }
  if (text.charAt(at) === "'") throw syntaxError(`There is an unterminated string literal at position ${text.length} in '${text}'.`)
  throw syntaxError(`Syntax error: character '${text.charAt(at)}' is not valid at position ${at} in '${text}'.`)
}
