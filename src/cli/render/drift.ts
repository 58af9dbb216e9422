import type { DriftReply, RevertProposalReply } from '#contract'
import { counted } from '#domain/difference'
import { signalText } from '#domain/drift'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { timeText } from './words.ts'

type Deviation = NonNullable<DriftReply['assessment']>['deviations'][number]
type Disposition = DriftReply['record']['dispositions'][string]

/** How an environment stands: what needs a word first, what is only named last. */
export function driftText(view: DriftReply, paint: Paint): string {
  const { environment, assessment, record } = view
  const unseen = assessment?.unseen ?? []
  const signals = view.solutions.map(
    ({ solution, version, open }) => `${solution} ${signalText({ version, openChanges: open, isPartlySeen: unseen.length > 0 })}`,
  )
  const head = `${paint.bold(environment.name)}  ${signals.join(', ')}\n`
  if (assessment === undefined) return `${head}It was never looked at. Look with: drover drift ${environment.id}\n`
  const { byDesign } = assessment
  const kept = byDesign === 0 ? '' : `; ${counted(byDesign, 'difference')} by design ${byDesign === 1 ? 'is' : 'are'} not listed`
  const seen = `seen ${timeText(record.observed?.at ?? assessment.observedAt)}${kept}\n\n`
  const groups = groupTitles.flatMap(([kind, title]) => groupText(view, { kind, title }, paint))
  const nothing = groups.length === 0 ? `${nothingText(unseen.length > 0, paint)}\n` : ''
  return (
    head +
    seen +
    nothing +
    groups.join('\n') +
    requestsText(view, paint) +
    leftoversText(view, paint) +
    leftBehindText(assessment, paint) +
    unseenText(unseen, paint)
  )
}

function nothingText(isPartlySeen: boolean, paint: Paint): string {
  if (isPartlySeen) return paint.yellow('Nothing that could be seen differs from what is expected, and not all could be seen.')
  return paint.green('Nothing differs from what is expected.')
}

type ChangeRequest = NonNullable<DriftReply['record']['changeRequests']>[number]

function waitingRequests({ record }: DriftReply): readonly ChangeRequest[] {
  return (record.changeRequests ?? []).filter(({ ended }) => ended === undefined)
}

/** Who has to act, and where. */
function requestsText(view: DriftReply, paint: Paint): string {
  const waiting = waitingRequests(view)
  if (waiting.length === 0) return ''
  const lines = waiting.map(
    (request) =>
      `  ${request.title}\n    ${paint.dim(request.id)}  ${turnText(request)}, since ${timeText(request.openedAt)}\n${request.pullFailure === undefined ? '' : `    ${paint.yellow('!')} ${request.pullFailure}\n`}`,
  )
  return `\n${paint.bold(`Change requests that wait (${waiting.length})`)}\n${lines.join('')}`
}

function turnText({ owner, branch, pull }: ChangeRequest): string {
  if (pull === undefined) return `${owner} reviews and merges the branch ${branch}`
  return pull.state === 'merged' ? `merged, the next release carries it: ${pull.url}` : `${owner} decides at ${pull.url}`
}

/** They say nothing of their own, and hide what the next release says. */
function leftoversText({ environment, assessment }: DriftReply, paint: Paint): string {
  const leftovers = assessment?.leftovers ?? []
  if (leftovers.length === 0) return ''
  const lines = leftovers.map(
    ({ id, subject }) =>
      `  ${subject.name}: its release is deployed. Remove the layer with: drover drift revert ${environment.id} ${id} --reason "It came back by a release"\n`,
  )
  return `\n${paint.bold(`Left over from adopted changes (${leftovers.length}): would hide what the next release changes there`)}\n${lines.join('')}`
}

/** Nobody has to say anything of it: it goes with the next upgrade that has it not. */
function leftBehindText({ leftBehind = [] }: NonNullable<DriftReply['assessment']>, paint: Paint): string {
  if (leftBehind.length === 0) return ''
  const lines = leftBehind.map(
    ({ kind, name, table, solution }) => `  ${kind} ${table === undefined ? '' : `${table}.`}${name} of ${solution}
`,
  )
  return `\n${paint.bold(`Left behind by a release that was gone back from (${leftBehind.length}): still there, and still acting`)}\n${lines.join('')}`
}

function unseenText(unseen: NonNullable<NonNullable<DriftReply['assessment']>['unseen']>, paint: Paint): string {
  if (unseen.length === 0) return ''
  const lines = unseen.map(({ what, why }) => `  ${paint.yellow('?')} ${what}: ${why}\n`)
  return `\n${paint.bold('What could not be seen, so that more may differ')}\n${lines.join('')}`
}

