import type { PersonId } from '#domain/kernel'
import type { KeptDetails, LedgeredPerson, Person } from '#domain/people'
import { commitTo, withDetails, withoutDetails } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Directory, ReadModel, ReadModelKind } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'

/** A configuration as the ledger and the read models hold it: people without what says who they are. */
export type LedgeredConfiguration = Omit<Configuration, 'people'> & { readonly people: readonly LedgeredPerson[] }

type Means = Pick<EngineDependencies, 'directory' | 'hashing' | 'ids'>

/**
 * Puts who people are into the directory and gives back the configuration without it; called before anything of it is appended. Details
 * that the directory has are bound by the commitment that they have, so that the same configuration is the same in the ledger.
 */
export async function keepDetails(deps: Means, configuration: Configuration): Promise<LedgeredConfiguration> {
  const known = await deps.directory.load()
  const kept = configuration.people.map((person) => findKept(known, person) ?? bind(deps, person))
  await deps.directory.put(kept.filter((details) => !known.includes(details)))
  const people = configuration.people.map((person, index) => withoutDetails(person, kept[index]?.commitment ?? ''))
  return { ...configuration, people }
}

export async function joinDetails(
  deps: { readonly directory: Directory; readonly hashing: EngineDependencies['hashing'] },
  configuration: LedgeredConfiguration,
): Promise<Configuration> {
  const kept = configuration.people.some((person) => person.details !== undefined) ? await deps.directory.load() : []
  const people = configuration.people.map((person) => withDetails(person, kept, (text) => deps.hashing.sha256(text)))
  return { ...configuration, people }
}

/**
 * The read model as the rest of Drover reads it: a configuration comes with the details of its people. Made once, where the store is
 * wired, so that no reader can come by a person who has no name.
 */
export function withPersonalDetails(
  readModel: ReadModel,
  deps: { readonly directory: Directory; readonly hashing: EngineDependencies['hashing'] },
): ReadModel {
  return {
    ...readModel,
    async load<T>(kind: ReadModelKind, id: string) {
      const document = await readModel.load<T>(kind, id)
      if (kind !== 'configuration' || document === undefined) return document
      // A document of this kind is a version of the configuration, whatever the caller calls its type.
      const version = document as { readonly configuration: LedgeredConfiguration }
      return { ...version, configuration: await joinDetails(deps, version.configuration) } as T
    },
  }
}

function findKept(known: readonly KeptDetails[], person: Person): KeptDetails | undefined {
  return known.find((one) => one.personId === person.id && one.name === person.name && one.subject === person.subject)
}

function bind(deps: Means, person: Person): KeptDetails {
  // Two random ids: more bits than anybody could try.
  const salt = `${deps.ids.guid()}${deps.ids.guid()}`
  const details = { name: person.name, ...(person.subject === undefined ? {} : { subject: person.subject }) }
  const commitment = commitTo(person.id, details, { salt, sha256: (text) => deps.hashing.sha256(text) })
  return { personId: person.id satisfies PersonId, ...details, salt, commitment }
}
