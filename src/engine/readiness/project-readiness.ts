import type { Attestation } from '#domain/readiness'
import type { Projection } from '#engine/ports'

/** One document an item: the newest word on it. */
export const readinessProjection: Projection = {
  kind: 'readiness',
  id: ({ stream, type }) =>
    type === 'readiness-attested' && stream.startsWith('readiness/') ? stream.slice('readiness/'.length) : undefined,
  // The stream is written only through NewReadinessEvent.
  fold: (_document, event): Attestation => (event.data as { readonly attestation: Attestation }).attestation,
}
