import type { Certification, NamedDelegation, PersonRecord } from '#domain/approval'
import { certificationDue } from '#domain/approval'
import type { Instant, PersonId } from '#domain/kernel'
import type { GrantScope, Person, Role } from '#domain/people'
import { grantsOf } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { EngineDependencies } from '../dependencies.ts'
import type { TokenRecord } from '../tokens/token-events.ts'

/** A role of somebody: where it holds, by which group, and since when. */
export interface HeldRole extends GrantScope {
  readonly role: Role
  /** The group that it was granted to; absent: to the person. */
  readonly group?: string
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

/** Everybody whom the configuration in force names. */
export async function viewPeople(deps: EngineDependencies, configuration: Configuration): Promise<readonly PersonView[]> {
  const versions = await loadVersions(deps)
  const records = await deps.readModel.list<PersonRecord>('deputies')
  const delegations = records.flatMap((record) => record.delegations)
  const used = await loadLastUse(deps)
  const rules = { policy: applyOverride(deps.policy, configuration.policy).people, now: deps.clock.now() }
  return configuration.people.map((person) => {
    const lastUsedAt = used.get(person.id)
    const record = records.find(({ personId }) => personId === person.id)
    const roles = rolesOf(configuration, person, versions)
    const due = certificationDue(roles, record, rules)
    return {
      id: person.id,
      name: person.name,
      kind: person.kind ?? 'person',
      ...(person.builderLevel === undefined ? {} : { builderLevel: person.builderLevel }),
      roles,
      ...(record?.certified === undefined ? {} : { certified: record.certified }),
      ...(due === undefined ? {} : { certificationDueAt: due }),
      groups: (configuration.groups ?? []).filter(({ members }) => members.includes(person.id)).map(({ id }) => id),
      deputies: delegations.filter(({ absent }) => absent === person.id),
      deputyOf: delegations.filter(({ deputy }) => deputy === person.id),
      ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    }
  })
}

interface Version {
  readonly at: Instant
  readonly configuration: Configuration
}

/** In the order in which they came into force. */
async function loadVersions({ ledger }: EngineDependencies): Promise<readonly Version[]> {
  const entries = (await ledger.read('configuration')).filter(({ type }) => type === 'configuration-applied')
  // This type of event is written by putInForce alone.
  return entries.map(({ at, data }) => ({ at, configuration: (data as { readonly configuration: Configuration }).configuration }))
}

function rolesOf(configuration: Configuration, person: Person, versions: readonly Version[]): readonly HeldRole[] {
  const own = person.roles.map((role): HeldRole => ({ role }))
  const granted = grantsOf(configuration, person.id).map(
    ({ to, ...rest }): HeldRole => ({ ...rest, ...('group' in to ? { group: to.group } : {}) }),
  )
  return [...own, ...granted].map((held) => {
    const since = findSince(versions, person.id, held)
    return since === undefined ? held : { ...held, since }
  })
}

/** Back from now to the version before which they did not have it. */
function findSince(versions: readonly Version[], person: PersonId, held: HeldRole): Instant | undefined {
  let since: Instant | undefined
  for (const { at, configuration } of versions.toReversed()) {
    if (!hadIt(configuration, person, held)) break
    since = at
  }
  return since
}

function hadIt(configuration: Configuration, person: PersonId, held: HeldRole): boolean {
  if (held.reason === undefined) return configuration.people.some(({ id, roles }) => id === person && roles.includes(held.role))
  return grantsOf(configuration, person).some(
    ({ to, role, environment, pipeline, solution }) =>
      role === held.role &&
      environment === held.environment &&
      pipeline === held.pipeline &&
      solution === held.solution &&
      ('group' in to ? to.group : undefined) === held.group,
  )
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
