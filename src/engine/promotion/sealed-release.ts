import type { ReleaseId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Ledger } from '#engine/ports'
import type { PreparationEvent } from '../preparation/events.ts'
import { releaseStream } from '../preparation/events.ts'

/** The release as it was sealed into the ledger, not as a read model shows it. */
export async function loadSealedRelease(ledger: Ledger, releaseId: ReleaseId): Promise<Release> {
  // The stream is written only through NewPreparationEvent, so its entries are preparation events.
  const events = (await ledger.read(releaseStream(releaseId))) as readonly PreparationEvent[]
  const sealed = events.find((event) => event.type === 'release-sealed')
  if (sealed !== undefined) return sealed.data.release
  throw new DroverError('release.unknown', `The ledger holds no sealed release ${releaseId}.`, {
    hint: 'Check the ledger with `drover ledger verify`, and prepare a new release.',
  })
}
