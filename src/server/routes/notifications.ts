import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function notificationRoutes(engine: Engine): Pick<Handlers, 'loadNotifications'> {
  return { loadNotifications: () => engine.loadNotifications() }
}
