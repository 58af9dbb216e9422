import type { PersonId, Result } from '#domain/kernel'
import type { NewStructureEvent, StructureEvent, StructureRecord } from '#domain/structure'
import { evolveStructure, isStructureEvent, noStructureRecord } from '#domain/structure'
import type { NewTierEvent, TierEvent, TierRecord } from '#domain/tier'
import { evolveTier, isTierEvent, noTierRecord, solutionStream, tierInForce } from '#domain/tier'
import type { GovernedSolution } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { Clock, Ledger, Projection, ReadModel } from '#engine/ports'
import { decideOnStream } from '../decide-on-stream.ts'
import { solutionKey } from '../summaries.ts'

type Reads = { readonly readModel: ReadModel }

const prefix = 'solution/'

/** Tier and structure of a solution are one stream, so that what is decided on both is one history, and two documents. */
export const tierProjection: Projection = {
  kind: 'tier',
  id: (event) => (isTierEvent(event) && event.stream.startsWith(prefix) ? event.stream.slice(prefix.length) : undefined),
  // A document of this kind is what this projection folds, and the events are those that `id` has let through.
  fold: (document, event) => evolveTier(document as TierRecord | undefined, event as TierEvent),
}

export const structureProjection: Projection = {
  kind: 'structure',
  id: (event) => (isStructureEvent(event) && event.stream.startsWith(prefix) ? event.stream.slice(prefix.length) : undefined),
  fold: (document, event) => evolveStructure(document as StructureRecord | undefined, event as StructureEvent), // as above
}

export async function loadTierRecord({ readModel }: Reads, solution: string): Promise<TierRecord> {
  return (await readModel.load<TierRecord>('tier', solutionKey(solution))) ?? noTierRecord
}

/** The tier by whose demands a solution is judged now. */
export async function tierOfSolution(
  deps: Reads & { readonly clock: Clock },
  { uniqueName, tier }: Pick<GovernedSolution, 'uniqueName' | 'tier'>,
): Promise<Tier> {
  return tierInForce(await loadTierRecord(deps, uniqueName), { configured: tier, now: deps.clock.now() })
}

export async function loadStructureRecord({ readModel }: Reads, solution: string): Promise<StructureRecord> {
  return (await readModel.load<StructureRecord>('structure', solutionKey(solution))) ?? noStructureRecord
}

/** Appends what is decided about a solution as it is then; of two at once the second is judged by what the first made of it. */
export async function decideOnSolution(
  deps: Reads & { readonly ledger: Ledger },
  { solution, actor }: { readonly solution: string; readonly actor: PersonId | 'drover' },
  decide: (
    tier: TierRecord,
  ) => Result<readonly (NewTierEvent | NewStructureEvent)[]> | Promise<Result<readonly (NewTierEvent | NewStructureEvent)[]>>,
): Promise<Result<readonly (NewTierEvent | NewStructureEvent)[]>> {
  return decideOnStream(deps.ledger, { stream: solutionStream(solution), actor }, async () => decide(await loadTierRecord(deps, solution)))
}
