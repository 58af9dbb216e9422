import type { SignedHead } from '#domain/evidence'
import { readSignedHead } from '#domain/evidence'
import type { Instant, LedgerEvent, NewEvent } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import type { AnchorTarget } from '#domain/pipeline'
import type { Ledger, Projection } from '#engine/ports'

export const anchorStream = 'anchors'

interface AnchorEventData {
  /** The head of the ledger before this entry was signed, to be kept in all places that the configuration names. */
  'anchor-made': { readonly anchorId: string; readonly signed: SignedHead }
  'anchor-kept': { readonly anchorId: string; readonly place: string }
  'anchor-failed': { readonly anchorId: string; readonly place: string; readonly code: string; readonly message: string }
}

type AnchorEventType = keyof AnchorEventData
export type NewAnchorEvent = { [T in AnchorEventType]: NewEvent<T, AnchorEventData[T]> }[AnchorEventType]
type AnchorEvent = { [T in AnchorEventType]: LedgerEvent<T, AnchorEventData[T]> }[AnchorEventType]

/** How the anchors of the ledger stand. */
export interface AnchorRecord {
  readonly newest: { readonly anchorId: string; readonly signed: SignedHead; readonly by: string; readonly at: Instant }
  /** Entries of this stream since then: anchoring what anchoring wrote would never end. */
  readonly ownEntries: number
  readonly places: readonly AnchorPlaceRecord[]
}

export interface AnchorPlaceRecord {
  /** As {@link placeOf} names it. */
  readonly place: string
  /** The newest anchor that it holds. */
  readonly kept?: { readonly anchorId: string; readonly sequence: number; readonly at: Instant }
  /** Why it does not hold the newest; absent when it does. */
  readonly failure?: { readonly message: string; readonly tries: number; readonly lastTriedAt: Instant }
}

/** One document for the whole ledger. */
export const anchorProjection: Projection = {
  kind: 'anchor',
  id: (event) => (event.stream === anchorStream ? 'ledger' : undefined),
  // The stream is written only through NewAnchorEvent, and the document only here.
  fold: (document, event) => evolveAnchors(document as AnchorRecord | undefined, event as AnchorEvent),
}

function evolveAnchors(record: AnchorRecord | undefined, event: AnchorEvent): AnchorRecord | undefined {
  if (event.type === 'anchor-made') {
    const newest = { ...event.data, by: event.actor, at: event.at }
    return { newest, ownEntries: 1, places: (record?.places ?? []).map(({ failure: _superseded, ...place }) => place) }
  }
  if (record === undefined) return undefined
  const { anchorId, place } = event.data
  const ownEntries = record.ownEntries + 1
  // A late word on an anchor that another has followed changes nothing that is shown.
  if (anchorId !== record.newest.anchorId) return { ...record, ownEntries }
  const before = record.places.find((each) => each.place === place) ?? { place }
  const others = record.places.filter((each) => each.place !== place)
  return { ...record, ownEntries, places: [...others, event.type === 'anchor-kept' ? keep(before, record, event.at) : fail(before, event)] }
}

function keep({ place }: AnchorPlaceRecord, { newest }: AnchorRecord, at: Instant): AnchorPlaceRecord {
  return { place, kept: { anchorId: newest.anchorId, sequence: newest.signed.head.sequence, at } }
}

function fail(before: AnchorPlaceRecord, { data, at }: Extract<AnchorEvent, { readonly type: 'anchor-failed' }>): AnchorPlaceRecord {
  return { ...before, failure: { message: data.message, tries: (before.failure?.tries ?? 0) + 1, lastTriedAt: at } }
}

/** Names a place in the ledger without the path and query of an address, which are often secrets. */
export function placeOf(target: AnchorTarget, hash: (text: string) => string): string {
  if (target.kind === 'git-tag') return 'git-tag'
  if (target.kind === 'file') return `file ${target.path}`
  return `webhook ${new URL(target.url).host} (${hash(canonicalJson(target)).slice(0, 8)})`
}

/** All heads that were ever signed as anchors, oldest first. */
export async function readAnchors(ledger: Pick<Ledger, 'read'>): Promise<readonly SignedHead[]> {
  const events = await ledger.read(anchorStream)
  return events.flatMap(({ type, data }) => {
    // Written only as NewAnchorEvent; read again as a head, since the ledger may not be what it was.
    const signed = type === 'anchor-made' ? readSignedHead((data as AnchorEventData['anchor-made']).signed) : undefined
    return signed === undefined ? [] : [signed]
  })
}
