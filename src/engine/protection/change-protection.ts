import type { EnvironmentRecord, NewEnvironmentEvent, ProtectionDecision, ProtectionProposal } from '#domain/drift'
import { decideProtection, environmentStream } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { PersonId, Result } from '#domain/kernel'
import { refuse, toId } from '#domain/kernel'
import type { OpenEnvironment } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import type { ProtectionView } from './load-protection.ts'
import { loadProtection } from './load-protection.ts'
import { loadProposal, record } from './proposals.ts'

export interface ProtectionChange {
  readonly environmentId: string
  readonly isOn: boolean
  readonly reason: string | undefined
  readonly actor: PersonId
}

/**
 * Switches the block of unmanaged changes and reads it back. In a pet the first word is a proposal, and that of a second person carries it
 * out. Killed at any point, the same word again ends it: the order is recorded before, the outcome is read from the environment itself.
 */
export async function changeProtection(deps: EngineDependencies, change: ProtectionChange): Promise<Result<ProtectionView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration, version } = current.value
  const found = findEnvironment(configuration, toId(change.environmentId))
  if (!found.ok) return found
  const environment = found.value
  const target = deps.environments.open(environment)
  const proposal = await loadProposal(deps, laneOf(environment))
  const decision = decideProtection({
    ...change,
    environment,
    people: configuration.people,
    configurationVersion: version,
    proposal,
    isBlocked: await target.fetchUnmanagedBlock(),
  })
  if (!decision.ok) return decision
  if (decision.value.outcome === 'propose')
    return propose(deps, { ...change, environment, configurationVersion: version, reason: decision.value.reason })
  await carryOut(deps, { ...change, environment, target, proposal, decision: decision.value })
  return loadProtection(deps, change.environmentId)
}

async function propose(
  deps: EngineDependencies,
  of: ProtectionChange & { readonly environment: Environment; readonly configurationVersion: number; readonly reason: string },
): Promise<ReturnType<typeof refuse>> {
  const { environment, isOn, reason, actor, configurationVersion } = of
  const data = { environmentId: environment.id, isOn, reason, configurationVersion }
  await record(deps, { lane: laneOf(environment), actor, type: 'protection-proposed', data })
  return refuse(
    'protection.needs-second-person',
    `Nothing was changed in ${environment.name} yet: it is a pet, and ${isOn ? 'blocking' : 'allowing'} unmanaged changes there takes two people. The proposal is recorded.`,
    `Have its owner or another platform-admin run \`drover env protect ${environment.id}${isOn ? '' : ' --off'} --yes\`, signed in as themselves.`,
  )
}

async function carryOut(
  deps: EngineDependencies,
  of: ProtectionChange & {
    readonly environment: Environment
    readonly target: OpenEnvironment
    readonly proposal: ProtectionProposal | undefined
    readonly decision: Exclude<ProtectionDecision, { readonly outcome: 'propose' }>
  },
): Promise<void> {
  const { environment, target, proposal, decision, isOn, actor } = of
  const lane = laneOf(environment)
  const about = { environmentId: environment.id, isOn }
  if (decision.outcome === 'switch') {
    const { reason, proposedBy } = decision
    const data = { ...about, reason, ...(proposedBy === undefined ? {} : { proposedBy }) }
    await record(deps, { lane, actor, type: 'protection-ordered', data })
    await target.setUnmanagedBlock(isOn)
  }
  const known = await deps.readModel.load<EnvironmentRecord>('environment', lane)
  if (decision.outcome === 'switch' || known?.protection?.isOn !== isOn) {
    const event: NewEnvironmentEvent = { type: 'protection-changed', data: { ...about, reason: decision.reason } }
    await deps.ledger.append({ stream: environmentStream(lane), expectedVersion: undefined, actor, events: [event] })
  }
  // A proposal of the opposite goes on waiting where nothing was switched.
  if (decision.outcome === 'switch' || proposal?.isOn === isOn) await record(deps, { lane, actor, type: 'protection-settled', data: about })
}
