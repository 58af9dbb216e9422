import type { NewRebuildEvent, RebuildEvent, RebuildRecord } from '#domain/rebuild'
import { evolveRebuild, rebuildStream } from '#domain/rebuild'
import type { Ledger, Projection } from '#engine/ports'

/** One document a rebuild. */
export const rebuildProjection: Projection = {
  kind: 'rebuild',
  id: (event) => (event.stream.startsWith('rebuild/') ? event.stream.slice('rebuild/'.length) : undefined),
  // The stream is written through its own event types only.
  fold: (document, event) => evolveRebuild(document as RebuildRecord | undefined, event as RebuildEvent),
  summarise(document) {
    const { id, environmentId, lane, status } = document as RebuildRecord
    return { rebuildId: id, environmentId, lane, state: status.state }
  },
}

/** What the events of a rebuild themselves tell, with the stream version that a decision must still find. */
export async function loadRebuildStream(
  ledger: Ledger,
  rebuildId: string,
): Promise<{ readonly record: RebuildRecord | undefined; readonly version: number }> {
  // The stream is written through NewRebuildEvent only.
  const events = (await ledger.read(rebuildStream(rebuildId))) as readonly RebuildEvent[]
  return { record: events.reduce<RebuildRecord | undefined>(evolveRebuild, undefined), version: events.length }
}

/** Appends facts of the durable work; a repeated key is a no-op. Tells whether any was new. */
export async function recordRebuild(ledger: Ledger, rebuildId: string, events: readonly NewRebuildEvent[]): Promise<boolean> {
  const appended = await ledger.append({ stream: rebuildStream(rebuildId), expectedVersion: undefined, actor: 'drover', events })
  return appended.length > 0
}
