import type { Instant } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'

const headKind = 'drover/ledger-head/v1'

/** Where the ledger stood at one time. Whoever keeps one elsewhere can tell later whether what was before it is still as it was. */
export interface LedgerHead {
  readonly kind: typeof headKind
  /** How many entries there were. */
  readonly sequence: number
  /** Hash of the newest of them. */
  readonly hash: string
  /** Root of the tree over all of them. */
  readonly root: string
  readonly at: Instant
  /** The key that signed it: hex sha256 of its public half. */
  readonly keyId: string
}

export interface SignedHead {
  readonly head: LedgerHead
  /** Ed25519 over {@link headText}, in base64. */
  readonly signature: string
}

export function makeHead(content: Omit<LedgerHead, 'kind'>): LedgerHead {
  return { kind: headKind, ...content }
}

/** What is signed. */
export function headText(head: LedgerHead): string {
  return canonicalJson(head)
}

/** A signed head on one line, as it is kept outside. */
export function signedHeadText({ head, signature }: SignedHead): string {
  return canonicalJson({ head, signature })
}

/** All signed heads in a text: a file of one or many, a line each, or the message of a tag. What is none is passed over. */
export function readSignedHeads(text: string): readonly SignedHead[] {
  const whole = readSignedHead(parseJson(text))
  if (whole !== undefined) return [whole]
  return text.split('\n').flatMap((line) => {
    const found = line.trimStart().startsWith('{') ? readSignedHead(parseJson(line)) : undefined
    return found === undefined ? [] : [found]
  })
}

/** Undefined for anything that is not one, whole and without anything besides. */
export function readSignedHead(value: unknown): SignedHead | undefined {
  if (!isRecord(value) || !isRecord(value['head']) || typeof value['signature'] !== 'string') return undefined
  const { kind, sequence, hash, root, at, keyId } = value['head']
  const areHashes = [hash, root, keyId].every((text) => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text))
  const isWhole = kind === headKind && Number.isSafeInteger(sequence) && areHashes && typeof at === 'string'
  const hasMore = Object.keys(value['head']).length !== 6 || Object.keys(value).length !== 2
  // Every field was looked at above.
  return isWhole && !hasMore ? (value as unknown as SignedHead) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
