import type { PolicyTestPageReply, PolicyViewReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'

type Value = PolicyViewReply['values'][number]

/** Values by the part of the policy that they stand in, each with where it comes from. */
export function policyText(
  view: PolicyViewReply,
  { paint, tell }: { readonly paint: Paint; readonly tell: (value: unknown) => string },
): string {
  const parts = [...new Set(view.values.map(partOf))]
  const body = parts.map((part) => {
    const values = view.values.filter((value) => partOf(value) === part)
    return `${paint.bold(part)}\n${values.map((value) => valueText(value, { paint, tell })).join('')}`
  })
  return `${paint.bold(`Policy ${view.version}`)}\n\n${body.join('\n') || 'The configuration changes nothing of the shipped policy.\n'}`
}

function partOf({ path }: Value): string {
  const [first = '', second = ''] = path.split('.')
  return first === 'tiers' ? `tiers.${second}` : first
}

function valueText(value: Value, { paint, tell }: { readonly paint: Paint; readonly tell: (value: unknown) => string }): string {
  const unit = value.unit === undefined || value.value === null ? '' : ` ${value.unit}`
  const changed = value.shipped === undefined ? '' : paint.yellow(` (shipped: ${tell(value.shipped.value)})`)
  return `  ${value.path}: ${tell(value.value)}${unit}${changed}\n    ${paint.dim(`${value.status}: ${value.source}`)}\n`
}

/** What another policy would have stopped, delayed and let pass, and what cannot be told. */
export function policyTestText(
  { promotions, sums, version }: Pick<PolicyTestPageReply, 'promotions' | 'sums' | 'version'>,
  paint: Paint,
): string {
  const { outcomes } = sums
  const rows = promotions.map(({ promotionId, solution, tier, stageId, outcome, hours, reasons, unknown }) => [
    promotionId,
    solution,
    String(tier),
    stageId,
    outcome,
    hours === 0 ? '' : daysText(hours),
    [...reasons, ...unknown].map(({ subject, message }) => `${subject}: ${message}`).join(' '),
  ])
  const listed = table(
    {
      headings: ['PROMOTION', 'SOLUTION', 'TIER', 'STAGE', 'WOULD HAVE', 'BY', 'WHY'],
      rows,
      whenEmpty: 'Every promotion that began would have gone as it went.',
    },
    paint,
  )
  const tiers = Object.entries(sums.tiers).map(
    ([tier, of]) =>
      `  Tier ${tier}: ${of.promotions} ${of.promotions === 1 ? 'promotion' : 'promotions'}, ${of.stopped} stopped, ${daysText(of.delayHours)} of delay\n`,
  )
  return [
    `${listed}\n${paint.bold(`${sums.promotions} ${sums.promotions === 1 ? 'promotion' : 'promotions'} against ${version}`)}: ${outcomes.stopped} stopped, ${outcomes.longer} held up longer (${daysText(sums.delayHours)}), `,
    `${outcomes.sooner} passed sooner (${daysText(sums.savedHours)}), ${outcomes.same} the same, ${outcomes.unknown} unknown, ${outcomes['never-began']} never began.\n`,
    ...tiers,
  ].join('')
}

function daysText(hours: number): string {
  if (hours === 0) return '0 h'
  return hours < 48 ? `${Math.round(hours * 10) / 10} h` : `${Math.round((hours / 24) * 10) / 10} days`
}
