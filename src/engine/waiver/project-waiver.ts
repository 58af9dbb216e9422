import type { Waiver, WaiverEvent } from '#domain/waiver'
import { evolveWaiver } from '#domain/waiver'
import type { Projection, ReadModel } from '#engine/ports'
import { solutionKey } from '../summaries.ts'

export const waiverProjection: Projection = {
  kind: 'waiver',
  id: (event) => (event.stream.startsWith('waiver/') ? event.stream.slice('waiver/'.length) : undefined),
  // A document of this kind is what this projection folds, and the stream is written only through NewWaiverEvent.
  fold: (document, event) => evolveWaiver(document as Waiver | undefined, event as WaiverEvent),
  summarise: (document) => ({ solutionKey: solutionKey((document as Waiver).scope.solution) }), // as above
}

/** Of every state, newest first. */
export function listWaiversOf(deps: { readonly readModel: ReadModel }, solution: string): Promise<readonly Waiver[]> {
  return deps.readModel.list<Waiver>('waiver', { where: { solutionKey: solutionKey(solution) } })
}
