import type { SignedHead } from '#domain/evidence'
import { createLedgerTree, headText, leafOf, makeHead } from '#domain/evidence'
import { DroverError } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import { settleKey } from './rotate-key.ts'

const batch = 5_000

/** Signs where the ledger stands now; undefined while it is empty. What comes in meanwhile is of the next head. */
export async function signHead(
  deps: Pick<EngineDependencies, 'ledger' | 'hashing' | 'signing' | 'clock'>,
): Promise<SignedHead | undefined> {
  const newest = await deps.ledger.readHead()
  if (newest === undefined) return undefined
  const { sha256 } = deps.hashing
  const tree = createLedgerTree(sha256)
  while (tree.size() < newest.sequence) {
    const size = tree.size()
    const entries = await deps.ledger.readHashes(size, Math.min(batch, newest.sequence - size))
    if (!entries.every((entry) => tree.add(leafOf(entry, sha256))) || tree.size() === size) return refuseToSign(size)
  }
  for (;;) {
    const { keyId } = await settleKey(deps)
    const head = makeHead({ sequence: newest.sequence, hash: newest.hash, root: tree.root(), at: deps.clock.now(), keyId })
    const signed = await deps.signing.sign(headText(head))
    // Another process changed the key between the two.
    if (signed.keyId === keyId) return { head, signature: signed.signature }
  }
}

function refuseToSign(size: number): never {
  throw new DroverError('ledger.broken', `The ledger has a gap after entry ${size}, so its head is not signed.`, {
    hint: 'Run `drover ledger verify`, and find out who changed the database.',
  })
}
