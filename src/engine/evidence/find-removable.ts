import type { RemovedBytes } from '#domain/evidence'
import { archiveStream } from '#domain/evidence'
import type { Digest, LedgerEvent } from '#domain/kernel'
import type { PromotionRequest } from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'
import { readArchived } from './archive-record.ts'
import { findArtifacts } from './verify-ledger.ts'

type Deps = Pick<EngineDependencies, 'ledger'>
type Asked = Pick<PromotionRequest, 'promotionId' | 'solution'>

/**
 * The bytes that archived packs hold and that nothing needs here any more: every entry of the ledger that names them is of a promotion that was
 * archived, and that no hold concerns, or of a release that only such promotions brought anywhere. What was removed before is not told again.
 */
export async function findRemovable(deps: Deps, isHeld: (promotion: Asked) => boolean): Promise<readonly RemovedBytes[]> {
  const gone = await findArchivedStreams(deps, isHeld)
  const candidates = new Map<Digest, string>()
  const before = new Set<Digest>()
  for await (const event of allEntries(deps)) {
    if (event.stream === archiveStream) noteRemoved(event, before)
    const promotionId = gone.get(event.stream)
    if (promotionId === undefined) continue
    for (const digest of findArtifacts(event)) candidates.set(digest, promotionId)
  }
  for (const digest of before) candidates.delete(digest)
  for await (const { stream, data } of allEntries(deps))
    if (!gone.has(stream) && stream !== archiveStream && !isCopy(stream)) dropNamed(data, candidates)
  return [...candidates].map(([digest, promotionId]) => ({ digest, promotionId }))
}

/** Streams of which nothing is needed here, each with the promotion in whose pack it is. */
async function findArchivedStreams(deps: Deps, isHeld: (promotion: Asked) => boolean): Promise<ReadonlyMap<string, string>> {
  const archived = await readArchived(deps.ledger)
  const streams = new Map<string, string>()
  const needed = new Set<string>()
  for await (const { type, data } of allEntries(deps)) {
    if (type !== 'promotion-requested') continue
    const { request } = data as { readonly request: PromotionRequest } // what an entry of this type holds
    const release = `release/${request.releaseId}`
    if (!archived.has(request.promotionId) || isHeld(request)) needed.add(release)
    else {
      streams.set(`promotion/${request.promotionId}`, request.promotionId)
      streams.set(release, request.promotionId)
    }
  }
  for (const release of needed) streams.delete(release)
  return streams
}

function noteRemoved({ type, data }: LedgerEvent, removed: Set<Digest>): void {
  if (type !== 'archive-removal-begun') return
  // The stream is written only through NewArchiveEvent.
  for (const { digest } of (data as { readonly removed: readonly RemovedBytes[] }).removed) removed.add(digest)
}

/** What takes a lane holds the first entries of its promotion again, whose own stream counts. */
function isCopy(stream: string): boolean {
  return stream.startsWith('lane/')
}

/** Whoever names a digest, in whatever field, may need its bytes. */
function dropNamed(data: unknown, candidates: Map<Digest, string>): void {
  if (typeof data === 'string') candidates.delete(data as Digest)
  else if (typeof data === 'object' && data !== null) for (const each of Object.values(data)) dropNamed(each, candidates)
}

const batch = 200

async function* allEntries({ ledger }: Deps): AsyncGenerator<LedgerEvent> {
  for (let sequence = 0; ; ) {
    const events = await ledger.readAll(sequence, batch)
    yield* events
    if (events.length < batch) return
    sequence = events.at(-1)?.sequence ?? sequence
  }
}
