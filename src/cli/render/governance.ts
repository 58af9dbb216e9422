import type { CompletionViewReply, StructureViewReply, TierViewReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { timeText } from './words.ts'

type Weighed = TierViewReply['assessment']['answers'][number]

/** The tier of a solution for people: what it is, each answer with its weight, and what to do. */
export function tierText(view: TierViewReply, paint: Paint): string {
  const { assessment, hold, release } = view
  const { tier, score, open, why, answers } = assessment
  const least = open > 0 ? `at least Tier ${tier}, ${open} ${open === 1 ? 'question' : 'questions'} open` : `Tier ${tier}`
  const lines = [
    `${paint.bold(view.solution)}  Tier ${view.configured} in drover.yaml${hold === undefined ? '' : paint.yellow(`, held to Tier ${hold.tier}`)}`,
    `  what is known gives ${least} (score ${score}; ${thresholdsText(view)})`,
    ...why.map((reason) => `    ${reason}`),
    `  read of    ${release === undefined ? 'no release yet' : `${release.version}  ${release.releaseId}`}`,
    ...holdLines(view, paint),
  ]
  return `${lines.join('\n')}\n\n${answersText(answers, paint)}${openText(view)}${historyText(view)}`
}

function thresholdsText({ thresholds }: TierViewReply): string {
  return `Tier 2 from ${thresholds[2]}, 3 from ${thresholds[3]}, 4 from ${thresholds[4]}`
}

function holdLines({ hold, word, next, assessment, inForce }: TierViewReply, paint: Paint): readonly string[] {
  if (hold === undefined)
    return assessment.tier > inForce
      ? [paint.yellow(`  Tier ${assessment.tier} is proposed at the next release, and held to from then on.`)]
      : []
  const decided =
    hold.decided === undefined
      ? 'nobody has decided yet'
      : `decided${hold.decided.until === undefined ? '' : ` until ${timeText(hold.decided.until)}`}`
  return [
    paint.yellow(`  held       to Tier ${hold.tier} since ${timeText(hold.since)}, ${decided}`),
    ...hold.why.map((reason) => `    ${reason}`),
    ...(word === undefined ? [] : [`  waits      ${word.by} would keep Tier ${word.tier}: ${word.reason}; it takes a second person`]),
    ...(next === undefined ? [] : [`  next       ${next}`]),
  ]
}

function answersText(answers: readonly Weighed[], paint: Paint): string {
  const rows = answers.map(({ question, from, said, weight, floor, evidence }) => [
    question,
    from === 'unknown' ? paint.yellow('unknown') : from,
    weight === 0 && floor === undefined ? '' : `+${weight}${floor === undefined || floor === 1 ? '' : `, Tier ${floor}`}`,
    said,
    shown(evidence),
  ])
  return table({ headings: ['QUESTION', 'FROM', 'WEIGHS', 'ANSWER', 'SHOWN BY'], rows, whenEmpty: 'No questions.' }, paint)
}

function shown(evidence: readonly string[]): string {
  const [first, second, ...rest] = evidence
  return [first, second, rest.length === 0 ? undefined : `and ${rest.length} more`].filter((text) => text !== undefined).join(', ')
}

function openText({ assessment, questions, solution }: TierViewReply): string {
  const open = assessment.answers.filter(({ from, isForOwner }) => from === 'unknown' && isForOwner)
  if (open.length === 0) return ''
  const lines = open.map(({ question, text }) => {
    const answers = questions.find(({ id }) => id === question)?.answers.map(({ answer }) => answer) ?? []
    return `  ${text}\n    drover tier answer ${solution} ${question} ${answers.join('|')}`
  })
  return `\nOpen, for its owner:\n${lines.join('\n')}\n`
}

function historyText({ history }: TierViewReply): string {
  if (history.length === 0) return ''
  const lines = history.map((entry) =>
    entry.kind === 'proposed'
      ? `  ${timeText(entry.proposal.at)}  Tier ${entry.proposal.tier} was proposed with ${entry.proposal.version} (it was ${entry.proposal.configured})`
      : `  ${timeText(entry.decision.at)}  Tier ${entry.decision.tier} by ${[entry.decision.proposedBy, entry.decision.by].filter((id) => id !== undefined).join(' and ')}${entry.decision.until === undefined ? '' : ` until ${timeText(entry.decision.until)}`}: ${entry.decision.reason}`,
  )
  return `\nHistory:\n${lines.join('\n')}\n`
}

/** What was decided on the structure of a solution, and what is there. */
export function structureText({ solution, tier, structure, environments }: StructureViewReply, paint: Paint): string {
  const lines = structure.flatMap(({ question, text, answers, decision, isDemanded, seen, deviations }) => [
    `${paint.bold(question)}  ${text}`,
    decision === undefined
      ? `  ${isDemanded ? paint.yellow('undecided') : 'undecided (not demanded at this tier)'}: ${answers.join(' | ')}`
      : `  ${decision.answer}, by ${decision.by} ${timeText(decision.at)}: ${decision.reason}`,
    ...seen.map((one) => `  ${paint.green('✔')} ${one}`),
    ...deviations.map((one) => `  ${paint.red('✘')} ${one}`),
  ])
  const rows = environments.map(({ environment, shouldBeManaged, isManaged, why }) => [
    environment,
    shouldBeManaged ? 'managed' : 'need not be',
    managedText({ shouldBeManaged, isManaged }, paint),
    why.join(' '),
  ])
  const guide = table({ headings: ['ENVIRONMENT', 'SHOULD BE', 'IS', 'WHY'], rows, whenEmpty: 'No environments.' }, paint)
  const strays = environments.flatMap(({ deviation }) => (deviation === undefined ? [] : [`\n${paint.red('✘')} ${deviation}`]))
  return `${paint.bold(solution)}  Tier ${tier}\n${lines.join('\n')}\n\n${guide}${strays.join('')}`
}

function managedText(
  { shouldBeManaged, isManaged }: { readonly shouldBeManaged: boolean; readonly isManaged?: boolean | undefined },
  paint: Paint,
): string {
  if (isManaged === undefined) return paint.dim('not told')
  const text = isManaged ? 'managed' : 'not managed'
  return shouldBeManaged && !isManaged ? paint.red(text) : text
}

/** "Solution complete", item by item. */
export function completionText({ solution, tier, release, isComplete, items }: CompletionViewReply, paint: Paint): string {
  const lines = items.flatMap(({ text, state, isAdvice, by, next }) => [
    `  ${markOf(state, isAdvice, paint)} ${text}: ${by}`,
    ...(next === undefined ? [] : [`      ${next}`]),
  ])
  const missing = items.filter((item) => item.state === 'missing' && !item.isAdvice).length
  const end = isComplete ? paint.green('It is complete.') : paint.red(`${missing} ${missing === 1 ? 'item is' : 'items are'} missing.`)
  const of = release === undefined ? 'no release yet' : `release ${release.version}`
  return `${paint.bold(solution)}  Tier ${tier}, ${of}\n${lines.join('\n')}\n${end}\n`
}

function markOf(state: CompletionViewReply['items'][number]['state'], isAdvice: boolean, paint: Paint): string {
  if (state === 'proved') return paint.green('proved  ')
  if (state === 'attested') return paint.yellow('attested')
  return isAdvice ? paint.dim('advised ') : paint.red('missing ')
}
