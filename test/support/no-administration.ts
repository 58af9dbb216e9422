import type { Administrations } from '#engine/ports'

/** For work that must never reach the administration of a tenant. */
export const noAdministrations: Administrations = {
  open({ name }) {
    throw new Error(`Nothing here administers ${name}.`)
  },
}
