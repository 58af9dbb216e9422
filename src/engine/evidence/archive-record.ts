import type { ArchiveEvent, ArchiveEventData, ArchiveRecord } from '#domain/evidence'
import { archiveStream, evolveArchive } from '#domain/evidence'
import type { Ledger, Projection, ReadModel } from '#engine/ports'

const nothing: ArchiveRecord = { holds: [] }

/** One document for the whole ledger. */
export const archiveProjection: Projection = {
  kind: 'archive',
  id: (event) => (event.stream === archiveStream ? 'ledger' : undefined),
  // The stream is written only through NewArchiveEvent, and the document only here.
  fold: (document, event) => evolveArchive(document as ArchiveRecord | undefined, event as ArchiveEvent),
}

export async function loadArchive({ readModel }: { readonly readModel: ReadModel }): Promise<ArchiveRecord> {
  return (await readModel.load<ArchiveRecord>('archive', 'ledger')) ?? nothing
}

/** Every pack that was ever archived, by promotion. */
export async function readArchived(ledger: Pick<Ledger, 'read'>): Promise<ReadonlyMap<string, ArchiveEventData['archive-kept']>> {
  const kept = (await ledger.read(archiveStream)).flatMap(
    ({ type, data }) => (type === 'archive-kept' ? [data as ArchiveEventData[typeof type]] : []), // the stream is written only through NewArchiveEvent
  )
  return new Map(kept.map((each) => [each.promotionId, each]))
}
