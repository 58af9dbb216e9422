import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import { decideForgetting } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { LedgeredConfiguration } from './personal-details.ts'
import type { PersonEvent } from './person-stream.ts'
import { personStream } from './person-stream.ts'

export interface ForgottenPerson {
  readonly personId: PersonId
  /** How many sets of details were removed now. */
  readonly removed: number
  /** Ledger entries from before details were kept apart, which hold the name and cannot be changed. */
  readonly remainsIn: readonly number[]
}

export interface DirectoryCommands {
  /** The first platform-admin's word is a proposal; that of another one carries it out. It cannot be taken back. */
  forgetPerson(command: {
    readonly personId: PersonId
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<ForgottenPerson>>
}

export function createDirectoryCommands(deps: EngineDependencies): DirectoryCommands {
  return { forgetPerson: (command) => forgetPerson(deps, command) }
}

/** Ledger first, then the directory; killed between the two, the same word again ends it. */
async function forgetPerson(
  deps: EngineDependencies,
  command: Parameters<DirectoryCommands['forgetPerson']>[0],
): Promise<Result<ForgottenPerson>> {
  const { personId, reason, actor } = command
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const stream = personStream(personId)
  const newest = (await deps.ledger.readNewest(stream)) as (PersonEvent & { readonly actor: string }) | undefined // only this file writes there
  const isForgotten = newest?.type === 'person-forgotten'
  const remainsIn = await findNamed(deps, personId)
  const isKnown = newest !== undefined || remainsIn.length > 0 || (await deps.directory.load()).some((one) => one.personId === personId)
  const proposedBy = newest?.type === 'person-forget-proposed' ? toId<PersonId>(newest.actor) : undefined
  const decision = decideForgetting({ personId, actor }, { people: current.value.configuration.people, proposedBy, isKnown })
  if (!decision.ok) return decision
  if (!isForgotten) {
    if (decision.value === 'propose') return propose(deps, command)
    const event: PersonEvent = { type: 'person-forgotten', data: { reason, proposedBy: proposedBy ?? actor } }
    await deps.ledger.append({ stream, expectedVersion: undefined, actor, events: [{ ...event, key: 'forgotten' }] })
  }
  const removed = await deps.directory.forget(personId)
  return accept({ personId, removed, remainsIn })
}

async function propose(
  deps: EngineDependencies,
  { personId, reason, actor }: Parameters<DirectoryCommands['forgetPerson']>[0],
): Promise<ReturnType<typeof refuse>> {
  const event: PersonEvent = { type: 'person-forget-proposed', data: { reason } }
  await deps.ledger.append({
    stream: personStream(personId),
    expectedVersion: undefined,
    actor,
    events: [{ ...event, key: `by/${actor}` }],
  })
  return refuse(
    'people.needs-second-person',
    `Nothing of ${personId} was forgotten yet: it takes two platform-admins, and cannot be taken back. The proposal is recorded.`,
    `Have another platform-admin run \`drover people forget ${personId} --reason …\`, signed in as themselves.`,
  )
}

const pageSize = 500

async function findNamed(deps: Pick<EngineDependencies, 'ledger'>, personId: PersonId): Promise<readonly number[]> {
  const found: number[] = []
  for (let after = 0; ; ) {
    const events = await deps.ledger.readAll(after, pageSize)
    for (const { type, data, sequence } of events) {
      if (type !== 'configuration-applied' && type !== 'configuration-proposed') continue
      // Both hold a configuration, with names where they are older than the directory.
      const { people } = (data as { readonly configuration: LedgeredConfiguration }).configuration
      if (people.some((person) => person.id === personId && person.name !== undefined)) found.push(sequence)
    }
    const last = events.at(-1)
    if (last === undefined || events.length < pageSize) return found
    after = last.sequence
  }
}
