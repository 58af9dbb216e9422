import type { ReadinessReply, ReleaseChecklistReply } from '#contract'
import type { Paint } from './paint.ts'

type Item = ReadinessReply['items'][number]

const stateMarks: Readonly<Record<Item['state'], string>> = { proved: '✔ proved  ', attested: '✎ attested', missing: '✖ missing ' }

/** Each item on a line, with what is in the way of it; then the score and what to do next. */
export function readinessText(readiness: ReadinessReply, { paint, isWhole }: { readonly paint: Paint; readonly isWhole: boolean }): string {
  const { items, counts, score, next } = readiness
  const lines = items.map((one) => itemText(one, { paint, isWhole })).join('')
  const sum = `${paint.bold(`${score} of 100`)}: ${counts.proved} proved (counts double), ${counts.attested} attested, ${counts.missing} missing of ${items.length}.`
  const todo = next.slice(0, 3).map(({ item, what }) => `  ${item}  ${what}`)
  return `${lines}\n${sum}\n${todo.length === 0 ? '' : `\nNext:\n${todo.join('\n')}\n`}`
}

function itemText({ item, state, reasons, at }: Item, { paint, isWhole }: { readonly paint: Paint; readonly isWhole: boolean }): string {
  const mark = { proved: paint.green, attested: paint.yellow, missing: paint.red }[state](stateMarks[state])
  const since = at === undefined ? '' : `  (${at.slice(0, 10)})`
  const shown = isWhole || state === 'missing' ? reasons.map(({ subject, message }) => `      ${subject}: ${message}\n`).join('') : ''
  return `${mark}  ${item.id}  ${item.title}${since}\n${shown}`
}

const listNames = {
  'testing-and-approval': 'Testing and approval',
  'rollback-readiness': 'Rollback readiness',
  'post-deployment': 'After the deployment',
} as const

const lineMarks = { done: '✔', open: '○', failed: '✖', 'not-asked': '–' } as const

/** The three lists, and whether each is complete. */
export function checklistText({ lines, complete }: ReleaseChecklistReply, paint: Paint): string {
  // The keys of the names are the names of the lists.
  return (Object.keys(listNames) as (keyof typeof listNames)[])
    .map((list) => {
      const shown = lines.filter((line) => line.list === list).map((line) => lineText(line, paint))
      return `${paint.bold(listNames[list])}${complete[list] ? '' : ' (not complete)'}\n${shown.join('')}`
    })
    .join('\n')
}

function lineText({ id, title, state, reasons }: ReleaseChecklistReply['lines'][number], paint: Paint): string {
  const colour = { done: paint.green, open: paint.yellow, failed: paint.red, 'not-asked': paint.dim }[state]
  const head = `  ${colour(lineMarks[state])} ${title}  ${paint.dim(id)}\n`
  return `${head}${state === 'not-asked' ? '' : reasons.map(({ subject, message }) => `      ${subject}: ${message}\n`).join('')}`
}
