import type { PlanReply } from '#contract'
import { counted, nounOf } from '#domain/difference'
import type { Paint } from './paint.ts'
import { refusalText } from './refusal.ts'
import { timeText } from './words.ts'

type PlannedComponent = PlanReply['content'][number]
type Loss = PlannedComponent['losses'][number]

/** A plan for somebody who is no developer: first what forbids it, then what is destroyed, with how much, and last what is only new. */
export function planText(plan: PlanReply, paint: Paint, { isWhole = false }: { readonly isWhole?: boolean } = {}): string {
  const from = plan.fromVersion === undefined ? 'not installed' : plan.fromVersion
  const head = `${paint.bold('Plan')}  ${plan.mode}, ${from} → ${plan.toVersion}: ${plan.modeReason}\n`
  const parts = [
    plan.blockers.map((blocker) => refusalText(blocker, paint)).join(''),
    contentText(plan, 'destroy', { paint, isWhole: true }),
    rescueText(plan, paint),
    contentText(plan, 'hide', { paint, isWhole: true }),
    contentText(plan, 'change', { paint, isWhole }),
    contentText(plan, 'create', { paint, isWhole }),
    linesText(plan, paint),
    unseenText(plan, paint),
  ]
  return head + parts.filter((part) => part !== '').join('')
}

const titles: Readonly<Record<PlannedComponent['effect'], string>> = {
  destroy: 'Is destroyed',
  hide: 'Will not show',
  change: 'Changes',
  create: 'Is new',
}

/** What nobody has to look at one by one is counted beyond this many. */
const mostListed = 10

function contentText(
  { content }: PlanReply,
  effect: PlannedComponent['effect'],
  { paint, isWhole }: { readonly paint: Paint; readonly isWhole: boolean },
): string {
  const all = content.filter((component) => component.effect === effect)
  if (all.length === 0) return ''
  // The gravest are first, and what may cost data is never only counted.
  const grave = all.filter((component) => component.class === 'destructive').length
  const shown = isWhole ? all : all.slice(0, Math.max(mostListed, grave))
  const rest = all.slice(shown.length)
  const more = rest.length === 0 ? '' : `    and ${countedByKind(rest)}; --all lists them\n`
  const heading = `${effect === 'destroy' ? paint.red(titles[effect]) : paint.bold(titles[effect])}\n`
  return heading + shown.map((component) => componentText(component, paint)).join('') + more
}

function componentText(component: PlannedComponent, paint: Paint): string {
  const losses = component.losses.filter(isTold).map((loss) => `      ${lossText(loss, paint)}\n`)
  const tweak = component.tweakId === undefined ? '' : `      Touches the registered tweak ${component.tweakId}.\n`
  const back = component.effect === 'create' || component.comesBack === 'yes' ? '' : `      ${comesBackTexts[component.comesBack]}\n`
  return `  ${markOf(component, paint)} ${component.message}${sureness(component.certainty, paint)}\n${losses.join('')}${tweak}${back}`
}

function markOf({ effect, certainty, class: grade }: PlannedComponent, paint: Paint): string {
  if (effect === 'destroy') return paint.red('✖')
  if (effect === 'hide' || certainty === 'unknown' || grade === 'destructive') return paint.yellow('!')
  return effect === 'create' ? '+' : '~'
}

function sureness(certainty: PlannedComponent['certainty'], paint: Paint): string {
  return certainty === 'known' ? '' : paint.yellow(` (${certainty})`)
}

const comesBackTexts: Readonly<Record<'with-loss' | 'never', string>> = {
  'with-loss': 'An earlier release brings the definition back, and not all of what is lost with it.',
  never: 'This cannot be taken back by an earlier release.',
}

/** That exactly nothing is lost of what few know needs no line; rows and values are always told. */
function isTold({ kind, count }: Loss): boolean {
  return kind === 'rows' || kind === 'values' || !(count.kind === 'exact' && count.n === 0)
}

function lossText({ kind, count }: Loss, paint: Paint): string {
  if (count.kind === 'unknown') return paint.yellow(`${lossNouns[kind]}: unknown: ${count.why}`)
  const amount = `${count.kind === 'exact' ? '' : 'at least '}${count.n.toLocaleString('en-US')}`
  const how = count.kind === 'exact' ? `exact, ${count.method}` : count.method
  return `${lossNouns[kind]}: ${paint.bold(amount)} (${how}, as of ${timeText(count.asOf)})`
}

const lossNouns: Readonly<Record<Loss['kind'], string>> = {
  rows: 'rows that go',
  values: 'values that go',
  links: 'links between rows that go',
  'role-assignments': 'people and teams that lose the role',
  'column-security': 'permissions on secured columns that go',
  'process-instances': 'process runs that go',
  'variable-value': 'values of the variable that go',
  sharing: 'shares with people that go',
  'run-history': 'runs in the history that go',
}

/** What hangs on rows, by the platform's table that it is in. */
const hangingWords: Readonly<Record<string, string>> = {
  annotation: 'the notes on rows',
  activityparty: 'the party lists of rows',
  principalobjectaccess: 'the shares of rows',
}

function rescueText({ rescue, saferWay }: PlanReply, paint: Paint): string {
  const saved = rescue.map(({ table, columns, relationship, regarding, contents }) => {
    if (contents === true)
      return `files and images of ${columns === undefined ? table : columns.map((name) => `${table}.${name}`).join(', ')}`
    if (regarding !== undefined) return `${hangingWords[table] ?? table} of ${regarding}`
    if (relationship !== undefined) return `the links of ${relationship}`
    return columns === undefined ? `all rows of ${table}` : `${table}: ${columns.join(', ')}`
  })
  const first = saved.length === 0 ? '' : `  Saved before: ${saved.join('; ')}.\n`
  const way = saferWay.map((step) => `    ${step}\n`).join('')
  return first + (way === '' ? '' : `  ${paint.bold('Without losing anything:')}\n${way}`)
}

/** What the target needs besides; the unsure first. */
function linesText({ lines }: PlanReply, paint: Paint): string {
  const sorted = [...lines.filter((line) => line.certainty !== 'known'), ...lines.filter((line) => line.certainty === 'known')]
  if (sorted.length === 0) return ''
  const told = sorted
    .map(
      (line) =>
        `  ${line.certainty === 'known' ? ' ' : paint.yellow('?')} ${line.effect === 'warn' ? '' : `${line.effect} `}${line.subject}: ${line.message}${sureness(line.certainty, paint)}\n`,
    )
    .join('')
  return `${paint.bold('Besides')}\n${told}`
}

function unseenText({ unseen }: PlanReply, paint: Paint): string {
  if (unseen.length === 0) return ''
  return `${paint.bold('What could not be seen')}\n${unseen.map(({ what, why }) => `  ${paint.yellow('?')} ${what}: ${why}\n`).join('')}`
}

function countedByKind(components: readonly PlannedComponent[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of components) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => counted(count, `more ${nounOf(kind)}`)).join(', ')
}
