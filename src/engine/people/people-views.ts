import type { Certification, NamedDelegation, PersonRecord } from '#domain/approval'
import type { Instant, PersonId } from '#domain/kernel'
import type { GrantScope, Person, Role, RolesSince, TimedGrant } from '#domain/people'
import { roleKey, rolesOf } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { EngineDependencies } from '../dependencies.ts'
import type { ConfigurationVersion } from '../engine.ts'
import type { TokenRecord } from '../tokens/token-events.ts'
import { listUncertified } from './rights.ts'

/** A role of somebody: where it holds, by which group, and since when. */
export interface HeldRole extends GrantScope {
  readonly role: Role
  /** The group that it was granted to; absent: to the person. */
  readonly group?: string | undefined
  readonly reason?: string
  /** Since which version of the configuration; a role that was taken away and given again counts from then. */
  readonly since?: Instant
}

/** A person with all that says what they may do: what is looked through when rights are certified again (ROL-08). */
export interface PersonView {
  readonly id: PersonId
  readonly name: string
  readonly kind: 'person' | 'service'
  readonly builderLevel?: Person['builderLevel']
  readonly roles: readonly HeldRole[]
  /** Roles with an end, also those that wait for a second person or are over. */
  readonly grants: readonly TimedGrant[]
  readonly groups: readonly string[]
  /** Who takes their place, took it, or will. */
  readonly deputies: readonly NamedDelegation[]
  /** Whose place they take, took, or will. */
  readonly deputyOf: readonly NamedDelegation[]
  /** The newest word that they still need their roles. */
  readonly certified?: Certification
  /** Since when such a word is due; absent: it is not. */
  readonly certificationDueAt?: Instant
  /** When a token of theirs was used last; absent: none that is known. */
  readonly lastUsedAt?: Instant
}

/** Everybody whom the configuration in force names, or one of them. */
export async function viewPeople(
  deps: EngineDependencies,
  { configuration, rolesSince = {} }: ConfigurationVersion,
  only?: PersonId,
): Promise<readonly PersonView[]> {
  const records = await deps.readModel.list<PersonRecord>('deputies')
  const delegations = records.flatMap((record) => record.delegations)
  const used = await loadLastUse(deps)
  const policy = applyOverride(deps.policy, configuration.policy)
  const uncertified = listUncertified(records, { configuration, rolesSince, policy }, deps.clock.now())
  const shown = configuration.people.filter(({ id }) => only === undefined || id === only)
  return shown.map((person) => {
    const lastUsedAt = used.get(person.id)
    const record = records.find(({ personId }) => personId === person.id)
    const due = uncertified.find((one) => one.person === person.id)?.dueAt
    return {
      id: person.id,
      name: person.name,
      kind: person.kind ?? 'person',
      ...(person.builderLevel === undefined ? {} : { builderLevel: person.builderLevel }),
      roles: heldRolesOf(configuration, person, rolesSince),
      grants: record?.grants ?? [],
      ...(record?.certified === undefined ? {} : { certified: record.certified }),
      ...(due === undefined ? {} : { certificationDueAt: due }),
      groups: (configuration.groups ?? []).filter(({ members }) => members.includes(person.id)).map(({ id }) => id),
      deputies: delegations.filter(({ absent }) => absent === person.id),
      deputyOf: delegations.filter(({ deputy }) => deputy === person.id),
      ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    }
  })
}

function heldRolesOf(configuration: Configuration, { id }: Person, since: RolesSince): readonly HeldRole[] {
  return rolesOf(configuration, id).map((held) => {
    const from = since[roleKey(id, held)]
    return from === undefined ? held : { ...held, since: from }
  })
}

async function loadLastUse(deps: EngineDependencies): Promise<ReadonlyMap<PersonId, Instant>> {
  const tokens = await deps.readModel.list<TokenRecord>('token')
  const uses = await deps.tokenUses.load(tokens.map(({ tokenId }) => tokenId))
  const newest = new Map<PersonId, Instant>()
  for (const { personId, tokenId } of tokens) {
    const usedAt = uses.get(tokenId)
    const known = newest.get(personId)
    if (usedAt !== undefined && (known === undefined || usedAt > known)) newest.set(personId, usedAt)
  }
  return newest
}
