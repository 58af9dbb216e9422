import type { ProtectionProposal } from '#domain/drift'
import type { EnvironmentId } from '#domain/kernel'
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
