import { componentKey } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { forecastChanged } from './forecast-changed.ts'
import { findVanished, forecastDestroyed } from './forecast-destroyed.ts'
import type { ContentFacts } from './forecast-facts.ts'
import { indexContent } from './forecast-facts.ts'
import type { PlanLine } from './plan.ts'
import type { LossQuestion } from './plan-losses.ts'
import type { PlannedComponent } from './planned-component.ts'

/** What happens to each component of the target, before anything was counted. */
export interface ContentForecast {
  /** The gravest first. `comesBack` says nothing yet of what is lost with them. */
  readonly components: readonly PlannedComponent[]
  /** `kind:key` of what the target's solution holds and the release has no longer; `unknown` when its holding could not be read. */
  readonly removed: 'unknown' | readonly string[]
  /** What is to be counted. */
  readonly questions: readonly LossQuestion[]
  readonly lines: readonly PlanLine[]
  readonly blockers: readonly Refusal[]
}

/** Forecasts what the release does to the components of the target: created, changed, hidden, destroyed. The same facts give the same forecast. */
export function forecastContent(facts: ContentFacts): ContentForecast {
  const index = indexContent(facts)
  const isHoldingKnown = facts.own.length === 0 || index.held.length > 0
  const destroyed = forecastDestroyed(index)
  const changed = forecastChanged(index)
  return {
    components: [...destroyed.components, ...changed.components].sort(byGravity),
    removed: isHoldingKnown ? findVanished(index).map(componentKey) : 'unknown',
    questions: destroyed.questions,
    lines: [...destroyed.lines, ...changed.lines, ...(isHoldingKnown ? [] : [unknownHolding(facts)]), ...unseenLines(facts)],
    blockers: [...destroyed.blockers, ...changed.blockers],
  }
}

const gravity: Readonly<Record<PlannedComponent['effect'], number>> = { destroy: 0, hide: 1, change: 2, create: 3 }
const classes = ['destructive', 'behavioural', 'additive', undefined]

function byGravity(a: PlannedComponent, b: PlannedComponent): number {
  return (
    gravity[a.effect] - gravity[b.effect] ||
    classes.indexOf(a.class) - classes.indexOf(b.class) ||
    compareText(a.kind, b.kind) ||
    compareText(a.key, b.key)
  )
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function unknownHolding({ solution }: ContentFacts): PlanLine {
  const message = 'What the installed version holds could not be read, so what an upgrade deletes cannot be told.'
  return { subject: solution, effect: 'delete', message, certainty: 'unknown' }
}

function unseenLines({ target }: ContentFacts): PlanLine[] {
  return target.unseen.map(({ what, why }) => ({
    subject: what,
    effect: 'warn',
    message: `Could not be seen in the target: ${why}`,
    certainty: 'unknown',
  }))
}
