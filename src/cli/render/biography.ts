import type { BiographyEntryReply, RestorePointsReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { timeText } from './words.ts'

const kindWords: Readonly<Record<BiographyEntryReply['kind'], string>> = {
  release: 'release',
  recovery: 'recovery',
  hotfix: 'hotfix',
  emergency: 'emergency',
  baseline: 'baseline',
  tweak: 'tweak',
  incident: 'incident',
  'restore-point': 'restore point',
  rehearsal: 'rehearsal',
  restore: 'restore',
  repair: 'repair',
  hold: 'hold',
  protection: 'protection',
}

/** What happened to an environment, newest first, a line each. */
export function biographyText(entries: readonly BiographyEntryReply[], paint: Paint): string {
  if (entries.length === 0) return 'Nothing is known to have happened to it yet.\n'
  return entries.map((entry) => entryText(entry, paint)).join('')
}

function entryText(entry: BiographyEntryReply, paint: Paint): string {
  const kind = kindWords[entry.kind].padEnd(13)
  const painted = entry.isFailure === true ? paint.red(kind) : kind
  return `  ${timeText(entry.at)}  ${painted}  ${entry.text}${endText(entry, paint)}${whoText(entry)}\n`
}

function endText({ kind, expiresAt, isExpired }: BiographyEntryReply, paint: Paint): string {
  if (expiresAt === undefined) return ''
  if (kind === 'restore-point') return isExpired === true ? paint.yellow(' Expired.') : ` Kept until ${timeText(expiresAt)}.`
  return isExpired === true ? '' : ` Holds until ${timeText(expiresAt)}.`
}

function whoText({ by, approvedBy = [] }: BiographyEntryReply): string {
  const who = by.length === 0 ? '' : `by ${by.join(' and ')}`
  const approved = approvedBy.length === 0 ? '' : `approved by ${approvedBy.join(' and ')}`
  const said = [who, approved].filter((part) => part !== '').join(', ')
  return said === '' ? '' : ` (${said})`
}

const stateWords = { kept: 'kept', expired: 'expired', gone: 'gone from the platform' } as const

/** Restore points, and what they are. */
export function restorePointsText({ environment, restorePoints }: RestorePointsReply, paint: Paint): string {
  const listed = table(
    {
      headings: ['REWINDS TO', 'KEPT UNTIL', 'STATE', 'WHOSE', 'LABEL', 'WHY'],
      rows: restorePoints.map((point) => [
        timeText(point.rewindsTo),
        timeText(point.expiresAt),
        point.state === 'kept' ? stateWords.kept : paint.yellow(stateWords[point.state]),
        point.isOurs ? 'Drover' : 'others',
        point.label,
        point.why,
      ]),
      whenEmpty: `The platform has no restore point of ${environment.name} that somebody asked for.`,
    },
    paint,
  )
  return restorePoints.length === 0 ? listed : `${listed}${whatTheyAre}\n`
}

const whatTheyAre =
  "A restore point is a time stamp: restoring it rewinds everybody's rows since then, into a sandbox and never onto production. It opens no gate."
