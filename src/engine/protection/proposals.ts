import type { ProtectionProposal } from '#domain/drift'
import type { EnvironmentId, Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'

/** What the stream of an environment's protection holds: who wanted what, when it was ordered, and that it is done. */
interface ProtectionEventData {
  'protection-proposed': Pick<ProtectionProposal, 'isOn' | 'reason' | 'configurationVersion'> & { readonly environmentId: EnvironmentId }
  /** Written before the environment is asked, so that a switch of which nobody knows how it ended is known to be ours. */
  'protection-ordered': {
    readonly environmentId: EnvironmentId
    readonly isOn: boolean
    readonly reason: string
    readonly proposedBy?: string
  }
  'protection-settled': { readonly environmentId: EnvironmentId; readonly isOn: boolean }
}

type Kind = keyof ProtectionEventData

/** The newest proposal that has not been carried out, or outdated by a change that was. */
export async function loadProposal(deps: Pick<EngineDependencies, 'ledger'>, lane: string): Promise<ProtectionProposal | undefined> {
  const events = await deps.ledger.read(streamOf(lane))
  const last = events.findLast(({ type }) => type === 'protection-proposed' || type === 'protection-settled')
  if (last?.type !== 'protection-proposed') return undefined
  const { isOn, reason, configurationVersion } = last.data as ProtectionEventData['protection-proposed'] // only record writes there
  return { isOn, reason, configurationVersion, proposedBy: toId(last.actor), proposedAt: last.at }
}

/** The block of unmanaged changes was switched by Drover. */
export interface ProtectionSwitch {
  readonly id: string
  readonly at: Instant
  readonly isOn: boolean
  readonly reason: string
  /** Whoever proposed it, where it took two, and who carried it out. */
  readonly by: readonly PersonId[]
}

/** Each switch that was ordered, in order. */
export async function loadProtectionSwitches(deps: Pick<EngineDependencies, 'ledger'>, lane: string): Promise<readonly ProtectionSwitch[]> {
  const events = await deps.ledger.read(streamOf(lane))
  return events.flatMap(({ type, data, actor, at, sequence }) => {
    if (type !== 'protection-ordered') return []
    const { isOn, reason, proposedBy } = data as ProtectionEventData['protection-ordered'] // only record writes there
    const by = [...(proposedBy === undefined ? [] : [proposedBy]), actor].map((person) => toId<PersonId>(person))
    return [{ id: String(sequence), at, isOn, reason, by }]
  })
}

export async function record<T extends Kind>(
  deps: Pick<EngineDependencies, 'ledger'>,
  of: { readonly lane: string; readonly actor: string; readonly type: T; readonly data: ProtectionEventData[T] },
): Promise<void> {
  const { lane, actor, type, data } = of
  await deps.ledger.append({ stream: streamOf(lane), expectedVersion: undefined, actor, events: [{ type, data }] })
}

function streamOf(lane: string): string {
  return `protection/${lane}`
}
