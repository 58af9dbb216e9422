import { parseLiteral } from './literal.ts'
import { notSupported, syntaxError } from './refuse.ts'
import type { Token } from './tokens.ts'
import { tokenize } from './tokens.ts'

/** Reads the tokens of one expression from left to right. */
export class TokenReader {
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
