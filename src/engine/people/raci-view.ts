import type { PersonId } from '#domain/kernel'
import { peopleIn } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { RaciPolicy, RaciRole } from '#domain/policy'
import { applyOverride, raciCaveat } from '#domain/policy'
import type { Tier } from '#domain/solution'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'

/** One role of the table, what it does in each tier, and who stands for it here. */
export interface RaciRow {
  readonly role: RaciRole
  readonly name: string
  readonly scaleOps: string
  readonly platform: string
  readonly tiers: readonly { readonly tier: Tier; readonly letters: readonly string[]; readonly task?: string }[]
  readonly filledBy: readonly PersonId[]
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
  const { raci } = applyOverride(deps.policy, configuration?.policy)
  // Objects of known types have these keys and no others.
  const roles = Object.keys(raci.table) as RaciRole[]
  return {
    rows: roles.map((role) => rowOf(raci, role, configuration)),
    gates: Object.entries(raci.gates).map(([gate, { value, source }]) => ({ gate, role: value, source })),
    caveat: raciCaveat,
  }
}

function rowOf(raci: RaciPolicy, role: RaciRole, configuration: Configuration | undefined): RaciRow {
  const { name, scaleOps, platform, by } = raci.roles[role].value
  const tiers = ([1, 2, 3, 4] as const).map((tier) => ({ tier, ...raci.table[role][tier].value }))
  return { role, name, scaleOps, platform, tiers, filledBy: filledBy(by, configuration), source: raci.table[role][1].source }
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
