import type { Digest, PersonId, Result } from '#domain/kernel'
import { decideConfiguration } from '#domain/policy'
import { describeChange, loadConfiguration, putInForce, requireWritten } from './apply-configuration.ts'
import type { EngineDependencies } from './dependencies.ts'
import type { ConfigurationVersion } from './engine.ts'
import { listProposals, unknownProposal } from './propose-configuration.ts'

/** A second platform-admin's word, under their own sign-in, that brings a proposal into force, unless the configuration has moved on since. */
export async function confirmConfiguration(
  deps: EngineDependencies,
  command: { readonly digest: Digest; readonly actor: PersonId },
): Promise<Result<ConfigurationVersion>> {
  const current = await requireWritten(deps)
  if (!current.ok) return current
  const proposals = await listProposals(deps, command.digest)
  const proposal = proposals.find((candidate) => candidate.proposedBy !== command.actor) ?? proposals[0]
  if (proposal === undefined) return unknownProposal(command.digest)
  const { configuration, proposedBy, basedOn } = proposal
  const decision = decideConfiguration({
    before: current.value.configuration,
    after: configuration,
    acting: (await loadConfiguration(deps))?.configuration.people,
    actor: proposedBy,
    confirmedBy: command.actor,
    policy: deps.policy,
    now: deps.clock.now(),
  })
  if (!decision.ok) return decision
  const changes = decision.value.changes.map(describeChange)
  return putInForce(deps, { configuration, actor: command.actor, changes, basedOn, proposedBy })
}
