import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function peopleRoutes(engine: Engine): Pick<Handlers, 'loadMe'> {
  return {
    loadMe: async ({ actor }) => {
      const people = (await engine.loadConfiguration())?.configuration.people ?? []
      const person = people.find((one) => one.id === actor)
      return accept({
        id: actor,
        name: person?.name ?? actor,
        roles: person?.roles ?? [],
        isKnown: person !== undefined,
        people: people.map(({ id, name }) => ({ id, name })),
      })
    },
  }
}
