import type { Instant } from '#domain/kernel'
import { errorMessage, toId } from '#domain/kernel'
import type { Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { Messenger, NotificationStore } from '#engine/ports'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { collectFor } from './collect.ts'
import { deliverTo } from './deliver.ts'
import { recordDeadlines } from './record-deadlines.ts'

/** What telling people needs of the world. */
export type NotifierDependencies = Pick<
  EngineDependencies,
  'ledger' | 'readModel' | 'clock' | 'policy' | 'log' | 'directory' | 'hashing' | 'tokenUses'
> & { readonly notifications: NotificationStore; readonly messenger: Messenger }

/** How often time that ran out is looked for, and what is old is cleared away. */
const lookEveryMs = 60_000

/**
 * Gives the work that tells people outside of what stands in the ledger, to be repeated. It has a loop of its own: an address that does not
 * answer holds up nothing but its channel. What was read and what is due stand in the database, so a killed process loses nothing, and what
 * it had sent already goes out again under the same id at the most.
 */
export function createNotifier(deps: NotifierDependencies): () => Promise<void> {
  let lookedAt = Number.NEGATIVE_INFINITY
  return async () => {
    const current = await loadConfiguration(deps)
    const channels = current?.configuration.notifications?.channels ?? []
    if (current === undefined || channels.length === 0) return
    const { configuration } = current
    const policy = applyOverride(deps.policy, configuration.policy)
    const now = Date.parse(deps.clock.now())
    if (now - lookedAt >= lookEveryMs) {
      await recordDeadlines(deps, { configuration, policy })
      await deps.notifications.prune(keptSince(now, policy))
      lookedAt = now
    }
    const head = (await deps.ledger.readHead())?.sequence ?? 0
    await Promise.all(
      channels.map(async (channel) => {
        try {
          await collectFor(deps, channel, { configuration, policy, head })
          await deliverTo(deps, channel, { configuration, policy })
        } catch (error) {
          deps.log.warn('A channel could not be served; it will be tried again', { channel: channel.id, error: errorMessage(error) })
        }
      }),
    )
  }
}

function keptSince(now: number, { notifications }: Policy): Instant {
  return toId<Instant>(new Date(now - notifications.keptDays.value * 86_400_000).toISOString())
}
