import type { EnvironmentRecord } from '#domain/drift'
import { decideProtection, decideRevertConfirmation } from '#domain/drift'
import { laneOf } from '#domain/environment'
import { decideArchive, keyStream, openProposal } from '#domain/evidence'
import { refuseActor } from '#domain/policy'
import type { RecoveryWork } from '#domain/recovery'
import { decideRecovery } from '#domain/recovery'
import { loadArchive } from '../evidence/archive-record.ts'
import { loadProposal } from '../protection/proposals.ts'
import { recoveryCommand, recoveryText } from './recovery-words.ts'
import type { Asker } from './word-facts.ts'
import { nameOf, newestOf } from './word-facts.ts'

const secondPerson = 'It takes a second person.'

/** Work on a recovery sandbox that takes two people. */
export const onRecovery: Asker = async (facts) => {
  const { deps, configuration, current, policy, viewer, now } = facts
  const proposals = await deps.readModel.list<RecoveryWork>('recovery', { where: { state: 'proposed' } })
  return proposals.flatMap((proposal) => {
    const { id, by, askedAt: at, environmentId, reason, deed, sandboxId } = proposal
    const pet = configuration.environments.find((environment) => environment.id === environmentId)
    if (pet === undefined) return []
    const order = { id, environmentId, sandboxId, deed, reason: '', by: viewer, configurationVersion: current.version }
    const decided = decideRecovery({
      ...{ order, pet, people: configuration.people, policy: policy.sandboxes, proposals: [proposal], now },
    })
    if (!decided.ok || decided.value.outcome !== 'confirm') return []
    const what = `${nameOf(facts, by)} wants ${recoveryText(proposal, pet.name)} (${reason}). ${secondPerson}`
    return [{ id, by, at, what, command: recoveryCommand(proposal), path: environmentPath(environmentId) }]
  })
}

/** The block of changes by hand in a pet. */
export const onProtection: Asker = async (facts) => {
  const { deps, configuration, current, viewer } = facts
  const asked = newestOf(facts, 'protection').map(async ({ about, by, at }) => {
    const environment = configuration.environments.find(({ id }) => id === about)
    const proposal = environment === undefined ? undefined : await loadProposal(deps, laneOf(environment))
    if (environment === undefined || proposal === undefined) return []
    const { isOn } = proposal
    const decided = decideProtection({
      ...{ environment, people: configuration.people, configurationVersion: current.version, actor: viewer },
      ...{ isOn, reason: undefined, proposal, isBlocked: undefined },
    })
    if (!decided.ok || decided.value.outcome !== 'switch') return []
    const what = `${nameOf(facts, by)} wants changes by hand in ${environment.name} to be ${isOn ? 'blocked' : 'allowed'} (${proposal.reason}). ${secondPerson}`
    const command = `drover env protect ${environment.id}${isOn ? '' : ' --off'} --yes`
    return [{ id: environment.id, by, at, what, command, path: environmentPath(environment.id) }]
  })
  return (await Promise.all(asked)).flat()
}

/** A change by hand that is to be taken away. */
export const onRevert: Asker = async (facts) => {
  const { deps, configuration, viewer, now } = facts
  const { people, solutions } = configuration
  const owners = Object.fromEntries(solutions.map(({ uniqueName, owner }) => [uniqueName, owner]))
  const asked = newestOf(facts, 'revert').map(async ({ about, part: deviation = '', by, at }) => {
    const environment = configuration.environments.find((one) => laneOf(one) === about)
    const record = environment && (await deps.readModel.load<EnvironmentRecord>('environment', about))
    if (environment === undefined || record === undefined) return []
    const decided = decideRevertConfirmation({ environment, record, people, owners, actor: viewer, now }, { deviation, workId: '' })
    if (!decided.ok) return []
    const { name } = decided.value.deviation.subject
    const note = record.dispositions[deviation]?.note ?? ''
    const what = `${nameOf(facts, by)} wants the change that somebody made by hand to ${name} in ${environment.name} to be taken away (${note}). ${secondPerson}`
    const command = `drover drift revert ${environment.id} ${deviation} --confirm`
    return [{ id: `${environment.id} ${deviation}`, by, at, what, command, path: environmentPath(environment.id) }]
  })
  return (await Promise.all(asked)).flat()
}

/** That another key signs the ledger. */
export const onSigningKey: Asker = async (facts) => {
  const { deps, configuration, policy, viewer, now } = facts
  const refused = refuseActor(configuration.people, viewer, { may: policy.evidence.mayRotateKey, deed: 'have another key sign' })
  if (refused !== undefined || newestOf(facts, 'signing-key').length === 0) return []
  const proposal = openProposal(await deps.ledger.readNewest(keyStream), { now, hours: policy.evidence.keyProposalHours.value })
  if (proposal === undefined || proposal.by === viewer) return []
  const { by, at } = proposal
  const what = `${nameOf(facts, by)} proposes that another key signs the record of all that was done. ${secondPerson}`
  return [{ id: 'signing-key', by, at, what, command: 'drover ledger rotate-key --reason "…"', path: '/evidence' }]
}

/** That evidence goes into the archive after its retention. */
export const onArchive: Asker = async (facts) => {
  const { deps, configuration, policy, viewer, now } = facts
  const { mayArchive, archiveTakesTwo, archiveProposalHours } = policy.evidence
  const refused = refuseActor(configuration.people, viewer, { may: mayArchive, deed: 'archive evidence' })
  const record = refused === undefined ? await loadArchive(deps) : undefined
  const proposal = record?.proposal
  if (record === undefined || proposal === undefined || configuration.archive === undefined) return []
  const { promotions: due, by, at } = proposal
  const rules = { record, due, takesTwo: archiveTakesTwo.value, proposalHours: archiveProposalHours.value }
  const decided = decideArchive({ actor: viewer, reason: 'looked at', now }, rules)
  if (by === viewer || !decided.ok || decided.value.kind !== 'begin') return []
  const what = `${nameOf(facts, by)} proposes to move what is kept of ${due.length} old releases into the archive, and to remove here what it holds. ${secondPerson}`
  return [{ id: 'archive', by, at, what, command: 'drover evidence archive --reason "…"', path: '/evidence' }]
}

function environmentPath(id: string): string {
  return `/environments/${encodeURIComponent(id)}`
}
