import type { CompareOperator, Filter, PropertyPath, TextFunction } from './filter.ts'
import type { Literal } from './literal.ts'
import { parseLiteral } from './literal.ts'
import { queryFunction } from './query-functions.ts'
import { conditionCap } from './limits.ts'
import { notSupported, syntaxError, tooManyConditions } from './refuse.ts'
import { TokenReader } from './token-reader.ts'
import type { Token } from './tokens.ts'

const compareOperators: readonly CompareOperator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']
const textFunctions: readonly TextFunction[] = ['contains', 'startswith', 'endswith']
const deepest = 100

/** Reads a $filter. What the service refuses is refused with 400, what only this emulator lacks with 501. */
export function parseFilter(text: string, aliases: ReadonlyMap<string, string> = new Map()): Filter {
  const reader = new FilterReader(text, aliases)
  const filter = readOr(reader, 0)
  if (reader.peek().kind !== 'end') throw reader.unexpected()
  return filter
}

function readOr(reader: FilterReader, depth: number): Filter {
  let left = readAnd(reader, depth)
  while (reader.takeWord('or')) left = { kind: 'or', left, right: readAnd(reader, depth) }
  return left
}

function readAnd(reader: FilterReader, depth: number): Filter {
  let left = readUnary(reader, depth)
  while (reader.takeWord('and')) left = { kind: 'and', left, right: readUnary(reader, depth) }
  return left
}

function readUnary(reader: FilterReader, depth: number): Filter {
  if (depth > deepest) throw syntaxError(`Recursion depth exceeded allowed limit of '${deepest}'.`)
  if (reader.takeWord('not')) return { kind: 'not', operand: readNegated(reader, depth + 1) }
  if (reader.takeMark('(')) {
    const inner = readOr(reader, depth + 1)
    reader.expectMark(')')
    return inner
  }
  reader.countCondition()
  return reader.isCall() ? readCall(reader) : readComparison(reader, depth)
}

// `not` binds tighter than a comparison in OData, so `not a eq 1` would negate a column: the service refuses it too.
function readNegated(reader: FilterReader, depth: number): Filter {
  const next = reader.peek()
  if (next.text === '(' || next.text === 'not' || reader.isCall() || reader.isLambda()) return readUnary(reader, depth)
  throw syntaxError(`A unary operator with an incompatible type was detected at position ${next.at} in '${reader.text}'.`)
}

function readComparison(reader: FilterReader, depth: number): Filter {
  const path = reader.readPath()
  const quantifier = path.at(-1)
  if ((quantifier === 'any' || quantifier === 'all') && reader.takeMark('('))
    return readLambda(reader, { quantifier, path: reader.withoutVariable(path.slice(0, -1)), depth })
  const operatorToken = reader.next()
  const operator = compareOperators.find((name) => name === operatorToken.text)
  if (operator === undefined) throw operatorRefusal(operatorToken, reader)
  const own = oneLookupDeep(reader.withoutVariable(path))
  if (reader.isColumn()) return { kind: 'columns', operator, path: own, other: oneLookupDeep(reader.withoutVariable(reader.readPath())) }
  return { kind: 'compare', operator, path: own, value: readLiteral(reader) }
}

interface LambdaStart {
  readonly quantifier: 'any' | 'all'
  readonly path: PropertyPath
  readonly depth: number
}

function readLambda(reader: FilterReader, { quantifier, path, depth }: LambdaStart): Filter {
  const [collection = '', ...more] = path
  if (more.length > 0) throw notSupported(`the collection '${path.join('/')}' behind a lookup in $filter`)
  if (quantifier === 'any' && reader.takeMark(')')) return { kind: 'lambda', quantifier, collection, operand: undefined }
  const variable = reader.expectWord()
  reader.expectMark(':')
  const operand = reader.within(variable, () => readOr(reader, depth + 1))
  reader.expectMark(')')
  return { kind: 'lambda', quantifier, collection, operand }
}

function oneLookupDeep(path: PropertyPath): PropertyPath {
  if (path.length > 2) throw notSupported(`the property path '${path.join('/')}' in a query (one lookup deep at most)`)
  return path
}

function operatorRefusal(token: Token, reader: FilterReader): Error {
  if (token.text === 'in')
    return syntaxError("The query node In is not supported. Use Microsoft.Dynamics.CRM.In(PropertyName='…',PropertyValues=['…']).")
  if (['add', 'sub', 'mul', 'div', 'mod', 'has'].includes(token.text)) return notSupported(`the operator '${token.text}' in $filter`)
  return syntaxError(`Syntax error at position ${token.at} in '${reader.text}'.`)
}

