import type { NewEvent, Result } from '#domain/kernel'
import { errorCode } from '#domain/kernel'
import type { Ledger } from '#engine/ports'

/**
 * Appends what is decided on a stream as it is then; of two at once the second is judged by what the first made of it. `decide` reads anew
 * what it judges by each time, and may decide that nothing is to be written.
 */
export async function decideOnStream<T extends NewEvent>(
  ledger: Ledger,
  { stream, actor }: { readonly stream: string; readonly actor: string },
  decide: () => Promise<Result<readonly T[]>>,
): Promise<Result<readonly T[]>> {
  for (;;) {
    const newest = await ledger.readNewest(stream)
    const decision = await decide()
    if (!decision.ok || decision.value.length === 0) return decision
    try {
      await ledger.append({ stream, expectedVersion: newest?.streamVersion ?? 0, actor, events: decision.value })
      return decision
    } catch (error) {
      if (errorCode(error) !== 'ledger.conflict') throw error
    }
  }
}
