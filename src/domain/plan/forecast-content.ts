import { componentKey } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { wordsFor } from './component-words.ts'
import { forecastChanged } from './forecast-changed.ts'
import { findLacking, findVanished, forecastDestroyed } from './forecast-destroyed.ts'
import type { ContentFacts, ContentIndex } from './forecast-facts.ts'
import { indexContent, isListedKind } from './forecast-facts.ts'
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
  const isHoldingKnown = facts.removesNothing === true || canTellHolding(index)
  const destroyed = forecastDestroyed(index)
  const changed = forecastChanged(index)
  return {
    components: [...(isHoldingKnown ? [] : [unknownHolding(facts)]), ...destroyed.components, ...changed.components].sort(byGravity),
    removed: isHoldingKnown ? findVanished(index).map(componentKey) : 'unknown',
    questions: destroyed.questions,
    lines: [...destroyed.lines, ...changed.lines, ...staying(index)],
    blockers: [...destroyed.blockers, ...changed.blockers],
  }
}

/** What an update leaves of the version that it takes the place of: it goes on to act and to hold data. */
function staying(index: ContentIndex): readonly PlanLine[] {
  const left = index.facts.removesNothing === true ? findLacking(index) : []
  if (left.length === 0) return []
  const names = left.slice(0, 5).map((component) => wordsFor(index, component))
  const more = left.length > 5 ? ` and ${left.length - 5} more` : ''
  const message = `An update removes nothing: ${names.join(', ')}${more} stay as they are, with their data, and go on acting.`
  return [{ subject: index.facts.solution, effect: 'leave', message, certainty: 'known' }]
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

/** An installed solution that shows nothing is empty only where everything could be seen and the file of its version says so, too. */
function canTellHolding({ facts, held }: ContentIndex): boolean {
  if (facts.own.length === 0 || held.length > 0) return true
  return facts.target.unseen.length === 0 && facts.installed?.every((component) => !isListedKind(component.kind)) === true
}

/** What nobody can tell counts as populated: its owners cannot let go what they cannot see, so the way stays closed. */
function unknownHolding({ solution }: ContentFacts): PlannedComponent {
  const why = `What ${solution} holds there could not be read. It takes a role that may read the components of solutions, such as System Customizer.`
  return {
    ...{ kind: 'Solution', key: solution, name: solution, table: undefined, effect: 'destroy', certainty: 'unknown', class: undefined },
    message: 'What the installed version holds could not be read, so what an upgrade deletes cannot be told.',
    ...{ includes: 0, winner: undefined, comesBack: 'with-loss', tweakId: undefined },
    losses: [{ kind: 'rows', count: { kind: 'unknown', why } }],
  }
}
