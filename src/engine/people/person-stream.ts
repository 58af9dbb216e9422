import type { NewPersonEvent, PersonEvent, PersonRecord } from '#domain/approval'
import { evolvePerson, personStream } from '#domain/approval'
import type { PersonId, Result } from '#domain/kernel'
import type { TimedGrant } from '#domain/people'
import type { Ledger, Projection, ReadModel } from '#engine/ports'
import { decideOnStream } from '../decide-on-stream.ts'

/** One document a person; people of whom nothing but the configuration is known have none. */
export const personProjection: Projection = {
  kind: 'deputies',
  id: (event) => (event.stream.startsWith('deputies/') ? event.stream.slice('deputies/'.length) : undefined),
  // Streams of this kind are written through NewPersonEvent alone, and documents of it folded here alone.
  fold: (document, event) => evolvePerson(document as PersonRecord | undefined, event as PersonEvent),
  summarise: (document) => ({
    work: ((document as PersonRecord).grants ?? []).some(({ endedAt }) => endedAt === undefined) ? 'granted' : 'none',
  }),
}

/** Roles with an end that were asked for and not given back, also those whose end has come. */
export async function loadTimedGrants(deps: { readonly readModel: ReadModel }): Promise<readonly TimedGrant[]> {
  const records = await deps.readModel.list<PersonRecord>('deputies', { where: { work: 'granted' } })
  return records.flatMap(({ grants = [] }) => grants)
}

/** Appends what is decided of a person as they are then. */
export async function decideOnPerson(
  deps: { readonly readModel: ReadModel; readonly ledger: Ledger },
  { personId, actor }: { readonly personId: PersonId; readonly actor: PersonId },
  decide: (record: PersonRecord | undefined) => Result<readonly NewPersonEvent[]>,
): Promise<Result<readonly NewPersonEvent[]>> {
  return decideOnStream(deps.ledger, { stream: personStream(personId), actor }, async () =>
    decide(await deps.readModel.load<PersonRecord>('deputies', personId)),
  )
}
