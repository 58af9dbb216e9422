import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Clock } from '#engine/ports'

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => toId<Instant>(new Date().toISOString()),
}
