import type { ArchiveRecord, HoldSubject, NewArchiveEvent } from '#domain/evidence'
import { archiveStream, decideArchive, decideHold } from '#domain/evidence'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { EvidencePolicy } from '#domain/policy'
import { applyOverride, refuseActor } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import { decideOnStream } from '../decide-on-stream.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { makeAnchor } from './anchor-ledger.ts'
import { loadArchive } from './archive-record.ts'
import type { DuePromotion } from './find-due.ts'
import { findDue } from './find-due.ts'

/** How archiving stands, and what a word for it would archive. */
export interface ArchiveView extends ArchiveRecord {
  /** Absent: the configuration names none. */
  readonly folder?: string | undefined
  readonly due: readonly DuePromotion[]
}

export interface BegunArchive {
  readonly archiveId: string
  readonly promotions: readonly string[]
}

export interface HoldEvidence {
  readonly subject: HoldSubject
  readonly reason: string
  readonly lifts: boolean
  readonly actor: PersonId
}

export async function loadArchiveView(deps: EngineDependencies): Promise<Result<ArchiveView>> {
  const current = await loadRules(deps)
  if (!current.ok) return current
  const { policy, configuration } = current.value
  return accept({ ...(await loadArchive(deps)), folder: configuration.archive?.folder, due: await findDue(deps, policy) })
}

/**
 * Begins to archive what policy no longer has kept here. By policy the first person's word is a proposal, and that of another one begins it, with
 * what both meant; the worker writes the packs, verifies them, and only then removes what they hold.
 */
export async function archiveEvidence(
  deps: EngineDependencies,
  { reason, actor }: { readonly reason: string; readonly actor: PersonId },
): Promise<Result<BegunArchive>> {
  const current = await loadRules(deps)
  if (!current.ok) return current
  const { policy, configuration } = current.value
  const refused = refuseActor(configuration.people, actor, { may: policy.mayArchive, deed: 'archive evidence' })
  if (refused !== undefined) return refused
  const { archive } = configuration
  if (archive === undefined)
    return refuse(
      'archive.no-folder',
      'The configuration names no archive.',
      'Name one in drover.yaml (`archive:` with its `folder:`), and apply it.',
    )
  const archiveId = deps.ids.next('ar')
  const decided = await decideOnStream<NewArchiveEvent>(deps.ledger, { stream: archiveStream, actor }, async () => {
    const record = await loadArchive(deps)
    const due = (await findDue(deps, policy)).map(({ promotionId }) => promotionId)
    const takesTwo = policy.archiveTakesTwo.value
    const rules = { record, due, takesTwo, proposalHours: policy.archiveProposalHours.value }
    const deed = decideArchive({ actor, reason, now: deps.clock.now() }, rules)
    if (!deed.ok) return deed
    const { kind, promotions } = deed.value
    if (kind === 'propose') return accept([{ type: 'archive-proposed', data: { promotions, reason } }])
    const signedHead = await makeAnchor(deps, actor)
    if (signedHead === undefined) return refuse('ledger.empty', 'The ledger is empty.', 'There is nothing to archive yet.')
    const proposedBy = takesTwo ? (record.proposal?.by ?? actor) : actor
    return accept([{ type: 'archive-begun', data: { archiveId, folder: archive.folder, promotions, reason, proposedBy, signedHead } }])
  })
  if (!decided.ok) return decided
  const [event] = decided.value
  if (event?.type === 'archive-begun') return accept({ archiveId, promotions: event.data.promotions })
  return refuse(
    'evidence.needs-second-person',
    `Nothing is archived yet: it takes two people. The proposal is recorded, and holds for ${policy.archiveProposalHours.value} hours.`,
    'Have another person who may run `drover evidence archive --reason …`, signed in as themselves.',
  )
}

/** Places a legal hold, or lifts it: what it concerns is neither archived nor removed, however old. */
export async function holdEvidence(deps: EngineDependencies, command: HoldEvidence): Promise<Result<Pick<ArchiveRecord, 'holds'>>> {
  const current = await loadRules(deps)
  if (!current.ok) return current
  const { policy, configuration } = current.value
  const deed = command.lifts ? 'lift a legal hold' : 'place a legal hold'
  const refused = refuseActor(configuration.people, command.actor, { may: policy.mayHold, deed })
  if (refused !== undefined) return refused
  const decided = await decideOnStream<NewArchiveEvent>(deps.ledger, { stream: archiveStream, actor: command.actor }, async () =>
    decideHold(command, await loadArchive(deps)),
  )
  return decided.ok ? accept({ holds: (await loadArchive(deps)).holds }) : decided
}

async function loadRules(
  deps: EngineDependencies,
): Promise<Result<{ readonly policy: EvidencePolicy; readonly configuration: Configuration }>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  return accept({ policy: applyOverride(deps.policy, configuration.policy).evidence, configuration })
}
