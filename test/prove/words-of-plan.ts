import type { Plan, PlannedComponent } from '#domain/plan'

/** What a plan was about, in a few words for the tally. */
export function wordsOfPlan(plan: Plan, isIn: boolean): readonly string[] {
  const codes = [...new Set(plan.blockers.map(({ code }) => code))]
  const ends = isIn ? [`${plan.mode} went in`] : [`${plan.mode} was refused`, ...codes.map((code) => `forecast refusal: ${code}`)]
  const unclear = isIn || codes.length > 0 ? [] : ['forecast refusal: may be refused']
  const closed = plan.lines.some(({ message }) => message.startsWith('It takes nothing new of this kind'))
    ? ['forecast: adds to a closed table']
    : []
  return [...new Set([...ends, ...unclear, ...closed, ...plan.content.flatMap(wordsOfComponent)])]
}

function wordsOfComponent({ kind, effect, certainty, winner, losses, message }: PlannedComponent): readonly string[] {
  const by = winner === undefined ? '' : winner === 'Active' ? ' under work by hand' : ' under another layer'
  const counts = losses.flatMap(({ kind: what, count }) => (count.kind === 'exact' && count.n > 0 ? [`loss: ${what}`] : []))
  return [
    `forecast: ${effect}`,
    `forecast: ${effect} ${kind}, ${certainty}${by}`,
    ...(message.includes('left it behind') ? ['forecast: destroy what an update left behind'] : []),
    ...(message.includes('by hand goes too') ? ['forecast: destroy work by hand'] : []),
    ...counts,
  ]
}
