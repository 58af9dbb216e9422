import type { NotificationChannel } from '#domain/pipeline'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { NotificationRecord } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'

/** Who is told of what, and what became of it. */
export interface NotificationsView {
  readonly channels: readonly (Pick<NotificationChannel, 'id' | 'kind' | 'about' | 'for'> & {
    readonly waiting: number
    /** Of those: tried at least once, and not arrived. */
    readonly failing: number
  })[]
  /** The newest first. */
  readonly messages: readonly NotificationRecord[]
}

export interface NotificationCommands {
  loadNotifications(): Promise<Result<NotificationsView>>
}

const newestMessages = 100

export function createNotificationCommands(deps: EngineDependencies): NotificationCommands {
  return {
    loadNotifications: async () => {
      const current = await requireConfiguration(deps)
      if (!current.ok) return current
      const [counts, messages] = await Promise.all([deps.notifications?.count() ?? [], deps.notifications?.list(newestMessages) ?? []])
      const channels = (current.value.configuration.notifications?.channels ?? []).map(({ id, kind, about, for: audience }) => {
        const { waiting = 0, failing = 0 } = counts.find(({ channel }) => channel === id) ?? {}
        return {
          id,
          kind,
          ...(about === undefined ? {} : { about }),
          ...(audience === undefined ? {} : { for: audience }),
          waiting,
          failing,
        }
      })
      return accept({ channels, messages })
    },
  }
}
