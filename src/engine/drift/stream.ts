import type { EnvironmentEvent, EnvironmentRecord, NewEnvironmentEvent } from '#domain/drift'
import { environmentStream, evolveEnvironment } from '#domain/drift'
import type { Ledger } from '#engine/ports'

/** What the events of an environment themselves tell, with the stream version that a decision must still find. */
export async function loadEnvironmentStream(
  ledger: Ledger,
  lane: string,
): Promise<{ readonly record: EnvironmentRecord | undefined; readonly version: number }> {
  // The stream is written only through NewEnvironmentEvent, or by events that the fold leaves alone.
  const events = (await ledger.read(environmentStream(lane))) as readonly EnvironmentEvent[]
  return { record: events.reduce<EnvironmentRecord | undefined>(evolveEnvironment, undefined), version: events.length }
}

/** Appends facts of durable work; a repeated key is a no-op. Tells whether any was new. */
export async function recordFacts(ledger: Ledger, lane: string, events: readonly NewEnvironmentEvent[]): Promise<boolean> {
  const appended = await ledger.append({ stream: environmentStream(lane), expectedVersion: undefined, actor: 'drover', events })
  return appended.length > 0
}
