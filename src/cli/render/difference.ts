import type { SolutionDifference } from '#domain/difference'
import { differenceLines } from '#domain/difference'
import type { Paint } from './paint.ts'

/** A difference for people: what may lose something first, then what acts otherwise, then what is new. */
export function differenceReport(difference: SolutionDifference, paint: Paint): string {
  const lines = differenceLines(difference)
  if (lines.length === 0) return 'Nothing differs.\n'
  return classes
    .map(({ name, title, colour }) => ({ heading: paint[colour](paint.bold(title)), texts: lines.filter((line) => line.class === name) }))
    .filter(({ texts }) => texts.length > 0)
    .map(({ heading, texts }) => `${heading}\n${texts.map(({ text }) => `  ${text}\n`).join('')}`)
    .join('\n')
}

const classes = [
  { name: 'destructive', title: 'Destructive', colour: 'red' },
  { name: 'behavioural', title: 'Behavioural', colour: 'yellow' },
  { name: 'additive', title: 'Additive', colour: 'green' },
] as const
