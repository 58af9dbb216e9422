import type { UnmanagedPlanReply } from '#contract'
import { counted } from '#domain/difference'
import type { Paint } from './paint.ts'
import { refusalText } from './refusal.ts'
import { shortDigest } from './words.ts'

type Component = UnmanagedPlanReply['plan']['components'][number]

const headings: readonly (readonly [Component['action'], string])[] = [
  ['conflict', 'Changed on both sides'],
  ['remove', 'Deleted by steps of their own'],
  ['keep', 'Left out of the import, as it is there'],
  ['bring', 'Brought'],
]

/** An unmanaged plan for people, the gravest first. */
export function unmanagedPlanText(view: UnmanagedPlanReply, paint: Paint): string {
  const { environment, solution, plan, wayBack, unseen } = view
  const head = `${paint.bold(`${solution} ${plan.toVersion}`)}, unmanaged → ${environment.name}  (${plan.fromVersion ?? 'not installed'} there)\n`
  const basis = `  ${plan.basis.certainty === 'known' ? ' ' : paint.yellow('?')} ${plan.basis.message}\n`
  const back = wayBack === undefined ? '' : `    way back: ${shortDigest(wayBack)}, the export of what is there now\n`
  const groups = headings.map(([action, heading]) => groupText(plan.components, { action, heading }, paint))
  const rest = `\n${counted(plan.unchanged, 'component')} ${plan.unchanged === 1 ? 'stays as it is' : 'stay as they are'}.\nSteps: ${plan.steps.join(' → ')}\n`
  const untold = unseen.map(({ what, why }) => `  ${paint.yellow('?')} ${what}: ${why}\n`).join('')
  const blockers = plan.blockers.map((blocker) => `\n${refusalText(blocker, paint)}`).join('')
  return `${head}${basis}${back}${groups.join('')}${rest}${untold}${blockers}`
}

function groupText(
  components: readonly Component[],
  { action, heading }: { readonly action: Component['action']; readonly heading: string },
  paint: Paint,
): string {
  const ofAction = components.filter((component) => component.action === action)
  if (ofAction.length === 0) return ''
  const lines = ofAction.map(({ message, certainty }) => `  ${certainty === 'known' ? ' ' : paint.yellow('?')} ${message}\n`)
  return `\n${paint.bold(heading)}\n${lines.join('')}`
}
