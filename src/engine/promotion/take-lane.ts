import type { NewPromotionEvent } from '#domain/promotion'
import type { LedgerEvent, PersonId, Result } from '#domain/kernel'
import { accept, errorCode } from '#domain/kernel'
import type { Ledger } from '#engine/ports'
import { promotionStream } from './stream.ts'

type Requested = Extract<NewPromotionEvent, { readonly type: 'promotion-requested' }>

interface Lane {
  readonly lane: string
  readonly solution: string
}

/**
 * Appends a request under the guard of its lane: one stream per place and solution, which every request has to find as it was when it was
 * judged, and so has every refusal. Of requests made at once the first wins, and the others are judged again with it in sight. The guard's entry holds the request
 * whole, so that a process killed between the two appends leaves nothing half done: the next request completes it.
 */
export async function takeLane(
  ledger: Ledger,
  { lane, solution }: Lane,
  decide: () => Promise<Result<{ readonly actor: PersonId; readonly events: readonly NewPromotionEvent[] }>>,
): Promise<Result<true>> {
  const stream = `lane/${lane}/${solution.toLowerCase()}`
  for (;;) {
    const newest = await ledger.readNewest(stream)
    await complete(ledger, newest)
    const decision = await decide()
    if (!decision.ok) {
      // What stood in the way may be what another writer of this same request took the lane with meanwhile.
      if ((await ledger.readNewest(stream))?.streamVersion === newest?.streamVersion) return decision
      continue
    }
    const { actor, events } = decision.value
    try {
      const [entry] = await ledger.append({
        stream,
        expectedVersion: newest?.streamVersion ?? 0,
        actor,
        events: events.map((event) => ({ type: 'lane-taken', data: event })),
      })
      await complete(ledger, entry)
      return accept(true)
    } catch (error) {
      if (errorCode(error) !== 'ledger.conflict') throw error
    }
  }
}

/** Writes the promotion that an entry of the guard stands for; keyed, so that it is written once. */
async function complete(ledger: Ledger, entry: LedgerEvent | undefined): Promise<void> {
  if (entry === undefined) return
  const event = entry.data as Requested // only takeLane writes to this stream, and only requests
  await ledger.append({
    stream: promotionStream(event.data.request.promotionId),
    expectedVersion: undefined,
    actor: entry.actor,
    events: [event],
  })
}
