import type { Literal } from './literal.ts'
import { parseLiteral, printLiteral } from './literal.ts'
import { notSupported, syntaxError } from './refuse.ts'
import type { Token } from './tokens.ts'
import { tokenize } from './tokens.ts'

export type CompareOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
export type TextFunction = 'contains' | 'startswith' | 'endswith'
/** A column, or a column of the row behind a lookup: ['publisherid', 'uniquename']. */
export type PropertyPath = readonly string[]

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly path: PropertyPath; readonly value: Literal }
  | { readonly kind: 'text'; readonly name: TextFunction; readonly path: PropertyPath; readonly text: string }
  | { readonly kind: 'in'; readonly path: PropertyPath; readonly values: readonly string[] }

const compareOperators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
const textFunctions = ['contains', 'startswith', 'endswith'] as const
const inFunction = 'Microsoft.Dynamics.CRM.In'
const deepest = 100

/** Reads a $filter. What the service refuses is refused with 400, what only this emulator lacks with 501. */
export function parseFilter(text: string): Filter {
  const reader = new Reader(text)
  const filter = readOr(reader, 0)
  if (reader.peek().kind !== 'end') throw reader.unexpected()
  return filter
}

/** The canonical text of a filter: parsing it gives the same filter again. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${printFilter(filter.left)}) ${filter.kind} (${printFilter(filter.right)})`
    case 'not':
      return `not (${printFilter(filter.operand)})`
    case 'compare':
      return `${filter.path.join('/')} ${filter.operator} ${printLiteral(filter.value)}`
    case 'text':
      return `${filter.name}(${filter.path.join('/')},${printLiteral({ type: 'string', value: filter.text })})`
    case 'in':
      return `${inFunction}(PropertyName='${filter.path.join('/')}',PropertyValues=[${filter.values
        .map((value) => printLiteral({ type: 'string', value }))
        .join(',')}])`
  }
}

function readOr(reader: Reader, depth: number): Filter {
  let left = readAnd(reader, depth)
  while (reader.takeWord('or')) left = { kind: 'or', left, right: readAnd(reader, depth) }
  return left
}

function readAnd(reader: Reader, depth: number): Filter {
  let left = readUnary(reader, depth)
  while (reader.takeWord('and')) left = { kind: 'and', left, right: readUnary(reader, depth) }
  return left
}

function readUnary(reader: Reader, depth: number): Filter {
  if (depth > deepest) throw syntaxError(`Recursion depth exceeded allowed limit of '${deepest}'.`)
  if (reader.takeWord('not')) return { kind: 'not', operand: readNegated(reader, depth + 1) }
  if (reader.takeMark('(')) {
    const inner = readOr(reader, depth + 1)
    reader.expectMark(')')
    return inner
  }
  if (reader.isCall()) return readCall(reader)
  return readComparison(reader)
}

// `not` binds tighter than a comparison in OData, so `not a eq 1` would negate a column: the service refuses it too.
function readNegated(reader: Reader, depth: number): Filter {
  const next = reader.peek()
  if (next.text === '(' || next.text === 'not' || reader.isCall()) return readUnary(reader, depth)
  throw syntaxError(`A unary operator with an incompatible type was detected at position ${next.at} in '${reader.text}'.`)
}

function readComparison(reader: Reader): Filter {
  const path = readPath(reader)
  const operatorToken = reader.next()
  const operator = compareOperators.find((name) => name === operatorToken.text)
  if (operator === undefined) throw operatorRefusal(operatorToken, reader)
  return { kind: 'compare', operator, path, value: readLiteral(reader) }
}

function operatorRefusal(token: Token, reader: Reader): Error {
  if (token.text === 'in')
    return syntaxError("The query node In is not supported. Use Microsoft.Dynamics.CRM.In(PropertyName='…',PropertyValues=['…']).")
  if (['add', 'sub', 'mul', 'div', 'mod', 'has'].includes(token.text)) return notSupported(`the operator '${token.text}' in $filter`)
  if (token.text === ':') return notSupported('lambda operators (any, all) in $filter')
  return syntaxError(`Syntax error at position ${token.at} in '${reader.text}'.`)
}

function readCall(reader: Reader): Filter {
  const name = reader.next().text
  reader.expectMark('(')
  const textName = textFunctions.find((known) => known === name)
  if (textName !== undefined) return readTextCall(reader, textName)
  if (name === inFunction) return readInCall(reader)
  throw notSupported(`the function '${name}' in $filter`)
}

function readTextCall(reader: Reader, name: TextFunction): Filter {
  const path = readPath(reader)
  reader.expectMark(',')
  const literal = readLiteral(reader)
  if (literal.type !== 'string')
    throw syntaxError(`No function signature for the function with name '${name}' matches the specified arguments.`)
  reader.expectMark(')')
  return { kind: 'text', name, path, text: literal.value }
}

function readInCall(reader: Reader): Filter {
  const path = readNamedString(reader, 'PropertyName').split('/')
  reader.expectMark(',')
  reader.expectName('PropertyValues')
  reader.expectMark('[')
  const values: string[] = []
  while (!reader.takeMark(']')) {
    if (values.length > 0) reader.expectMark(',')
    const literal = readLiteral(reader)
    if (literal.type !== 'string') throw syntaxError(`The values of ${inFunction} must be quoted strings.`)
    values.push(literal.value)
  }
  reader.expectMark(')')
  return { kind: 'in', path, values }
}

function readNamedString(reader: Reader, name: string): string {
  reader.expectName(name)
  const literal = readLiteral(reader)
  if (literal.type !== 'string') throw syntaxError(`The parameter '${name}' must be a quoted string.`)
  return literal.value
}

function readPath(reader: Reader): string[] {
  const path = [reader.expectWord()]
  while (reader.takeMark('/')) path.push(reader.expectWord())
  if (path.length > 2) throw notSupported(`the property path '${path.join('/')}' in a query (one lookup deep at most)`)
  return path
}

function readLiteral(reader: Reader): Literal {
  const token = reader.next()
  if (token.text.startsWith('@')) throw notSupported(`parameter aliases ('${token.text}') in $filter`)
  const literal = token.kind === 'mark' || token.kind === 'end' ? undefined : parseLiteral(token.text)
  if (literal !== undefined) return literal
  if (token.kind === 'word') throw notSupported(`comparing a column with '${token.text}' in $filter (only constants on the right side)`)
  throw syntaxError(`Expression expected at position ${token.at} in '${reader.text}'.`)
}

class Reader {
  readonly text: string
  private readonly tokens: readonly Token[]
  private position = 0

  constructor(text: string) {
    this.text = text
    this.tokens = tokenize(text)
  }

  peek(ahead = 0): Token {
    // The list always ends with an end token, and nothing reads past it.
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.peek()
    this.position++
    return token
  }

  isCall(): boolean {
    return this.peek().kind === 'word' && this.peek(1).text === '('
  }

  takeWord(word: string): boolean {
    return this.take('word', word)
  }

  takeMark(mark: string): boolean {
    return this.take('mark', mark)
  }

  expectMark(mark: string): void {
    if (!this.takeMark(mark)) throw syntaxError(`'${mark}' expected at position ${this.peek().at} in '${this.text}'.`)
  }

  expectName(name: string): void {
    if (!this.takeWord(name)) throw syntaxError(`The parameter '${name}' is expected at position ${this.peek().at} in '${this.text}'.`)
    this.expectMark('=')
  }

  expectWord(): string {
    const token = this.next()
    if (token.kind !== 'word' || parseLiteral(token.text) !== undefined) throw this.refuseLeftSide(token)
    return token.text
  }

  unexpected(): Error {
    return syntaxError(`Syntax error at position ${this.peek().at} in '${this.text}'.`)
  }

  private refuseLeftSide(token: Token): Error {
    if (token.kind === 'end') return syntaxError(`Expression expected at position ${token.at} in '${this.text}'.`)
    if (parseLiteral(token.text) !== undefined)
      return notSupported(`a constant ('${token.text}') on the left side of a comparison in $filter`)
    return syntaxError(`Syntax error at position ${token.at} in '${this.text}'.`)
  }

  private take(kind: Token['kind'], text: string): boolean {
    const token = this.peek()
    if (token.kind !== kind || token.text !== text) return false
    this.position++
    return true
  }
}
