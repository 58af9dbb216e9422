import type { EnvironmentRecordReply, ObservationReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { shortDigest, timeText } from './words.ts'

type Finding = ObservationReply['firstLook']['findings'][number]

/** How many of one sort are named before the rest is only counted. */
const shownOfEach = 10

const originWords: Readonly<Record<ObservationReply['solutions'][number]['origin'], string>> = {
  ours: 'ours',
  'other-team': 'another team',
  vendor: 'vendor',
  microsoft: 'Microsoft',
  platform: 'platform',
  'by-hand': 'by hand',
  drover: 'Drover',
  unknown: 'unknown',
}

const findingHeads: Readonly<Record<Finding['kind'], string>> = {
  orphaned: 'Orphaned: nobody carries it any more',
  undeployable: 'Undeployable: no managed deployment brings or takes it',
  unowned: 'Unowned: nobody is named who answers for it',
}

const ruleWords: Readonly<Record<string, string>> = {
  'empty-row': 'rows that change nothing',
  bookkeeping: 'bookkeeping of the platform',
  'variable-value': 'values of environment variables',
  binding: 'connections that were chosen here',
  'fallback-form': 'forms that the platform wrote',
}

/** What was seen of an environment, for people. */
export function observationText(view: ObservationReply, { isWhole }: { readonly isWhole: boolean }, paint: Paint): string {
  return [
    `${paint.bold(view.environmentId)}  seen ${timeText(view.observedAt)}, platform ${view.platformVersion}\n`,
    paint.dim(`  ${shortDigest(view.digest)}, ${costText(view)}\n`),
    `\n${solutionsText(view, isWhole, paint)}`,
    `\n${componentsText(view, paint)}`,
    surroundingsText(view, paint),
    ...(['orphaned', 'undeployable', 'unowned'] as const).map((kind) => findingsText(view, { kind, isWhole }, paint)),
    unseenText(view, paint),
  ].join('')
}

function costText({ cost }: ObservationReply): string {
  const reused = cost.reusedParts === 0 ? '' : `, ${cost.reusedParts} parts still good from an earlier look`
  return `${cost.requests} requests${reused}`
}

/** Those of Microsoft and of the platform are only counted: they are what every environment has. */
function solutionsText({ solutions }: ObservationReply, isWhole: boolean, paint: Paint): string {
  const shown = solutions.filter(({ origin }) => isWhole || (origin !== 'microsoft' && origin !== 'platform'))
  const rows = shown.map((solution) => [
    solution.uniqueName,
    solution.version,
    solution.isManaged ? 'managed' : paint.yellow('unmanaged'),
    originWords[solution.origin] + (solution.certainty === 'assumed' ? '?' : ''),
    solution.changedBy ?? '–',
    solution.changedAt === undefined ? '–' : timeText(solution.changedAt),
  ])
  const headings = ['SOLUTION', 'VERSION', 'KIND', 'WHOSE', 'LAST CHANGED BY', 'AT']
  const others = solutions.length - shown.length
  const rest = others === 0 ? '' : paint.dim(`and ${others} more, of Microsoft and the platform: --all names them\n`)
  return table({ headings, rows, whenEmpty: 'No solutions but those of the platform.' }, paint) + rest
}

function componentsText({ firstLook }: ObservationReply, paint: Paint): string {
  const { activeRows, components } = firstLook
  const harmless = Object.entries(activeRows.harmless).map(([rule, count]) => `  ${count} ${ruleWords[rule] ?? rule}\n`)
  const unread = activeRows.unread === 0 ? '' : paint.yellow(`  ${activeRows.unread} that could not be read: they may be changes\n`)
  return [
    `${paint.bold('Components')}  ${countsText(components) || 'none'}\n`,
    `${paint.bold('Unmanaged layers')}  ${activeRows.all} rows\n`,
    ...harmless,
    activeRows.changes === 0 ? '' : paint.yellow(`  ${activeRows.changes} changes by hand on managed components\n`),
    activeRows.ownWork === 0 ? '' : `  ${activeRows.ownWork} components that were made here\n`,
    unread,
  ].join('')
}

function countsText(counts: ObservationReply['firstLook']['components']): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([origin, count]) => `${count} ${ruleOf(origin)}`)
    .join(', ')
}

function ruleOf(origin: string): string {
  // Counts are by origin: the schema has no other keys.
  return originWords[origin as keyof typeof originWords]
}

function surroundingsText({ flows, blocksUnmanaged, dataPolicies, unpublished }: ObservationReply, paint: Paint): string {
  const block = blocksUnmanaged === undefined ? paint.yellow('cannot be told') : blocksUnmanaged ? 'blocked' : 'allowed'
  const policies = dataPolicies.length === 0 ? '' : `${paint.bold('Data policies')}  ${dataPolicies.join(', ')}\n`
  const edits = unpublished.length === 0 ? '' : `${paint.bold('Not published')}  ${unpublished.join(', ')}\n`
  return [
    `${paint.bold('Flows')}  ${flows.all}: ${flows.on} on, ${flows.off} off, ${flows.suspended} suspended\n`,
    `${paint.bold('Changes by hand')}  ${block}\n`,
    policies,
    edits,
  ].join('')
}

function findingsText(
  { firstLook }: ObservationReply,
  { kind, isWhole }: { readonly kind: Finding['kind']; readonly isWhole: boolean },
  paint: Paint,
): string {
  const findings = firstLook.findings.filter((finding) => finding.kind === kind)
  if (findings.length === 0) return ''
  const shown = isWhole ? findings : findings.slice(0, shownOfEach)
  const lines = shown.map(({ message, advice }) => `  ${paint.yellow('!')} ${message}\n    ${paint.dim(advice)}\n`)
  const more = findings.length - shown.length
  return `\n${paint.bold(findingHeads[kind])} (${findings.length})\n${lines.join('')}${more === 0 ? '' : `  and ${more} more: --all names them\n`}`
}

function unseenText({ unseen }: ObservationReply, paint: Paint): string {
  if (unseen.length === 0) return ''
  return `\n${paint.bold('What could not be seen')}\n${unseen.map(({ what, why }) => `  ${paint.yellow('?')} ${what}: ${why}\n`).join('')}`
}

/** What was accepted as known good, for people. */
export function baselineText({ environmentId, baseline }: EnvironmentRecordReply, paint: Paint): string {
  if (baseline === undefined) return `${environmentId} has no baseline.\n`
  const { observation, observedAt, acceptedBy, comment, deviations, solutions } = baseline
  return [
    `${paint.green('✔')} ${environmentId} is known good as it was seen ${timeText(observedAt)} (${shortDigest(observation)}).\n`,
    `  ${Object.keys(solutions).length} solutions, ${Object.keys(deviations).length} deviations that are known\n`,
    `  accepted by ${acceptedBy}: ${comment}\n`,
  ].join('')
}
