import { toId } from '#domain/kernel'
import type { PersonId } from '#domain/kernel'
import type { TierEvent, TierRecord } from './tier.ts'

export const noTierRecord: TierRecord = {
  answers: [],
  earlierAnswers: [],
  reading: undefined,
  proposal: undefined,
  decision: undefined,
  word: undefined,
  history: [],
}

/** Whether an event of a solution's stream is about its tier. */
export function isTierEvent(event: { readonly type: string }): event is TierEvent {
  return types.has(event.type)
}

const types: ReadonlySet<string> = new Set<TierEvent['type']>([
  'tier-answered',
  'tier-read',
  'tier-proposed',
  'tier-decision-proposed',
  'tier-decided',
])

export function evolveTier(record: TierRecord = noTierRecord, event: TierEvent): TierRecord {
  const by = toId<PersonId>(event.actor)
  const { at } = event
  switch (event.type) {
    case 'tier-answered': {
      const before = record.answers.filter(({ question }) => question === event.data.question)
      const others = record.answers.filter(({ question }) => question !== event.data.question)
      return { ...record, answers: [...others, { ...event.data, by, at }], earlierAnswers: [...before, ...record.earlierAnswers] }
    }
    case 'tier-read':
      return { ...record, reading: { ...event.data, at } }
    case 'tier-proposed': {
      const { answers: _answers, ...short } = { ...event.data.proposal, at }
      const history = [{ kind: 'proposed' as const, proposal: short }, ...record.history]
      return { ...record, proposal: { ...event.data.proposal, at }, decision: undefined, word: undefined, history }
    }
    case 'tier-decision-proposed':
      return { ...record, word: { ...event.data, by, at } }
    case 'tier-decided': {
      const decision = { ...event.data, by, at }
      return { ...record, decision, word: undefined, history: [{ kind: 'decided', decision }, ...record.history] }
    }
  }
}
