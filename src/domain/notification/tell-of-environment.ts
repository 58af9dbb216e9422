import type { EnvironmentEvent } from '#domain/drift'
import type { EnvironmentId, Instant, LedgerEvent } from '#domain/kernel'
import type { NoticeTopic } from '#domain/pipeline'
import { laneOf } from '#domain/environment'
import type { RecoveryEvent } from '#domain/recovery'
import type { CattleEvent } from '#domain/rebuild'
import type { Notice, NoticeFacts } from './notice.ts'
import { namesOf, ownersOf, placeName, timeIn } from './words-of-notice.ts'
import type { Teller } from './write-notice.ts'

type Told<Events, T extends string> = Extract<Events, { readonly type: T }>

// Entries of each of these types are written by one concept alone, which is what the casts below say.
export const environmentTellers = {
  'end-announced': (event, facts) => {
    const { endsAt } = (event as Told<CattleEvent, 'end-announced'>).data
    return ends(facts, idIn(event), { title: 'comes to its end', endsAt })
  },
  'removal-ended': (event, facts) => {
    const { state, note } = (event as Told<CattleEvent, 'removal-ended'>).data
    const title = state === 'done' ? 'was removed' : 'could not be removed'
    return ends(facts, idIn(event), { title, note: state === 'done' ? 'Its end had come, or somebody asked for it.' : note })
  },
  'sandbox-warned': (event, facts) => {
    const { endsAt } = (event as Told<RecoveryEvent, 'sandbox-warned'>).data
    return ends(facts, undefined, { title: 'A recovery sandbox, which holds rows of production, comes to its end', endsAt })
  },
  'sandbox-expired': (event, facts) => {
    const { note = 'Its rows may stay no longer.' } = (event as Told<RecoveryEvent, 'sandbox-expired'>).data
    return ends(facts, undefined, { title: 'The time of a recovery sandbox is over', note })
  },
  'stage-held': (event, facts) => {
    const { environmentId, solution } = (event as Told<EnvironmentEvent, 'stage-held'>).data
    return place(facts, environmentId, {
      topic: 'environment-held',
      solution,
      title: `${placeName(facts.configuration, environmentId)} takes nothing more of ${solution} but a recovery`,
      text: 'A promotion ended badly there. Somebody looks at what happened, and gives it free again.',
    })
  },
  'disposition-changed': (event, facts) => {
    const { disposition } = (event as Told<EnvironmentEvent, 'disposition-changed'>).data
    if (disposition.kind !== 'revert' || disposition.state !== 'proposed') return undefined
    const environmentId = environmentAt(facts, event)
    const where = environmentId === undefined ? 'an environment' : placeName(facts.configuration, environmentId)
    const who = namesOf(facts.configuration, [disposition.by])
    return place(facts, environmentId, {
      topic: 'decision-wanted',
      solution: undefined,
      title: `A change made by hand in ${where} is to be taken away`,
      text: `${who} asked for it. It takes the word of a second person.`,
    })
  },
  'change-request-opened': (event, facts) => {
    const { environmentId, request } = (event as Told<EnvironmentEvent, 'change-request-opened'>).data
    const where = placeName(facts.configuration, environmentId)
    const notice = place(facts, environmentId, {
      topic: 'change-request',
      solution: request.solution,
      title: `A change made by hand in ${where} waits to be taken into ${request.solution}`,
      text: `${request.title} ${namesOf(facts.configuration, [request.askedBy])} had it brought to the branch ${request.branch}. Review and merge it; the next release then carries it.`,
    })
    return { ...notice, people: [...new Set([request.owner, ...notice.people])] }
  },
} as const satisfies Readonly<Record<string, Teller>>

function ends(
  facts: NoticeFacts,
  id: EnvironmentId | undefined,
  { title, endsAt, note }: { readonly title: string; readonly endsAt?: Instant; readonly note?: string },
): Notice {
  const what = id === undefined ? title : `${placeName(facts.configuration, id)} ${title}`
  const until =
    endsAt === undefined ? undefined : `It ends ${timeIn(facts.configuration, endsAt)}, and is then removed unless somebody keeps it.`
  return place(facts, id, { topic: 'environment-ends', solution: undefined, title: what, text: until ?? note ?? '' })
}

function place(
  { configuration }: NoticeFacts,
  environmentId: EnvironmentId | undefined,
  told: { readonly topic: NoticeTopic; readonly solution: string | undefined; readonly title: string; readonly text: string },
): Notice {
  const path = environmentId === undefined ? '/' : `/environments/${encodeURIComponent(environmentId)}`
  const people = ownersOf(configuration, { environment: environmentId, solution: told.solution })
  return { ...told, people, gates: [], environmentId, path }
}

/** Of `cattle/<environment>`. */
function idIn({ stream }: LedgerEvent): EnvironmentId {
  return stream.slice(stream.indexOf('/') + 1) as EnvironmentId // streams of this kind are named after an environment
}

/** Of `environment/<lane>`. */
function environmentAt({ configuration }: NoticeFacts, { stream }: LedgerEvent): EnvironmentId | undefined {
  const lane = stream.slice(stream.indexOf('/') + 1)
  return configuration.environments.find((environment) => laneOf(environment) === lane)?.id
}
