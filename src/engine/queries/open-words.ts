import type { WordKind } from '#domain/approval'
import type { EnvironmentEvent } from '#domain/drift'
import { keyStream } from '#domain/evidence'
import type { EnvironmentId, Instant, LedgerEvent, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Projection, ReadModel } from '#engine/ports'

/** Words that are asked for on streams of which nothing else is folded, or whose documents are too large to look through. */
type FoldedKind = Extract<WordKind, 'configuration' | 'forgetting' | 'tier' | 'lower-tier' | 'protection' | 'revert' | 'signing-key'>

/** A word that somebody was asked for; whether it waits still, and for whom, is judged where it is listed. */
export interface OpenWord {
  readonly kind: FoldedKind
  /** What it is about: a digest, a person, a solution, an environment or its lane; of a key the empty text. */
  readonly about: string
  /** Of a revert: the deviation. */
  readonly part?: string
  readonly by: PersonId
  readonly at: Instant
}

interface OpenWords {
  readonly words: readonly OpenWord[]
}

type Change = { readonly opens: FoldedKind; readonly about: string; readonly part?: string } | { readonly closes: readonly FoldedKind[] }

/** One document for all that waits in one place, gone when nothing does. */
export const openWordsProjection: Projection = {
  kind: 'word',
  id: (event) => (changeBy(event) === undefined ? undefined : placeOf(event)),
  fold: (document, event): OpenWords | undefined => {
    // Documents of this kind are folded here alone.
    const before = (document as OpenWords | undefined)?.words ?? []
    const words = changed(before, event)
    return words.length === 0 ? undefined : { words }
  },
}

export async function listOpenWords({ readModel }: { readonly readModel: ReadModel }): Promise<readonly OpenWord[]> {
  return (await readModel.list<OpenWords>('word')).flatMap(({ words }) => words)
}

function changed(before: readonly OpenWord[], event: LedgerEvent): readonly OpenWord[] {
  const change = changeBy(event)
  if (change === undefined) return before
  if ('closes' in change) return before.filter(({ kind }) => !change.closes.includes(kind))
  const { opens, ...of } = change
  const word: OpenWord = { kind: opens, ...of, by: toId<PersonId>(event.actor), at: event.at }
  // The same person's newer word replaces their older one; of a configuration, another person may propose the same.
  return [...before.filter((one) => one.kind !== opens || one.about !== word.about || one.by !== word.by), word]
}

type Said = Pick<LedgerEvent, 'stream' | 'type' | 'data'>

/** Entries of each of these types are written by one concept alone, which is what the casts say. */
function changeBy({ type, stream, data }: Said): Change | undefined {
  switch (type) {
    case 'configuration-proposed':
      return { opens: 'configuration', about: rest(stream) }
    // A proposal can be confirmed only while the version that it was made from is in force.
    case 'configuration-applied':
      return { closes: ['configuration'] }
    case 'person-forget-proposed':
      return { opens: 'forgetting', about: rest(stream) }
    case 'person-forgotten':
      return { closes: ['forgetting'] }
    case 'tier-proposed':
      return { opens: 'tier', about: rest(stream) }
    case 'tier-decision-proposed':
      return { opens: 'lower-tier', about: rest(stream) }
    // One with an end lets what was proposed stand again.
    case 'tier-decided':
      return { closes: (data as { readonly until?: Instant }).until === undefined ? ['tier', 'lower-tier'] : ['lower-tier'] }
    case 'protection-proposed':
      return { opens: 'protection', about: (data as { readonly environmentId: EnvironmentId }).environmentId }
    case 'protection-settled':
      return { closes: ['protection'] }
    case 'disposition-changed': {
      const { deviation, disposition } = data as Extract<EnvironmentEvent, { readonly type: typeof type }>['data']
      if (disposition.kind !== 'revert' || disposition.state !== 'proposed') return { closes: ['revert'] }
      return { opens: 'revert', about: rest(stream), part: deviation }
    }
    case 'signing-key-proposed':
      return { opens: 'signing-key', about: '' }
    case 'signing-key-proposal-withdrawn':
    case 'signing-key-rotated':
      return stream === keyStream ? { closes: ['signing-key'] } : undefined
    default:
      return undefined
  }
}

/** Reverts of one environment wait each for themselves, and proposals of a configuration in one place. */
function placeOf({ type, stream, data }: Said): string {
  if (type === 'configuration-proposed' || type === 'configuration-applied') return 'configuration'
  if (type === 'disposition-changed') return `${stream} ${(data as { readonly deviation: string }).deviation}`
  return stream
}

function rest(stream: string): string {
  return stream.slice(stream.indexOf('/') + 1)
}
