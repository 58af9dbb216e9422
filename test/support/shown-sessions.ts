import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** A command that a document shows, and what it says that is printed. */
export interface Shown {
  readonly document: string
  readonly command: string
  readonly output: string
}

/** The commands of a document's `console` blocks together with what they print, in its order. */
export function shownIn(document: string): Shown[] {
  const blocks = [...readFileSync(join(root, document), 'utf8').matchAll(/```console\n([^]*?)```/g)].map((match) => match[1] ?? '')
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((session) => ({ document, command: session.split('\n')[0] ?? '', output: session.slice(session.indexOf('\n') + 1) }))
}

/** What is printed may have more where the document has "…": a line of it stands for any lines, and inside of a line for any text. */
export function patternOf(output: string): RegExp {
  const lines = linesOf(output).map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?'
    return `${line
      .split('…')
      .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}\\n`
  })
  return new RegExp(`^${lines.join('')}$`)
}

export function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '')
}
