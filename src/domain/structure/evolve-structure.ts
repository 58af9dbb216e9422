import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { StructureEvent, StructureRecord } from './structure.ts'

export const noStructureRecord: StructureRecord = { decisions: [], earlier: [], notes: [] }

/** Whether an event of a solution's stream is about its structure. */
export function isStructureEvent(event: { readonly type: string }): event is StructureEvent {
  return event.type === 'structure-decided' || event.type === 'release-noted'
}

export function evolveStructure(record: StructureRecord = noStructureRecord, event: StructureEvent): StructureRecord {
  if (event.type === 'release-noted') {
    const note = { ...event.data, by: toId<PersonId>(event.actor), at: event.at }
    return { ...record, notes: [note, ...record.notes.filter(({ releaseId }) => releaseId !== note.releaseId)] }
  }
  const decision = { ...event.data, by: toId<PersonId>(event.actor), at: event.at }
  const before = record.decisions.filter(({ question }) => question === decision.question)
  const others = record.decisions.filter(({ question }) => question !== decision.question)
  return { ...record, decisions: [...others, decision], earlier: [...before, ...record.earlier] }
}
