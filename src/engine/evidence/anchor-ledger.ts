import type { SignedHead } from '#domain/evidence'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { applyOverride, refuseActor } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { AnchorRecord, NewAnchorEvent } from './anchor-stream.ts'
import { anchorStream, placeOf } from './anchor-stream.ts'
import { signHead } from './sign-head.ts'

/** How the anchors stand, with the places that the configuration names. */
export interface AnchorsView {
  readonly newest: AnchorRecord['newest'] | undefined
  readonly places: AnchorRecord['places']
  readonly publicKey: string
  readonly keyId: string
}

/** Signs the head at the word of a person; whoever gets it can keep it, besides the places that the configuration names. */
export async function anchorLedger(deps: EngineDependencies, { actor }: { readonly actor: PersonId }): Promise<Result<SignedHead>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const may = applyOverride(deps.policy, configuration.policy).evidence.mayAnchor
  const refused = refuseActor(configuration.people, actor, { may, deed: 'have the ledger anchored' })
  if (refused !== undefined) return refused
  const made = await makeAnchor(deps, actor)
  return made === undefined ? refuse('ledger.empty', 'The ledger is empty.', 'There is nothing to anchor yet.') : accept(made)
}

/** Into the ledger first: whatever is killed after it is brought on from there. */
export async function makeAnchor(
  deps: Pick<EngineDependencies, 'ledger' | 'hashing' | 'signing' | 'clock' | 'ids'>,
  actor: string,
): Promise<SignedHead | undefined> {
  const signed = await signHead(deps)
  if (signed === undefined) return undefined
  const event: NewAnchorEvent = { type: 'anchor-made', data: { anchorId: deps.ids.next('an'), signed } }
  await deps.ledger.append({ stream: anchorStream, expectedVersion: undefined, actor, events: [event] })
  return signed
}

export async function loadAnchors(deps: EngineDependencies): Promise<AnchorsView> {
  const current = await requireConfiguration(deps)
  const record = await deps.readModel.load<AnchorRecord>('anchor', 'ledger')
  const targets = (current.ok ? current.value.configuration.anchors : undefined) ?? []
  const { keyId, pem } = await deps.signing.publicKey()
  const places = targets.map((target) => {
    const place = placeOf(target, deps.hashing.sha256)
    return record?.places.find((each) => each.place === place) ?? { place }
  })
  return { newest: record?.newest, places, publicKey: pem, keyId }
}
