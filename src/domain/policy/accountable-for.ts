import type { Environment } from '#domain/environment'
import type { PersonId } from '#domain/kernel'
import { peopleIn, personName } from '#domain/people'
import type { ConditionKind, Configuration, GovernedSolution } from '#domain/pipeline'
import { findEnvironment } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { RaciPolicy, RaciRole } from './raci-policy.ts'

/** Who is accountable, by role and as the people whom it comes to. */
export interface Accountable {
  readonly role: RaciRole
  /** Empty: nobody of this configuration fills the role. */
  readonly people: readonly PersonId[]
  /** Both in words, for people. */
  readonly text: string
}

export interface AccountableFacts {
  readonly gate: ConditionKind
  readonly tier: Tier
  readonly solution: Pick<GovernedSolution, 'uniqueName' | 'owner' | 'pipeline'>
  readonly environment: Environment['id']
  readonly configuration: Configuration
  readonly policy: { readonly raci: RaciPolicy }
}

/** Who is accountable for a gate before this environment, of a solution of this tier (RACI). */
export function accountableFor(facts: AccountableFacts): Accountable {
  const { raci } = facts.policy
  const given = raci.gates[facts.gate].value
  const role = given === 'tier' ? accountableRole(raci, facts.tier) : given
  const people = fillRole(role, facts)
  const names = people.map((id) => personName(facts.configuration.people, id)).join(', ')
  return { role, people, text: `${raci.roles[role].value.name}: ${names || 'nobody fills it'}` }
}

/** The role that the table makes accountable for solutions of this tier. */
export function accountableRole({ table }: RaciPolicy, tier: Tier): RaciRole {
  // An object of a known type has these keys and no others.
  const roles = Object.keys(table) as RaciRole[]
  return roles.find((role) => table[role][tier].value.letters.includes('A')) ?? 'platform-team'
}

/** Who of a configuration stands for a role of the table, for this solution and environment. */
export function fillRole(
  role: RaciRole,
  { configuration, policy, solution, environment }: Pick<AccountableFacts, 'configuration' | 'policy' | 'solution' | 'environment'>,
): readonly PersonId[] {
  const { by } = policy.raci.roles[role].value
  const scope = { environment, pipeline: solution.pipeline, solution: solution.uniqueName }
  if (!('owner' in by)) return holders(by.roles)
  if (by.owner === 'solution') return [solution.owner]
  const owner = findEnvironment(configuration, environment)?.owner
  return owner === undefined ? holders(by.orRoles) : [owner]

  function holders(roles: readonly string[]): readonly PersonId[] {
    return peopleIn(configuration, scope)
      .filter((person) => person.kind !== 'service' && person.roles.some((held) => roles.includes(held)))
      .map(({ id }) => id)
  }
}