function readCall(reader: FilterReader): Filter {
  const name = reader.next().text
  reader.expectMark('(')
  const textName = textFunctions.find((known) => known === name)
  if (textName !== undefined) return readTextCall(reader, textName)
  if (queryFunction(name) !== undefined) return readQueryFunction(reader, name)
  throw notSupported(`the function '${name}' in $filter`)
}

function readTextCall(reader: FilterReader, name: TextFunction): Filter {
  const path = oneLookupDeep(reader.withoutVariable(reader.readPath()))
  reader.expectMark(',')
  const literal = readLiteral(reader)
  if (literal.type !== 'string')
    throw syntaxError(`No function signature for the function with name '${name}' matches the specified arguments.`)
  reader.expectMark(')')
  return { kind: 'text', name, path, text: literal.value }
}

function readQueryFunction(reader: FilterReader, name: string): Filter {
  const path = oneLookupDeep(reader.withoutVariable(readNamedString(reader, 'PropertyName').split('/')))
  const values = readValues(reader, name)
  reader.expectMark(')')
  return { kind: 'function', name, path, values }
}

function readValues(reader: FilterReader, name: string): string[] {
  const kind = queryFunction(name)?.values
  if (kind === 'none') return []
  reader.expectMark(',')
  if (kind === 'one') {
    reader.expectName('PropertyValue')
    return [textOf(readLiteral(reader))]
  }
  reader.expectName('PropertyValues')
  reader.expectMark('[')
  const values: string[] = []
  while (!reader.takeMark(']')) {
    if (values.length > 0) reader.expectMark(',')
    const literal = readLiteral(reader)
    if (literal.type !== 'string') throw syntaxError(`The values of ${name} must be quoted strings.`)
    values.push(literal.value)
  }
  return values
}

function textOf(literal: Literal): string {
  switch (literal.type) {
    case 'null':
      return ''
    case 'number':
    case 'date':
      return literal.text
    case 'string':
    case 'boolean':
    case 'guid':
      return String(literal.value)
  }
}

function readNamedString(reader: FilterReader, name: string): string {
  reader.expectName(name)
  const literal = readLiteral(reader)
  if (literal.type !== 'string') throw syntaxError(`The parameter '${name}' must be a quoted string.`)
  return literal.value
}

function readLiteral(reader: FilterReader): Literal {
  const token = reader.next()
  const literal = token.kind === 'mark' || token.kind === 'end' ? undefined : parseLiteral(reader.resolveAlias(token.text))
  if (literal !== undefined) return literal
  if (token.kind === 'word') throw notSupported(`'${token.text}' in $filter, where a constant was expected`)
  throw syntaxError(`Expression expected at position ${token.at} in '${reader.text}'.`)
}

class FilterReader extends TokenReader {
  private readonly aliases: ReadonlyMap<string, string>
  private variables: readonly string[] = []
  private conditions = 0

  constructor(text: string, aliases: ReadonlyMap<string, string>) {
    super(text)
    this.aliases = aliases
  }

  /** Throws the service's error for a filter with more conditions than it takes. */
  countCondition(): void {
    this.conditions++
    if (this.conditions > conditionCap) throw tooManyConditions()
  }

  readPath(): string[] {
    const path = [this.expectWord()]
    while (this.takeMark('/')) path.push(this.expectWord())
    return path
  }

  /** Whether a column comes next, and no constant and no call. */
  isColumn(): boolean {
    const { kind, text } = this.peek()
    return kind === 'word' && !text.startsWith('@') && parseLiteral(text) === undefined && !this.isCall()
  }

  /** Whether `path/any(` or `path/all(` comes next. */
  isLambda(): boolean {
    let ahead = 0
    while (this.peek(ahead).kind === 'word' && this.peek(ahead + 1).text === '/') ahead += 2
    return ['any', 'all'].includes(this.peek(ahead).text) && this.peek(ahead + 1).text === '('
  }

  /** Reads the inside of a lambda operator, where paths begin with its variable. */
  within<T>(variable: string, read: () => T): T {
    const outer = this.variables
    this.variables = [...outer, variable]
    const result = read()
    this.variables = outer
    return result
  }

  /** The path from the row that the innermost lambda operator stands for. */
  withoutVariable(path: PropertyPath): PropertyPath {
    const variable = this.variables.at(-1)
    if (variable === undefined) return path
    if (path[0] === variable) return path.slice(1)
    throw notSupported(`'${path.join('/')}' inside a lambda operator (paths begin with its variable '${variable}' there)`)
  }

  resolveAlias(text: string): string {
    if (!text.startsWith('@')) return text
    const value = this.aliases.get(text)
    if (value === undefined) throw syntaxError(`The parameter alias '${text}' has no value in the query string.`)
    return value
  }
}
