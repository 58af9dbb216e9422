import type { Instant } from '#domain/kernel'
import { accept, toId } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type PeopleHandlers = Pick<
  Handlers,
  | 'askForGrant'
  | 'confirmGrant'
  | 'endGrant'
  | 'loadMe'
  | 'listPeople'
  | 'loadPerson'
  | 'nameDeputy'
  | 'confirmDeputy'
  | 'endDeputy'
  | 'certifyRights'
  | 'foreseeLeaving'
  | 'loadRaci'
>

export function peopleRoutes(engine: Engine): PeopleHandlers {
  return {
    loadMe: async ({ actor }) => {
      const people = await engine.loadActing()
      const person = people.find((one) => one.id === actor)
      return accept({
        id: actor,
        name: person?.name ?? actor,
        roles: person?.roles ?? [],
        isKnown: person !== undefined,
        people: people.map(({ id, name }) => ({ id, name })),
      })
    },
    listPeople: async () => {
      const people = await engine.listPeople()
      return people.ok ? accept({ people: people.value }) : people
    },
    loadPerson: ({ input }) => engine.loadPerson(input.personId),
    nameDeputy: ({ input, actor }) => {
      const { personId, from, until, ...rest } = input
      const start = from === undefined ? {} : { from: instant(from) }
      return engine.nameDeputy({ ...rest, ...start, until: instant(until), absent: personId, actor })
    },
    confirmDeputy: ({ input, actor }) => engine.confirmDeputy({ ...input, actor }),
    endDeputy: ({ input, actor }) => engine.endDeputy({ ...input, actor }),
    askForGrant: ({ input: { personId, until, ...rest }, actor }) =>
      engine.askForGrant({ ...rest, person: personId, until: instant(until), actor }),
    confirmGrant: ({ input, actor }) => engine.confirmGrant({ ...input, actor }),
    endGrant: ({ input, actor }) => engine.endGrant({ ...input, actor }),
    certifyRights: ({ input, actor }) => engine.certifyRights({ ...input, actor }),
    foreseeLeaving: async ({ input }) => {
      const items = await engine.foreseeLeaving(input.personId)
      return items.ok ? accept({ items: items.value }) : items
    },
    loadRaci: async () => accept(await engine.loadRaci()),
  }
}

/** As instants are written everywhere else: in UTC. */
function instant(text: string): Instant {
  return toId<Instant>(new Date(text).toISOString())
}
