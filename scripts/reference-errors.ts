import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { checkRules } from '#checks'
import type { Page } from './reference.ts'
import { code, table } from './reference-markdown.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export const errorsPage: Page = {
  file: 'errors.md',
  madeFrom: 'the places in src that raise them',
  render: () => {
    const found = findCodes()
    const of = (kind: Raised['kind']): string[][] => rowsOf(found.filter((raised) => raised.kind === kind))
    return [
      '# Codes',
      'Every code that Drover answers with. A *refusal* is a "no" of a rule: nothing broke, and the reasons say what to change. An *error* is something that should have worked. ' +
        '`…` stands for what is filled in. Numbers of checks are explained in [checks.md](checks.md).',
      '## Refusals',
      table(['Code', 'What happened', 'What to do'], of('refusal')),
      `Rules of checks refuse under their own numbers: ${checkRules.map((rule) => code(rule.id)).join(', ')}.`,
      '## Errors',
      table(['Code', 'What happened', 'What to do'], of('error')),
    ].join('\n\n')
  },
}

interface Raised {
  readonly kind: 'refusal' | 'error'
  readonly code: string
  readonly messages: readonly string[]
  readonly hint: string
}

/** Calls of functions, by the function's name. */
type Calls = ReadonlyMap<string, readonly ts.CallExpression[]>

/** Codes are literals where they are raised; the text of the source is the only list that cannot go stale. */
function findCodes(): Raised[] {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('emulator/'))
    .sort()
  const sources = files.map((path) => ts.createSourceFile(path, readFileSync(`${root}src/${path}`, 'utf8'), ts.ScriptTarget.Latest, true))
  const calls = callsIn(sources)
  return sources.flatMap((source) => codesIn(source, calls))
}

function callsIn(sources: readonly ts.SourceFile[]): Calls {
  const calls = new Map<string, ts.CallExpression[]>()
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { text } = node.expression
      calls.set(text, [...(calls.get(text) ?? []), node])
    }
    ts.forEachChild(node, visit)
  }
  for (const source of sources) visit(source)
  return calls
}

function codesIn(source: ts.SourceFile, calls: Calls): Raised[] {
  const raised: Raised[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'refuse') {
      const [first, message, hint] = node.arguments
      if (first !== undefined && ts.isStringLiteralLike(first)) {
        raised.push({ kind: 'refusal', code: first.text, messages: messagesOf(message, calls), hint: textOf(hint) })
      }
    }
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'DroverError') {
      const [first, message, more] = node.arguments ?? []
      if (first !== undefined && ts.isStringLiteralLike(first)) {
        raised.push({ kind: 'error', code: first.text, messages: messagesOf(message, calls), hint: hintIn(more) })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return raised
}

/** What is said; of a function that is handed its message, what its callers say. */
function messagesOf(message: ts.Expression | undefined, calls: Calls): string[] {
  if (message === undefined || !ts.isIdentifier(message)) return [textOf(message)]
  const raiser = ts.findAncestor(message, ts.isFunctionDeclaration)
  const at = raiser?.parameters.findIndex(({ name }) => name.getText() === message.text) ?? -1
  const said = at < 0 ? [] : (calls.get(raiser?.name?.text ?? '') ?? []).map((call) => textOf(call.arguments[at]))
  return said.length === 0 ? [textOf(message)] : said
}

function hintIn(more: ts.Expression | undefined): string {
  if (more === undefined || !ts.isObjectLiteralExpression(more)) return ''
  const hint = more.properties.find((property) => ts.isPropertyAssignment(property) && property.name.getText() === 'hint')
  return hint !== undefined && ts.isPropertyAssignment(hint) ? textOf(hint.initializer) : ''
}

/** The text of a literal or template; what is computed becomes `…`. */
function textOf(node: ts.Expression | undefined): string {
  if (node === undefined) return ''
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('')
  if (ts.isConditionalExpression(node)) return [textOf(node.whenTrue), textOf(node.whenFalse)].filter((text) => text !== '').join(' / ')
  return '…'
}

/** One row a code; a code that several places raise shows each wording once. */
function rowsOf(raised: readonly Raised[]): string[][] {
  const codes = [...new Set(raised.map((one) => one.code))].sort()
  return codes.map((name) => {
    const ones = raised.filter((one) => one.code === name)
    const words = (texts: readonly string[]): string => {
      const said = [...new Set(texts.filter((text) => text !== ''))]
      return (said.length > 1 ? said.filter((text) => text !== '…') : said).join('<br>')
    }
    return [code(name), words(ones.flatMap((one) => one.messages)), words(ones.map((one) => one.hint))]
  })
}
