import type { NewPersonEvent } from '#domain/approval'
import type { PersonId } from '#domain/kernel'
import type { GrantScope, TimedGrant } from '#domain/people'
import { isService } from '#domain/people'
import type { Notice, NoticeFacts } from './notice.ts'
import { holders, namesOf, ownersOf, placeName, timeIn } from './words-of-notice.ts'
import type { Teller } from './write-notice.ts'

type Told<Type extends NewPersonEvent['type']> = Extract<NewPersonEvent, { readonly type: Type }>['data']
type Granted = Pick<TimedGrant, 'person' | 'role' | keyof GrantScope>

// Entries of these types are written by the records of people alone, which is what the casts below say.
export const rightsTellers = {
  'grant-asked': (event, facts) => {
    const { grant } = event.data as Told<'grant-asked'>
    const { configuration } = facts
    return about(facts, grant, {
      topic: 'decision-wanted',
      title: `${namesOf(configuration, [grant.person])} is to be ${roleText(facts, grant)} until ${timeIn(configuration, grant.until)}`,
      text: `${namesOf(configuration, [event.actor])} asks for it: ${grant.reason} A second platform-admin confirms it: drover people confirm ${grant.person} ${grant.id}`,
      people: holders(configuration, ['platform-admin']).filter((id) => id !== grant.askedBy && id !== grant.person),
    })
  },
  'grant-confirmed': (event, facts) => {
    const { grant } = event.data as Told<'grant-confirmed'>
    return about(facts, grant, {
      topic: 'role-granted',
      title: `${namesOf(facts.configuration, [grant.person])} is ${roleText(facts, grant)} until ${timeIn(facts.configuration, grant.until)}`,
      text: `${namesOf(facts.configuration, [event.actor])} confirmed it. It ends by itself.`,
    })
  },
  'grant-ended': (event, facts) => {
    const { grant } = event.data as Told<'grant-ended'>
    return ended(facts, grant, `${namesOf(facts.configuration, [event.actor])} ended it before its time.`)
  },
} as const satisfies Readonly<Record<string, Teller>>

export function tellOfEndedGrant(grant: Granted, facts: NoticeFacts): Notice {
  return ended(facts, grant, 'Its time is over, and nothing that it was needed for is accepted any more.')
}

export function tellOfCertification(person: PersonId, facts: NoticeFacts): Notice | undefined {
  const { configuration } = facts
  if (!configuration.people.some(({ id }) => id === person) || isService(configuration.people, person)) return undefined
  return about(
    facts,
    { person },
    {
      topic: 'certification-due',
      title: `The privileged roles of ${namesOf(configuration, [person])} are to be certified again`,
      text: `Another platform-admin says whether they are still needed: drover people certify ${person} --comment "…". Without that they open no gate after the days that policy gives each tier.`,
      people: holders(configuration, ['platform-admin']).filter((id) => id !== person),
    },
  )
}

function ended(facts: NoticeFacts, granted: Granted, text: string): Notice {
  const title = `${namesOf(facts.configuration, [granted.person])} is no longer ${roleText(facts, granted)}`
  return about(facts, granted, { topic: 'role-granted', title, text })
}

/** For the person, and whoever answers for the place that it is about: without one, the platform-admins. */
function about(
  { configuration }: NoticeFacts,
  { person, environment, solution }: { readonly person: PersonId } & GrantScope,
  told: Pick<Notice, 'topic' | 'title' | 'text'> & { readonly people?: readonly PersonId[] },
): Notice {
  const owners = environment === undefined && solution === undefined ? [] : ownersOf(configuration, { environment, solution })
  const others = told.people ?? (owners.length > 0 ? owners : holders(configuration, ['platform-admin']))
  return { gates: [], path: '/people', environmentId: environment, solution, ...told, people: [...new Set([person, ...others])] }
}

function roleText({ configuration }: NoticeFacts, { role, environment, pipeline, solution }: Omit<Granted, 'person'>): string {
  const places = [environment === undefined ? undefined : placeName(configuration, environment), pipeline, solution]
  const where = places.filter((place) => place !== undefined).join(', ')
  return where === '' ? role : `${role} for ${where}`
}
