import type { Plan } from './plan.ts'
import type { PlanFacts, PlanPart } from './plan-facts.ts'
import { losesData, planRescue, planSaferWay, planUnsaved, withCounts } from './plan-losses.ts'
import type { PlannedComponent } from './planned-component.ts'

/** What the plan says of the target's components. */
export interface ContentPart extends PlanPart, Pick<Plan, 'rescue' | 'watched' | 'saferWay' | 'unseen' | 'fingerprint'> {
  readonly components: readonly PlannedComponent[]
  /** What the other questions of the plan take from it. */
  readonly known: Partial<Pick<PlanFacts, 'removedComponents' | 'losesData'>>
}

/** The forecast with its counts: what is lost, what is saved before, and how it is done without losing anything. */
export function planContent({ content, release }: PlanFacts): ContentPart {
  if (content === undefined) return notRead(release.solution)
  const { forecast, counts, unseen, fingerprint } = content
  const components = withCounts(forecast.components, forecast.questions, counts)
  const saved = planRescue(components, forecast.questions)
  return {
    components,
    lines: [...forecast.lines, ...planUnsaved(components, saved.rescue, forecast.questions)],
    blockers: forecast.blockers,
    ...saved,
    saferWay: planSaferWay(components),
    unseen,
    fingerprint,
    known: { removedComponents: forecast.removed, ...(forecast.removed === 'unknown' ? {} : { losesData: losesData(components) }) },
  }
}

function notRead(solution: string): ContentPart {
  const message = 'The components of the target were not read, so what becomes of them cannot be told.'
  return {
    components: [],
    lines: [{ subject: solution, effect: 'warn', message, certainty: 'unknown' }],
    blockers: [],
    rescue: [],
    saferWay: [],
    unseen: [],
    fingerprint: '',
    known: {},
  }
}
