import type { EnvironmentId, LedgerEvent, PersonId } from '#domain/kernel'
import { expandPeople } from '#domain/people'
import { isPeopleGate } from '#domain/pipeline'
import type { RecoveryEvent } from '#domain/recovery'
import type { TierEvent } from '#domain/tier'
import type { TrainEvent } from '#domain/train'
import type { WaiverEvent } from '#domain/waiver'
import { describeWaived } from '#domain/waiver'
import type { Notice, NoticeFacts } from './notice.ts'
import { unique } from './tell-of-promotion.ts'
import { holders, namesOf, ownersOf, placeName, timeIn } from './words-of-notice.ts'
import type { Teller } from './write-notice.ts'

type Told<Events, T extends string> = Extract<Events, { readonly type: T }>

// Entries of each of these types are written by one concept alone, which is what the casts below say.
export const requestTellers = {
  'train-requested': (event, facts) => {
    const { start, requests } = (event as Told<TrainEvent, 'train-requested'>).data
    const gates = requests.flatMap((request) => request.gates.filter(isPeopleGate))
    if (gates.length === 0) return undefined
    const people = unique(gates.flatMap((gate) => expandPeople(gate, facts.configuration.groups)))
    return {
      topic: 'decision-wanted',
      title: `The train ${start.name} of ${start.members.length} solutions asks to go into ${placeName(facts.configuration, start.environmentId)}`,
      text: `${who(event, facts)} asked for it: ${start.members.map(({ solution, version }) => `${solution} ${version}`).join(', ')}. One word counts for all of them.`,
      people: unique([...people, start.requestedBy]),
      gates: unique(gates.map(({ kind }) => kind)),
      environmentId: start.environmentId,
      path: '/',
    }
  },
  'waiver-requested': (event, facts) => {
    const { request } = (event as Told<WaiverEvent, 'waiver-requested'>).data
    const { waivers } = facts.policy
    const roles =
      request.waives.kind === 'check' ? waivers.findingApprovers.value : (waivers.gateApprovers[request.waives.gate]?.value ?? [])
    return wanted({
      title: `An exception is asked for: ${describeWaived(request)}`,
      text: `${who(event, facts)} asks that it holds until ${timeIn(facts.configuration, request.until)}.`,
      people: holders(facts.configuration, roles, { solution: request.scope.solution }),
      solution: request.scope.solution,
    })
  },
  'tier-proposed': (event, facts) => {
    const { proposal } = (event as Told<TierEvent, 'tier-proposed'>).data
    const solution = nameIn(event)
    return wanted({
      title: `${solution} has outgrown its tier: Tier ${proposal.tier} is proposed`,
      text: 'It is held to the higher tier until somebody decides.',
      people: ownersOf(facts.configuration, { solution }),
      solution,
    })
  },
  'tier-decision-proposed': (event, facts) => {
    const solution = nameIn(event)
    return wanted({
      title: `${solution} is to have a lower tier`,
      text: `${who(event, facts)} asks for it. It takes the word of a second person.`,
      people: unique([...ownersOf(facts.configuration, { solution }), ...others(event, facts)]),
      solution,
    })
  },
  'configuration-proposed': (event, facts) =>
    wanted({
      title: 'A change of the configuration waits for a second platform-admin',
      text: `${who(event, facts)} proposes it. Look at it with: drover config proposal ${nameIn(event)}`,
      people: others(event, facts),
    }),
  'person-forget-proposed': (event, facts) =>
    wanted({
      title: 'Somebody is to be forgotten, which takes a second platform-admin',
      text: `${who(event, facts)} proposes it, and it cannot be taken back.`,
      people: others(event, facts),
    }),
  'recovery-proposed': (event, facts) => {
    const { order } = (event as Told<RecoveryEvent, 'recovery-proposed'>).data
    return wanted({
      title: `Rows of ${placeName(facts.configuration, order.environmentId)} are to be brought into a recovery sandbox or back`,
      text: `${who(event, facts)} asks for it. It takes the word of a second person.`,
      people: ownersOf(facts.configuration, { environment: order.environmentId }),
      environmentId: order.environmentId,
    })
  },
  'protection-proposed': (event, facts) => {
    const { environmentId } = event.data as { readonly environmentId: EnvironmentId } // as its writer has it
    return wanted({
      title: `The protection of ${placeName(facts.configuration, environmentId)} is to change`,
      text: `${who(event, facts)} asks for it. It takes the word of a second person.`,
      people: unique([...ownersOf(facts.configuration, { environment: environmentId }), ...others(event, facts)]),
      environmentId,
    })
  },
} as const satisfies Readonly<Record<string, Teller>>

function wanted(told: Pick<Notice, 'title' | 'text' | 'people'> & Partial<Pick<Notice, 'environmentId' | 'solution'>>): Notice {
  const path = told.environmentId === undefined ? '/' : `/environments/${encodeURIComponent(told.environmentId)}`
  return { topic: 'decision-wanted', gates: [], path, ...told }
}

/** The platform-admins but the one who asks: who could be the second person. */
function others({ actor }: LedgerEvent, { configuration }: NoticeFacts): readonly PersonId[] {
  return holders(configuration, ['platform-admin']).filter((id) => id !== actor)
}

function who({ actor }: LedgerEvent, { configuration }: NoticeFacts): string {
  return namesOf(configuration, [actor])
}

/** What stands behind the room in the name of a stream. */
function nameIn({ stream }: LedgerEvent): string {
  return stream.slice(stream.indexOf('/') + 1)
}
