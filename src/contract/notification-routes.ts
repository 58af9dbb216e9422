import { notificationsSchema } from './replies/notifications.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'

/** Who is told of what outside of Drover. */
export const notificationRoutes = {
  loadNotifications: {
    method: 'GET',
    path: `${apiBase}/notifications`,
    tag: 'people',
    summary: 'Channels that people are told through, and what became of the newest messages',
    description: 'Never their addresses, which are secrets, nor texts: what a message was about stands in the ledger under its sequence.',
    status: 200,
    reply: notificationsSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
