import type { PromotionId } from '#domain/kernel'
import type { Plan, PlanLine } from '#domain/plan'
import type { Promotion, Rescue } from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'

/** Names in the plan of a recovery what the promotion that it recovers from had saved: it can be written back once its tables are there again. */
export async function offerRescues(
  deps: Pick<EngineDependencies, 'readModel' | 'clock'>,
  plan: Plan,
  of: PromotionId | undefined,
): Promise<Plan> {
  const promotion = of === undefined ? undefined : await deps.readModel.load<Promotion>('promotion', of)
  const kept = (promotion?.rescues ?? []).filter(({ keepUntil }) => Date.parse(keepUntil) > Date.parse(deps.clock.now()))
  return kept.length === 0 ? plan : { ...plan, lines: [...plan.lines, ...kept.map(lineOf)] }
}

function lineOf({ id, items, keepUntil }: Rescue): PlanLine {
  const what = items.map(({ table, rows }) => `${rows.toLocaleString('en-US')} of ${table}`).join(', ')
  const message = `Saved before it was destroyed, and kept until ${keepUntil.slice(0, 10)}: ${what}. Write it back afterwards with: drover rescue restore ${id}`
  return { subject: id, effect: 'leave', message, certainty: 'known' }
}
