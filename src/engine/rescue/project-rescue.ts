import type { LedgerEvent } from '#domain/kernel'
import type { Promotion, Rescue } from '#domain/promotion'
import type { Projection } from '#engine/ports'
import type { RescueEvent, RescueRecord } from './events.ts'
import { beginRescue, evolveRescue, stateOfRescue } from './events.ts'

/** One document a rescue: begun by the promotion that saved it, moved on by its own stream. */
export const rescueProjection: Projection = {
  kind: 'rescue',
  id(event) {
    if (event.type === 'rescue-saved') return rescueIn(event).id
    return event.stream.startsWith('rescue/') ? event.stream.slice('rescue/'.length) : undefined
  },
  fold(document, event, folded) {
    // Each stream is written through its own event types only, and a promotion has been folded before its rescue.
    if (event.type === 'rescue-saved') return beginRescue(rescueIn(event), folded('promotion') as Promotion)
    return evolveRescue(document as RescueRecord | undefined, event as RescueEvent)
  },
  summarise(document) {
    const record = document as RescueRecord
    return { state: stateOfRescue(record), environmentId: record.environmentId, rescueId: record.rescue.id }
  },
}

function rescueIn(event: Pick<LedgerEvent, 'data'>): Rescue {
  return (event.data as { readonly rescue: Rescue }).rescue
}
