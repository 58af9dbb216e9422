import type { CattleEvent, CattleRecord, NewCattleEvent } from '#domain/rebuild'
import { cattleStream, evolveCattle, unknownCattle } from '#domain/rebuild'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Ledger, Projection } from '#engine/ports'

/** One document an environment. */
export const cattleProjection: Projection = {
  kind: 'cattle',
  id: (event) => (event.stream.startsWith('cattle/') ? event.stream.slice('cattle/'.length) : undefined),
  fold(document, event) {
    const known = document as CattleRecord | undefined
    const before = known ?? unknownCattle(toId<EnvironmentId>(event.stream.slice('cattle/'.length)))
    // The stream is written through its own event types only.
    return evolveCattle(before, event as CattleEvent)
  },
  summarise(document) {
    const { environmentId, creation, removal } = document as CattleRecord
    const isWorking = creation?.state === 'running' || removal?.state === 'running'
    return { environmentId, state: isWorking ? 'working' : 'idle' }
  },
}

/** What the events of an environment's life themselves tell, with the stream version that a decision must still find. */
export async function loadCattleStream(
  ledger: Ledger,
  environmentId: EnvironmentId,
): Promise<{ readonly record: CattleRecord; readonly version: number }> {
  // The stream is written through NewCattleEvent only.
  const events = (await ledger.read(cattleStream(environmentId))) as readonly CattleEvent[]
  return { record: events.reduce(evolveCattle, unknownCattle(environmentId)), version: events.length }
}

/** Appends facts of durable work; a repeated key is a no-op. Tells whether any was new. */
export async function recordCattle(ledger: Ledger, environmentId: EnvironmentId, events: readonly NewCattleEvent[]): Promise<boolean> {
  const appended = await ledger.append({ stream: cattleStream(environmentId), expectedVersion: undefined, actor: 'drover', events })
  return appended.length > 0
}
