import type { EnvironmentRecord } from '#domain/drift'
import type { LeavingItem, OwnedBy, PersonRecord } from '#domain/approval'
import { evaluateLeaving, ownsFlow } from '#domain/approval'
import type { Observation } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { PersonId, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionEntry } from '../summaries.ts'
import type { TokenRecord } from '../tokens/token-events.ts'

/** Gathers from the ledger, and from what was last seen of environments, what a person leaves behind; asks no environment. */
export async function listLeaving(deps: EngineDependencies, personId: PersonId): Promise<Result<readonly LeavingItem[]>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const person = findPerson(configuration.people, personId)
  if (person === undefined)
    return refuse('person.unknown', `There is no person "${personId}".`, 'Name one that `drover people list` shows.')
  const now = deps.clock.now()
  const waiting = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { state: 'pending' } })
  const tokens = await deps.readModel.list<TokenRecord>('token', { where: { personId, state: 'issued' } })
  const records = await deps.readModel.list<PersonRecord>('deputies')
  return accept(
    evaluateLeaving({
      person: personId,
      configuration,
      policy: applyOverride(deps.policy, configuration.policy),
      delegations: records.flatMap(({ delegations }) => delegations),
      waiting: waiting.rows,
      tokens: tokens
        .filter(({ expiresAt }) => Date.parse(expiresAt) > Date.parse(now))
        .map(({ label, tokenId, expiresAt }) => ({ label: `${label} (${tokenId})`, expiresAt })),
      flows: await findFlows(deps, configuration, person),
      now,
    }),
  )
}

/** By the account that both know where both do; a systemuser has another id in each environment. */
async function findFlows(deps: EngineDependencies, { environments }: Configuration, person: Person) {
  const found: { readonly name: string; readonly environment: string; readonly by: OwnedBy }[] = []
  // One after the other: each may hold thousands of components.
  for (const environment of environments) {
    const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment))
    const flows = record?.observed === undefined ? [] : await loadFlows(deps, record.observed.digest)
    for (const flow of flows) {
      const by = ownsFlow(person, flow)
      if (by !== undefined) found.push({ name: flow.name, environment: environment.name, by })
    }
  }
  return found
}

/** None where its bytes are gone. */
async function loadFlows(
  deps: EngineDependencies,
  digest: Parameters<EngineDependencies['artifacts']['get']>[0],
): Promise<Observation['flows']> {
  try {
    // Written by observing alone.
    return (JSON.parse(new TextDecoder().decode(await deps.artifacts.get(digest))) as Observation).flows
  } catch (error) {
    if (errorCode(error) === 'artifact.absent') return []
    throw error
  }
}
