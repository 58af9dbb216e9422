import type { Fact } from '#domain/difference'

/** Attributes that say how a form looks and nothing of what it shows. */
const layout: ReadonlySet<string> = new Set([
  ...['width', 'height', 'auto', 'rowspan', 'colspan', 'columns', 'verticallayout', 'headerdensity', 'maxWidth'],
  ...[
    'celllabelalignment',
    'celllabelposition',
    'labelwidth',
    'showlabel',
    'showbar',
    'expanded',
    'addedby',
    'IsUserDefined',
    'locklevel',
    'ordinalvalue',
  ],
])

/** The facts of a form, with the mark of those that are of interest together: how it is laid out, and settings of its fields. */
export function withLayoutMarked(facts: readonly Fact[]): Fact[] {
  return facts.map((fact): Fact => {
    if (fact.sum !== undefined || fact.shape === 'item') return fact
    const [, attribute] = /\/@(\w+)$/.exec(fact.path) ?? []
    if (attribute !== undefined && layout.has(attribute)) return { ...fact, sum: 'layout', subject: subjectOf(fact) }
    if (attribute === 'solutionaction') return { ...fact, sum: 'mark', subject: subjectOf(fact) }
    if (/\/control(\[\d+\])?\/parameters\//.test(fact.path)) return { ...fact, sum: 'field settings', subject: subjectOf(fact) }
    return fact
  })
}

/** "section Details: show label" → "section Details". */
function subjectOf({ words }: Fact): string {
  const at = words.indexOf(': ')
  return at < 0 ? 'the form' : words.slice(0, at)
}
