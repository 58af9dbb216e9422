import type { Instant, PersonId } from '#domain/kernel'
import type { TimedGrant } from '#domain/people'
import { holdsAt, peopleIn } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { RaciPolicy, RaciRole } from '#domain/policy'
import { applyOverride, raciCaveat } from '#domain/policy'
import type { Tier } from '#domain/solution'
import { loadConfiguration, loadWritten } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadTimedGrants } from './person-stream.ts'

/** One role of the table, what it does in each tier, and who stands for it here. */
export interface RaciRow {
  readonly role: RaciRole
  readonly name: string
  readonly scaleOps: string
  readonly platform: string
  readonly tiers: readonly { readonly tier: Tier; readonly letters: readonly string[]; readonly task?: string }[]
  readonly filledBy: readonly PersonId[]
  /** Of those: who has such a role everywhere until an end alone. */
  readonly endsAt: readonly { readonly person: PersonId; readonly until: Instant }[]
  readonly source: string
}

export interface RaciView {
  readonly rows: readonly RaciRow[]
  /** Who is accountable for each gate; `tier`: whoever is accountable for solutions of that tier. */
  readonly gates: readonly { readonly gate: string; readonly role: RaciRole | 'tier'; readonly source: string }[]
  readonly caveat: string
}

export async function viewRaci(deps: EngineDependencies): Promise<RaciView> {
  const configuration = (await loadConfiguration(deps))?.configuration
  const lasting = (await loadWritten(deps))?.configuration
  const now = deps.clock.now()
  const held = (await loadTimedGrants(deps)).filter((grant) => holdsAt(grant, now))
  const { raci } = applyOverride(deps.policy, configuration?.policy)
  // Objects of known types have these keys and no others.
  const roles = Object.keys(raci.table) as RaciRole[]
  return {
    rows: roles.map((role) => ({ ...rowOf(raci, role, configuration), endsAt: findEnds(raci.roles[role].value.by, held, lasting) })),
    gates: Object.entries(raci.gates).map(([gate, { value, source }]) => ({ gate, role: value, source })),
    caveat: raciCaveat,
  }
}

function rowOf(raci: RaciPolicy, role: RaciRole, configuration: Configuration | undefined): Omit<RaciRow, 'endsAt'> {
  const { name, scaleOps, platform, by } = raci.roles[role].value
  const tiers = ([1, 2, 3, 4] as const).map((tier) => ({ tier, ...raci.table[role][tier].value }))
  return { role, name, scaleOps, platform, tiers, filledBy: filledBy(by, configuration), source: raci.table[role][1].source }
}

function findEnds(
  by: RaciPolicy['roles'][RaciRole]['value']['by'],
  held: readonly TimedGrant[],
  lasting: Configuration | undefined,
): RaciRow['endsAt'] {
  if ('owner' in by) return []
  const always = filledBy(by, lasting)
  return held
    .filter(({ person, role, environment, pipeline, solution }) => {
      const isEverywhere = [environment, pipeline, solution].every((place) => place === undefined)
      return isEverywhere && by.roles.includes(role) && !always.includes(person)
    })
    .map(({ person, until }) => ({ person, until }))
}

function filledBy(by: RaciPolicy['roles'][RaciRole]['value']['by'], configuration: Configuration | undefined): readonly PersonId[] {
  if (configuration === undefined) return []
  if ('owner' in by) {
    const owners =
      by.owner === 'solution' ? configuration.solutions.map(({ owner }) => owner) : configuration.environments.map(({ owner }) => owner)
    return [...new Set(owners)]
  }
  return peopleIn(configuration, {})
    .filter(({ kind, roles }) => kind !== 'service' && roles.some((role) => by.roles.includes(role)))
    .map(({ id }) => id)
}
