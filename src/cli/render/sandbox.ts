import type { RecoveryListReply, RecoveryWorkReply, RestoreSandboxReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { durationText, timeText } from './words.ts'

/** Work on a recovery sandbox: what was done, how long each part took, what it found and what is left to do. */
export function recoveryWorkText(work: RecoveryWorkReply, paint: Paint): string {
  const head = `${paint.bold(work.id)}  ${deedText(work)}: ${stateText(work, paint)}\n`
  const parts = work.parts.map(
    ({ name, note, startedAt, finishedAt }) => `  ${name}  ${durationText(Date.parse(finishedAt) - Date.parse(startedAt))}  ${note}\n`,
  )
  const end = work.note === '' ? '' : `${work.note}\n`
  return `${head}${parts.join('')}${end}${restoredText(work, paint)}${comparedText(work)}${plannedText(work, paint)}`
}

/** What a restore would do, before anybody wants it. */
export function restorePreviewText(
  view: RestoreSandboxReply,
  of: { readonly pet: string; readonly sandbox: string },
  paint: Paint,
): string {
  const label = view.point.label === undefined ? '' : ` (${view.point.label})`
  const lost =
    view.loses === undefined
      ? `${of.sandbox} does not answer: what is in it, and would be lost, cannot be told.`
      : `Everything in ${of.sandbox} is lost: ${view.loses.length} solutions are there, and all of its rows.`
  const group = view.hasSameGroup
    ? ''
    : `${of.sandbox} lets in others than ${of.pet} does; the restore changes that to the people of ${of.pet}.\n`
  const list = view.neutralise.map((line) => `  ${line}\n`).join('')
  const after = `Afterwards it stays in administration mode, with background operations off. To be kept from reaching out:\n${list}`
  return `${paint.bold(`${of.pet} as it was at ${timeText(view.point.at)}${label}`)} into ${of.sandbox}\n${lost}\n${group}${after}Nothing was done. Run it again with --yes and --reason; it takes two people.\n`
}

const dueWords = { 'not-asked': 'not asked', never: 'never rehearsed', 'too-old': 'too old', fresh: 'in time' } as const

/** The ledger of rehearsals, what is due, and work on sandboxes. */
export function recoveriesText({ rehearsals, due, works }: RecoveryListReply, paint: Paint): string {
  const dueTable = table(
    {
      headings: ['SOLUTION', 'TIER', 'REHEARSED WITHIN', 'LAST', 'STATE'],
      rows: due.map(({ solution, tier, within, lastAt, state }) => [
        solution,
        String(tier),
        within === undefined ? 'not asked' : within === 'major' ? 'each major version' : `${within} days`,
        lastAt === undefined ? 'never' : timeText(lastAt),
        state === 'too-old' || state === 'never' ? paint.red(dueWords[state]) : dueWords[state],
      ]),
      whenEmpty: 'No solution goes there.',
    },
    paint,
  )
  const rehearsalTable = table(
    {
      headings: ['REHEARSAL', 'SOLUTION', 'WAY', 'FROM', 'TO', 'AT', 'TOOK', 'OUTCOME'],
      rows: rehearsals.map(({ id, solution, way, from, to, finishedAt, durationMs, outcome }) => [
        ...[id, solution, way, from ?? '–', to ?? '–', timeText(finishedAt), durationText(durationMs)],
        outcome === 'succeeded' ? paint.green(outcome) : paint.red(outcome),
      ]),
      whenEmpty: 'Nothing was rehearsed yet.',
    },
    paint,
  )
  const workTable = table(
    {
      headings: ['WORK', 'WHAT', 'ON', 'ASKED', 'STATE', 'ENDS'],
      rows: works.map((work) => [
        ...[work.id, deedText(work), work.sandboxId, timeText(work.askedAt), stateText(work, paint)],
        work.restored === undefined ? '–' : work.expiredAt === undefined ? timeText(work.restored.endsAt) : paint.red('over'),
      ]),
      whenEmpty: 'No sandbox was used yet.',
    },
    paint,
  )
  return `${dueTable}\n${rehearsalTable}\n${workTable}`
}

function deedText({ deed, environmentId, sandboxId }: RecoveryWorkReply): string {
  if (deed.kind === 'restore') return `${environmentId} as of ${timeText(deed.point.at)} into ${sandboxId}`
  if (deed.kind === 'repair') return `${deed.isDryRun ? 'comparing' : 'repairing'} ${deed.table} of ${environmentId} from ${sandboxId}`
  if (deed.kind === 'repair-components')
    return `${deed.isDryRun ? 'comparing' : 'repairing'} components of ${deed.solution} of ${environmentId} from ${sandboxId}`
  return `rehearsing ${deed.way} of ${deed.solution} on ${sandboxId}`
}

function stateText({ state }: RecoveryWorkReply, paint: Paint): string {
  if (state === 'done') return paint.green(state)
  return state === 'running' || state === 'proposed' ? state : paint.red(state)
}

function restoredText({ restored }: RecoveryWorkReply, paint: Paint): string {
  if (restored === undefined) return ''
  const lines = restored.checklist.map(
    ({ what, state, note }) => `  ${state === 'nothing' ? paint.green('nothing to do') : paint.red(state)}  ${what}: ${note}\n`,
  )
  return `To be seen to before anybody is let in:\n${lines.join('')}It is to be cleared away by ${timeText(restored.endsAt)}.\n`
}

function comparedText({ compared, written }: RecoveryWorkReply): string {
  if (compared === undefined) return ''
  const columns = Object.entries(compared.columns).map(([name, count]) => `  ${name}: ${count}\n`)
  const ids = (what: string, some: readonly string[]): string => (some.length === 0 ? '' : `  ${what}: ${some.join(', ')}\n`)
  const { missing, emptied, differing } = compared.examples
  const next = written?.restoreId === undefined ? '' : `Follow what is written with: drover rescue show ${written.rescueId}\n`
  return `Values by column:\n${columns.join('')}Some of the rows:\n${ids('gone', missing)}${ids('empty values', emptied)}${ids('other values', differing)}${next}`
}

const fateWords = { 'comes-back': '✔ comes back', 'by-release': '? by a release', stays: '✖ stays' } as const

function plannedText({ planned, deed, brought, environmentId, sandboxId }: RecoveryWorkReply, paint: Paint): string {
  if (planned === undefined || deed.kind !== 'repair-components' || brought !== undefined) return ''
  const lines = planned.lines.map(({ component, name, fate, why, way }) => {
    const words = fate === 'comes-back' ? paint.green(fateWords[fate]) : paint.red(fateWords[fate])
    return `  ${words}  ${name} (${component})\n      ${why}\n${way === '' ? '' : `      ${way}\n`}`
  })
  const unseen = planned.unseen.map((what) => `  could not be seen: ${what}\n`)
  const isOffered = deed.isDryRun && planned.lines.some(({ fate }) => fate === 'comes-back')
  const next = isOffered
    ? `To bring back what comes back, two people say: drover recovery repair-components ${environmentId} ${deed.solution} --from ${sandboxId} --yes --reason …\n`
    : ''
  return `${lines.join('')}${unseen.join('')}${next}`
}
