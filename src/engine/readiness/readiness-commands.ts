import type { PromotionId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { AttestCommand, Attestation, NewReadinessEvent, Readiness, ReleaseChecklist } from '#domain/readiness'
import { decideAttestation, evaluateReadiness, makeReleaseChecklist, scanReadiness } from '#domain/readiness'
import { requireConfiguration, requireWritten } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadPromotion } from '../queries/promotions.ts'
import { gatherTenantFacts } from './gather-tenant-facts.ts'

/** How ready a tenant is for governed releases, and each promotion's own checklist. */
export interface ReadinessCommands {
  loadReadiness(): Promise<Result<Readiness>>
  /** Writes down the word of a person for an item; the newest holds. */
  attestReadiness(command: AttestCommand): Promise<Result<Attestation>>
  loadReleaseChecklist(promotionId: PromotionId): Promise<Result<ReleaseChecklist>>
}

export function createReadinessCommands(deps: EngineDependencies): ReadinessCommands {
  return {
    loadReadiness: () => loadReadiness(deps),
    attestReadiness: (command) => attest(deps, command),
    loadReleaseChecklist: (promotionId) => loadReleaseChecklist(deps, promotionId),
  }
}

async function loadReadiness(deps: EngineDependencies): Promise<Result<Readiness>> {
  const current = await requireWritten(deps)
  if (!current.ok) return current
  const facts = await gatherTenantFacts(deps, current.value)
  const attestations = await deps.readModel.list<Attestation>('readiness')
  const { people } = facts.configuration
  return accept(evaluateReadiness({ scans: scanReadiness(facts), attestations, people, policy: facts.policy.readiness, now: facts.now }))
}

async function attest(deps: EngineDependencies, command: AttestCommand): Promise<Result<Attestation>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const policy = applyOverride(deps.policy, configuration.policy).readiness
  const decided = decideAttestation(command, { people: configuration.people, policy, now: deps.clock.now() })
  if (!decided.ok) return decided
  const event: NewReadinessEvent = { type: 'readiness-attested', data: { attestation: decided.value } }
  await deps.ledger.append({
    stream: `readiness/${decided.value.item}`,
    expectedVersion: undefined,
    actor: command.actor,
    events: [event],
  })
  return decided
}

async function loadReleaseChecklist(deps: EngineDependencies, promotionId: PromotionId): Promise<Result<ReleaseChecklist>> {
  const view = await loadPromotion(deps, promotionId, undefined)
  if (view === undefined)
    return refuse('promotion.unknown', `There is no promotion ${promotionId}.`, '`drover promotion list` names those that there are.')
  return accept(makeReleaseChecklist(view))
}
