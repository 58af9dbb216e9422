import type { ProtectionReply } from '#contract'
import type { Paint } from './paint.ts'
import { timeText } from './words.ts'

/** How many imports that were not ours are shown; the newest ones say enough. */
const shownImports = 5

/** Who and what may change an environment, for people. */
export function protectionText(view: ProtectionReply, paint: Paint): string {
  const { layerPolicy, verdict } = view
  return [
    `${paint.bold('Protection')}  ${verdictMark(view, paint)} ${verdict.message}\n`,
    `  layer policy  ${layerPolicy.kind}: ${layerPolicy.reason}\n`,
    switchedText(view),
    proposalText(view, paint),
    rolesText(view, paint),
    foreignText(view, paint),
    unseenText(view, paint),
  ].join('')
}

/** What switching the block on would break here. */
export function breaksText({ breaks }: ProtectionReply, paint: Paint): string {
  const lines = breaks.map(({ feature, evidence }) => `  ${paint.yellow('!')} ${feature} (${evidence})\n`)
  const text = lines.length === 0 ? '  nothing that is in use here, as far as can be seen\n' : lines.join('')
  return `\n${paint.bold('What the block breaks')}\n${text}`
}

/** That a pet lets changes in is as it was asked for, and still no reason for a green mark. */
function verdictMark({ verdict, isBlocked, environment, layerPolicy }: ProtectionReply, paint: Paint): string {
  switch (verdict.state) {
    case 'holds':
      if (isBlocked === true) return paint.green('✔')
      return environment.careClass === 'pet' && layerPolicy.kind === 'register' ? paint.yellow('!') : '–'
    case 'broken':
      return paint.red('✖')
    case 'unknown':
      return paint.yellow('?')
  }
}

function switchedText({ switched }: ProtectionReply): string {
  if (switched === undefined) return ''
  return `  switched      ${switched.isOn ? 'on' : 'off'} by ${switched.by}, ${timeText(switched.at)}: ${switched.reason}\n`
}

function proposalText({ proposal }: ProtectionReply, paint: Paint): string {
  if (proposal === undefined) return ''
  const { isOn, proposedBy, proposedAt, reason } = proposal
  return paint.yellow(
    `  proposed      to switch it ${isOn ? 'on' : 'off'}, by ${proposedBy}, ${timeText(proposedAt)}: ${reason} (waits for a second person)\n`,
  )
}

/** Developers are plain users in test and production (TOP-18): people are named before applications. */
function rolesText({ powerfulRoles, environment }: ProtectionReply, paint: Paint): string {
  const held = powerfulRoles.filter(({ holders }) => holders.length > 0)
  const lines = held.map(({ name, holders }) => {
    const names = [...holders]
      .sort((a, b) => Number(a.isApplication) - Number(b.isApplication))
      .map((holder) => (holder.isApplication ? `${holder.name} (application)` : paint.yellow(holder.name)))
    return `  ${name}: ${names.join(', ')}\n`
  })
  const people = new Set(held.flatMap(({ holders }) => holders.flatMap((holder) => (holder.isApplication ? [] : [holder.userId]))))
  const isFinding = environment.careClass === 'pet' && people.size > 0
  const finding = isFinding
    ? paint.yellow(
        `  ${people.size === 1 ? 'One person' : `${people.size} people`} can change this pet by hand; developers are plain users here (TOP-18).\n`,
      )
    : ''
  return `\n${paint.bold('Who can change it')}\n${lines.join('') || '  nobody, as far as can be seen\n'}${finding}`
}

function foreignText({ foreignImports, observedAt }: ProtectionReply, paint: Paint): string {
  const head = `\n${paint.bold('Imports that were not ours')}`
  if (observedAt === undefined) return `${head}\n  unknown: it was never observed; run \`drover observe\`\n`
  const when = paint.dim(`  as of ${timeText(observedAt)}`)
  if (foreignImports.length === 0) return `${head}${when}\n  none\n`
  const lines = foreignImports.slice(0, shownImports).map(({ message, certainty, isLate }) => {
    const late = isLate ? paint.dim(' (found late)') : ''
    return `  ${certainty === 'certain' ? paint.red('✖') : paint.yellow('?')} ${message}${late}\n`
  })
  const more = foreignImports.length - shownImports
  return `${head}${when}\n${lines.join('')}${more > 0 ? `  and ${more} more\n` : ''}`
}

function unseenText({ unseen }: ProtectionReply, paint: Paint): string {
  if (unseen.length === 0) return ''
  return `\n${paint.bold('What could not be seen')}\n${unseen.map(({ what, why }) => `  ${paint.yellow('?')} ${what}: ${why}\n`).join('')}`
}