const groupTitles: readonly (readonly [Deviation['class'], string])[] = [
  ['broken', 'Not as it was deployed'],
  ['unregistered', 'Changed by hand, and nobody has said yet what shall become of it'],
  ['tweak', 'Registered tweaks'],
  ['foreign-solution', 'Not brought by a release'],
]

function groupText(view: DriftReply, group: { readonly kind: Deviation['class']; readonly title: string }, paint: Paint): string[] {
  const found = (view.assessment?.deviations ?? []).filter((deviation) => deviation.class === group.kind)
  if (found.length === 0) return []
  return [`${paint.bold(`${group.title} (${found.length})`)}\n${found.map((deviation) => deviationText(view, deviation, paint)).join('')}`]
}

function deviationText(view: DriftReply, deviation: Deviation, paint: Paint): string {
  const by = [deviation.who?.name, deviation.when === undefined ? undefined : timeText(deviation.when)].filter((part) => part !== undefined)
  const lines = [
    `${deviation.message}${by.length === 0 ? '' : ` (${by.join(', ')})`}`,
    `${paint.dim(deviation.id)}${deviation.changed.length === 0 ? '' : paint.dim(`  changed: ${deviation.changed.join(', ')}`)}`,
    reasonText(view, deviation),
    dispositionText(view.record.dispositions[deviation.id]),
  ]
  return lines.flatMap((line, at) => (line === '' ? [] : [`${at === 0 ? '  ' : '    '}${line}\n`])).join('')
}

function reasonText(view: DriftReply, deviation: Deviation): string {
  if (deviation.class === 'foreign-solution') return ''
  if (view.overdue.includes(deviation.id))
    return `${deviation.reason} Unregistered since ${timeText(deviation.since)}, longer than the ${view.overdueAfterDays} days that policy allows (PET-08).`
  const tweak = view.record.tweaks.find(({ id }) => id === deviation.tweakId)
  return tweak === undefined
    ? deviation.reason
    : `${tweak.owner} answers for it until ${timeText(tweak.expiresAt)}, then: ${tweak.decision}. ${tweak.reason}`
}

function dispositionText(disposition: Disposition | undefined): string {
  if (disposition === undefined) return ''
  const note = disposition.note === '' ? '' : ` ${disposition.note}`
  if (disposition.kind === 'revert') {
    if (disposition.state === 'proposed') return `${disposition.by} asks for its revert; a second person confirms it.${note}`
    return `Revert: ${disposition.state}.${note}`
  }
  if (disposition.state === 'proposed' && disposition.branch !== undefined) return `Proposed on branch ${disposition.branch}.${note}`
  return `Adoption: ${disposition.state}.${note}`
}

/** What a revert would do, for the person who asks and the one who confirms. */
export function revertText({ view, plan }: RevertProposalReply, deviation: string, paint: Paint): string {
  const lines = (plan?.lines ?? []).map((line) => `  ${line}\n`).join('')
  const next = `A second person confirms it with: drover drift revert ${view.environment.id} ${deviation} --confirm\n`
  return `${paint.bold('What the revert does')}\n${lines}\n${next}`
}

export function tweaksText(environments: readonly DriftReply[], paint: Paint): string {
  const rows = environments.flatMap((view) =>
    view.record.tweaks
      .filter(({ endedAt }) => endedAt === undefined)
      .map((tweak) => [
        view.environment.id,
        tweak.name,
        tweak.solution ?? '–',
        tweak.owner,
        timeText(tweak.expiresAt),
        tweak.decision,
        tweak.reason,
      ]),
  )
  const tweaks = table(
    { headings: ['ENVIRONMENT', 'WHAT', 'SOLUTION', 'OWNER', 'UNTIL', 'THEN', 'WHY'], rows, whenEmpty: 'No tweaks are registered.' },
    paint,
  )
  const requests = environments.flatMap((view) =>
    waitingRequests(view).map((request) => [
      view.environment.id,
      request.id,
      request.solution,
      request.owner,
      timeText(request.openedAt),
      turnText(request),
    ]),
  )
  if (requests.length === 0) return tweaks
  const headings = ['ENVIRONMENT', 'CHANGE REQUEST', 'SOLUTION', 'WAITS FOR', 'SINCE', 'WHAT IS TO BE DONE']
  return `${tweaks}\n${table({ headings, rows: requests, whenEmpty: '' }, paint)}`
}
