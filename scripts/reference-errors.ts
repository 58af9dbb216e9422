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
  readonly message: string
  readonly hint: string
}

/** Codes are literals where they are raised; the text of the source is the only list that cannot go stale. */
function findCodes(): Raised[] {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('emulator/'))
    .sort()
  return files.flatMap((path) => {
    const source = ts.createSourceFile(path, readFileSync(`${root}src/${path}`, 'utf8'), ts.ScriptTarget.Latest, true)
    return codesIn(source)
  })
}

function codesIn(source: ts.SourceFile): Raised[] {
  const raised: Raised[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'refuse') {
      const [first, message, hint] = node.arguments
      if (first !== undefined && ts.isStringLiteralLike(first)) {
        raised.push({ kind: 'refusal', code: first.text, message: textOf(message), hint: textOf(hint) })
      }
    }
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'DroverError') {
      const [first, message, more] = node.arguments ?? []
      if (first !== undefined && ts.isStringLiteralLike(first)) {
        raised.push({ kind: 'error', code: first.text, message: textOf(message), hint: hintIn(more) })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return raised
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
    const words = (pick: (one: Raised) => string): string => [...new Set(ones.map(pick).filter((text) => text !== ''))].join('<br>')
    return [code(name), words((one) => one.message), words((one) => one.hint)]
  })
}
