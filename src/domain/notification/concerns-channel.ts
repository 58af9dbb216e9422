import { findPerson, peopleIn } from '#domain/people'
import type { Configuration, NotificationChannel } from '#domain/pipeline'
import type { Notice } from './notice.ts'

/**
 * Whether a channel is to hear of it: its topic is one that the channel is about, and of every kind that the channel names (people, roles,
 * gates, …) at least one is concerned. Naming more kinds means hearing less.
 */
export function concernsChannel(notice: Notice, channel: NotificationChannel, configuration: Configuration): boolean {
  if (channel.about !== undefined && !channel.about.includes(notice.topic)) return false
  const { people, groups, roles, gates, environments, solutions } = channel.for ?? {}
  const members = groups?.flatMap((id) => configuration.groups?.find((group) => group.id === id)?.members ?? [])
  return (
    meets(people, notice.people) &&
    meets(members, notice.people) &&
    meets(roles, rolesIn(notice, configuration)) &&
    meets(gates, notice.gates) &&
    meets(environments, notice.environmentId === undefined ? [] : [notice.environmentId]) &&
    meets(
      solutions?.map((name) => name.toLowerCase()),
      notice.solution === undefined ? [] : [notice.solution.toLowerCase()],
    )
  )
}

function meets<T>(wanted: readonly T[] | undefined, concerned: readonly T[]): boolean {
  return wanted === undefined || concerned.some((one) => wanted.includes(one))
}

/** The roles of those whom it concerns, for what it is about. */
function rolesIn({ people, environmentId, solution }: Notice, configuration: Configuration) {
  const pipeline = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === solution?.toLowerCase())?.pipeline
  const here = peopleIn(configuration, { environment: environmentId, solution, pipeline })
  return people.flatMap((id) => findPerson(here, id)?.roles ?? [])
}
