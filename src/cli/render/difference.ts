import type { ChangeClass, SolutionDifference } from '#domain/difference'
import { differenceText } from '#domain/difference'
import type { Paint } from './paint.ts'

/** A difference for people: what may lose something first, then what acts otherwise, then what is new. */
export function differenceReport(difference: SolutionDifference, paint: Paint): string {
  if (difference.components.length === 0) return 'Nothing differs.\n'
  return classes
    .map(({ name, title, colour }) => ({ heading: paint[colour](paint.bold(title)), lines: differenceText(ofClass(difference, name)) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ heading, lines }) => `${heading}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n')
}

const classes = [
  { name: 'destructive', title: 'Destructive', colour: 'red' },
  { name: 'behavioural', title: 'Behavioural', colour: 'yellow' },
  { name: 'additive', title: 'Additive', colour: 'green' },
] as const

/** A component that changed in several ways is told under each class with the facts of that class. */
function ofClass({ components }: SolutionDifference, wanted: ChangeClass): SolutionDifference {
  return {
    components: components.flatMap((component) => {
      if (component.change !== 'changed') return component.class === wanted ? [component] : []
      const facts = component.facts.filter((fact) => fact.class === wanted)
      return facts.length === 0 ? [] : [{ ...component, facts }]
    }),
  }
}
