import { DroverError } from '#domain/kernel'
import type { Administrations } from '#engine/ports'

/** Opens the administration of tenants. */
export function createAdministrations(): Administrations {
  return {
    open({ name }) {
      throw new DroverError('administration.not-configured', `How ${name} is administered is not configured.`, {
        hint: 'Name administrationUrl and platformApiUrl of the environment in drover.yaml, and apply it.',
      })
    },
  }
}
