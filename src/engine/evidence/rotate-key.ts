import type { KeyEventData, KeyProposal, SignedRotation, SigningKey } from '#domain/evidence'
import { decideKeyWithdrawal, decideRotation, keyStream, openProposal, rotationText, trustedKeys } from '#domain/evidence'
import type { NewEvent, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { EvidencePolicy } from '#domain/policy'
import { applyOverride, refuseActor } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import { decideOnStream } from '../decide-on-stream.ts'
import type { EngineDependencies } from '../dependencies.ts'

type NewKeyEvent = { [T in keyof KeyEventData]: NewEvent<T, KeyEventData[T]> }[keyof KeyEventData]

export interface RotatedKey {
  readonly from: SigningKey
  readonly to: SigningKey
}

/**
 * Has another key sign from now on. By policy the first person's word is a proposal, and that of another one carries it out. The ledger hears of
 * it first, from both keys; killed before the key is changed, whatever signs next changes it.
 */
export async function rotateKey(
  deps: EngineDependencies,
  command: { readonly reason: string; readonly actor: PersonId },
): Promise<Result<RotatedKey>> {
  const { reason, actor } = command
  const allowed = await allow(deps, actor)
  if (!allowed.ok) return allowed
  const policy = allowed.value
  await settleKey(deps)
  const decided = await decideOnStream<NewKeyEvent>(deps.ledger, { stream: keyStream, actor }, async () => {
    const proposal = await loadProposal(deps, policy)
    const deed = decideRotation({ actor, reason }, { proposal, takesTwo: policy.keyTakesTwo.value })
    if (!deed.ok) return deed
    if (deed.value === 'propose') return accept(proposal?.by === actor ? [] : [{ type: 'signing-key-proposed', data: { reason } }])
    return accept([{ type: 'signing-key-rotated', data: { rotation: await announce(deps), reason, proposedBy: proposal?.by ?? actor } }])
  })
  if (!decided.ok) return decided
  const [event] = decided.value
  if (event?.type !== 'signing-key-rotated')
    return refuse(
      'evidence.needs-second-person',
      `The key is not changed yet: it takes two people. The proposal is recorded, and holds for ${policy.keyProposalHours.value} hours.`,
      'Have another person who may run `drover ledger rotate-key --reason …`, signed in as themselves.',
    )
  const { from, to } = event.data.rotation
  await deps.signing.adoptNext(to.keyId)
  return accept({ from, to })
}

/** Takes the proposal of another key back. Gives whose it was. */
export async function withdrawKeyProposal(
  deps: EngineDependencies,
  { reason, actor }: { readonly reason: string; readonly actor: PersonId },
): Promise<Result<KeyProposal>> {
  const allowed = await allow(deps, actor)
  if (!allowed.ok) return allowed
  const decided = await decideOnStream<NewKeyEvent>(deps.ledger, { stream: keyStream, actor }, async () => {
    const proposal = decideKeyWithdrawal(reason, await loadProposal(deps, allowed.value))
    if (!proposal.ok) return proposal
    const { by, at } = proposal.value
    return accept([{ type: 'signing-key-proposal-withdrawn', data: { reason: reason.trim(), by, at } }])
  })
  if (!decided.ok) return decided
  const [event] = decided.value
  if (event?.type !== 'signing-key-proposal-withdrawn') throw new Error('What is taken back is recorded.')
  return accept({ by: event.data.by, at: event.data.at })
}

async function allow(deps: EngineDependencies, actor: PersonId): Promise<Result<EvidencePolicy>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const policy = applyOverride(deps.policy, configuration.policy).evidence
  const refused = refuseActor(configuration.people, actor, { may: policy.mayRotateKey, deed: 'have another key sign the ledger' })
  return refused ?? accept(policy)
}

async function loadProposal({ ledger, clock }: EngineDependencies, policy: EvidencePolicy): Promise<KeyProposal | undefined> {
  return openProposal(await ledger.readNewest(keyStream), { now: clock.now(), hours: policy.keyProposalHours.value })
}

async function announce({ signing, clock }: EngineDependencies): Promise<SignedRotation> {
  const content = { from: await signing.publicKey(), to: await signing.prepareNext(), at: clock.now() }
  const text = rotationText(content)
  return { ...content, byOld: (await signing.sign(text)).signature, byNew: await signing.signAsNext(text) }
}

/** Changes the key where the ledger has heard of it, and this workspace was killed before. Gives the key that signs. */
export async function settleKey({ ledger, signing }: Pick<EngineDependencies, 'ledger' | 'signing'>): Promise<SigningKey> {
  const key = await signing.publicKey()
  const keys = trustedKeys(key, await ledger.read(keyStream), signing)
  if (keys.find(({ keyId }) => keyId === key.keyId)?.endedBy === undefined) return key
  const next = keys.find(({ endedBy }) => endedBy === undefined)
  if (next === undefined) return key
  await signing.adoptNext(next.keyId)
  return signing.publicKey()
}
