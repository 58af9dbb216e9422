import type { ClassCounts, DifferenceLine, SolutionDifference } from '#domain/difference'
import { countClasses, differenceLines, differenceOverview } from '#domain/difference'
import type { Paint } from './paint.ts'

// What fits one screen needs no overview.
const overviewFrom = 40

/** A difference for people: an overview when it is long, then what may lose something, what acts otherwise, and what is new. */
export function differenceReport(difference: SolutionDifference, paint: Paint): string {
  const lines = differenceLines(difference)
  if (lines.length === 0) return 'Nothing differs.\n'
  const blocks = [
    ...(lines.length < overviewFrom ? [] : [overview(difference, paint)]),
    ...classes
      .map(({ name, title, colour }) => ({ heading: paint[colour](paint.bold(title)), texts: lines.filter((line) => line.class === name) }))
      .filter(({ texts }) => texts.length > 0)
      .map(({ heading, texts }) => `${heading}\n${texts.map((line) => `  ${lineText(line, paint)}\n`).join('')}`),
    ...(lines.every(({ untold }) => untold === 0) ? [] : [paint.dim('Not every change is told above: --json has them all.\n')]),
  ]
  return blocks.join('\n')
}

const classes = [
  { name: 'destructive', title: 'Destructive', colour: 'red' },
  { name: 'behavioural', title: 'Behavioural', colour: 'yellow' },
  { name: 'additive', title: 'Additive', colour: 'green' },
] as const

function lineText({ text, reason }: DifferenceLine, paint: Paint): string {
  return reason === undefined ? text : `${text} ${paint.dim(`(${reason})`)}`
}

function overview(difference: SolutionDifference, paint: Paint): string {
  const parts = differenceOverview(difference).map(({ text, counts }) => {
    const lost = counts.destructive === 0 ? '' : ` ${paint.red(`[${counts.destructive} destructive]`)}`
    return `  ${text}${lost}\n`
  })
  return `${paint.bold('Overview')}: ${totals(countClasses(difference))}\n${parts.join('')}`
}

function totals(counts: ClassCounts): string {
  return classes
    .filter(({ name }) => counts[name] > 0)
    .map(({ name }) => `${counts[name]} ${name}`)
    .join(', ')
}
