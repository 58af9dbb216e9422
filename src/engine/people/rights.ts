import type { Delegation, PersonRecord } from '#domain/approval'
import { certificationDue, heldDelegations } from '#domain/approval'
import type { Instant, PersonId } from '#domain/kernel'
import type { RolesSince, TimedGrant } from '#domain/people'
import { roleKey, rolesOf } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import type { EngineDependencies } from '../dependencies.ts'

/** What the ledger says besides the configuration about whose word counts. */
export interface Rights {
  readonly delegations: readonly Delegation[]
  readonly timedGrants: readonly TimedGrant[]
  /** Since when privileged roles of these people wait to be certified. */
  readonly uncertified: Readonly<Record<string, Instant>>
}

interface InForce {
  readonly configuration: Configuration
  readonly rolesSince?: RolesSince | undefined
  readonly policy: Policy
}

export async function loadRights(deps: Pick<EngineDependencies, 'readModel' | 'clock'>, inForce: InForce): Promise<Rights> {
  const records = await deps.readModel.list<PersonRecord>('deputies')
  const due = listUncertified(records, inForce, deps.clock.now())
  return {
    delegations: heldDelegations(records),
    timedGrants: records.flatMap(({ grants = [] }) => grants),
    uncertified: Object.fromEntries(due.map(({ person, dueAt }) => [person, dueAt])),
  }
}

/** People whose privileged roles wait for somebody's word that they are still needed, and since when. */
export function listUncertified(
  records: readonly PersonRecord[],
  { configuration, rolesSince = {}, policy }: InForce,
  now: Instant,
): readonly { readonly person: PersonId; readonly dueAt: Instant }[] {
  return configuration.people.flatMap(({ id }) => {
    // Roles with an end are none of the configuration, and since no version of it.
    const roles = rolesOf(configuration, id).flatMap((held) => {
      const since = rolesSince[roleKey(id, held)]
      return since === undefined ? [] : [{ role: held.role, since }]
    })
    const record = records.find(({ personId }) => personId === id)
    const dueAt = certificationDue(roles, record, { policy: policy.people, now })
    return dueAt === undefined ? [] : [{ person: id, dueAt }]
  })
}
