import type { Instant, LedgerEvent, PersonId, Result } from '#domain/kernel'
import { accept, canonicalJson, refuse, toId } from '#domain/kernel'
import type { SignedHead } from './signed-head.ts'
import { headText } from './signed-head.ts'

/** The public half of a key that signs, or signed. */
export interface SigningKey {
  /** Hex sha256 of the key's DER. */
  readonly keyId: string
  readonly pem: string
}

/** That one key follows another: told by both, so that whoever knows either of them knows the other. */
export interface SignedRotation {
  readonly from: SigningKey
  readonly to: SigningKey
  readonly at: Instant
  /** Ed25519 over {@link rotationText} by the key that goes, in base64. */
  readonly byOld: string
  /** Likewise by the one that comes. */
  readonly byNew: string
}

export interface KeyEventData {
  'signing-key-proposed': { readonly reason: string }
  /** `by` and `at`: whose proposal it was. */
  'signing-key-proposal-withdrawn': { readonly reason: string; readonly by: PersonId; readonly at: Instant }
  'signing-key-rotated': { readonly rotation: SignedRotation; readonly reason: string; readonly proposedBy: PersonId }
}

export const keyStream = 'signing-keys'

/** What both keys sign. */
export function rotationText({ from, to, at }: Pick<SignedRotation, 'from' | 'to' | 'at'>): string {
  return canonicalJson({ kind: 'drover/key-rotation/v1', from, to, at })
}

export interface KeyMeans {
  verify(signed: { readonly publicKey: string; readonly text: string; readonly signature: string }): boolean
  /** Undefined for what is no key. */
  keyIdOf(pem: string): string | undefined
}

export interface TrustedKey extends SigningKey {
  /** The entry by which another followed it: what it signs of the ledger from there on counts for nothing. Absent: it is in use. */
  readonly endedBy?: number
}

/**
 * The pinned key, with those that it follows and those that follow it, as far as each step was signed by both. From the pinned key on each is
 * followed once. Those before it are known by the key that they handed over to alone: whatever else they signed, another successor among it,
 * counts for nothing, or whoever still has a key that was taken out of use could bring their own in under the one that is in use.
 */
export function trustedKeys(pinned: SigningKey, entries: readonly LedgerEvent[], means: KeyMeans): readonly TrustedKey[] {
  const steps = entries
    .flatMap((entry): KeyStep[] => {
      const rotation = rotationOf(entry)
      return rotation !== undefined && isSignedByBoth(rotation, means) ? [{ ...rotation, sequence: entry.sequence }] : []
    })
    .toSorted((a, b) => a.sequence - b.sequence)
  return [...keysBefore(pinned, steps), ...keysFrom(pinned, steps)]
}

type KeyStep = Pick<SignedRotation, 'from' | 'to'> & { readonly sequence: number }

/** The key and its successors, each of them by the first entry that names one. */
function keysFrom(key: SigningKey, steps: readonly KeyStep[], after = 0): TrustedKey[] {
  const step = steps.find(({ from, sequence }) => from.keyId === key.keyId && sequence > after)
  return step === undefined ? [key] : [{ ...key, endedBy: step.sequence }, ...keysFrom(step.to, steps, step.sequence)]
}

/** Those that handed over to the key, and those before them. */
function keysBefore(key: SigningKey, steps: readonly KeyStep[], before = Infinity): TrustedKey[] {
  const step = steps.find(({ to, sequence }) => to.keyId === key.keyId && sequence < before)
  return step === undefined ? [] : [...keysBefore(step.from, steps, step.sequence), { ...step.from, endedBy: step.sequence }]
}

/** Whether one of the keys signed the head, while it was in use. */
export function isSignedByOneOf({ head, signature }: SignedHead, keys: readonly TrustedKey[], means: Pick<KeyMeans, 'verify'>): boolean {
  const key = keys.find(({ keyId }) => keyId === head.keyId)
  if (key === undefined || (key.endedBy !== undefined && head.sequence >= key.endedBy)) return false
  return means.verify({ publicKey: key.pem, text: headText(head), signature })
}

function rotationOf({ type, stream, data }: LedgerEvent): SignedRotation | undefined {
  // Written only so; what somebody else wrote holds no two signatures, and is passed over where they are verified.
  const rotation =
    type === 'signing-key-rotated' && stream === keyStream ? (data as Partial<KeyEventData[typeof type]>).rotation : undefined
  const keys = rotation === undefined ? [] : [rotation.from, rotation.to]
  const isWhole = keys.length > 0 && keys.every((key) => typeof (key as SigningKey | undefined)?.pem === 'string')
  return isWhole && typeof rotation?.byOld === 'string' && typeof rotation.byNew === 'string' ? rotation : undefined
}

function isSignedByBoth(rotation: SignedRotation, { verify, keyIdOf }: KeyMeans): boolean {
  const { from, to, byOld, byNew } = rotation
  const text = rotationText(rotation)
  return (
    [from, to].every(({ keyId, pem }) => keyIdOf(pem) === keyId) &&
    verify({ publicKey: from.pem, text, signature: byOld }) &&
    verify({ publicKey: to.pem, text, signature: byNew })
  )
}

/** The word of a first person, that another key is to sign. */
export interface KeyProposal {
  readonly by: PersonId
  readonly at: Instant
}

/** The proposal that a second person could carry out now: the newest entry about keys, where it is one and not too old. */
export function openProposal(
  newest: LedgerEvent | undefined,
  { now, hours }: { readonly now: Instant; readonly hours: number },
): KeyProposal | undefined {
  if (newest?.type !== 'signing-key-proposed') return undefined
  if (Date.parse(now) > Date.parse(newest.at) + hours * 3_600_000) return undefined
  return { by: toId<PersonId>(newest.actor), at: newest.at }
}

/** Whether a word to change the key is a proposal, or carries out that of another person. */
export function decideRotation(
  { actor, reason }: { readonly actor: PersonId; readonly reason: string },
  { proposal, takesTwo }: { readonly proposal: KeyProposal | undefined; readonly takesTwo: boolean },
): Result<'propose' | 'rotate'> {
  if (reason.trim() === '')
    return refuse('evidence.reason-needed', 'The key is changed only with a reason.', 'Say why, for example --reason "yearly change".')
  if (!takesTwo || (proposal !== undefined && proposal.by !== actor)) return accept('rotate')
  return accept('propose')
}

/** Takes a proposal back: whoever may carry it out may end it, too. */
export function decideKeyWithdrawal(reason: string, proposal: KeyProposal | undefined): Result<KeyProposal> {
  if (proposal === undefined)
    return refuse('evidence.nothing-proposed', 'No change of the key is proposed that could be taken back.', 'Nothing to do.')
  if (reason.trim() !== '') return accept(proposal)
  return refuse('evidence.reason-needed', 'A proposal is taken back only with a reason.', 'Say why, with --reason.')
}
