import { peopleOf, personStream } from '#domain/approval'
import { environmentStream } from '#domain/drift'
import type { EvidenceSelection } from '#domain/evidence'
import type { LedgerEvent, PersonId, PromotionId, ReleaseId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { EngineDependencies } from '../dependencies.ts'
import { solutionKey } from '../summaries.ts'

/** What a pack shows, each in the order of the ledger. */
export interface SelectedEntries {
  readonly entries: readonly LedgerEvent[]
  readonly promotions: ReadonlySet<string>
  readonly releases: ReadonlySet<string>
}

interface Subjects {
  readonly promotions: Set<string>
  readonly releases: Set<string>
  /** Whole besides those: absent, none. */
  readonly streams?: ReadonlySet<string>
}

const batch = 200

/**
 * All entries of the promotions and releases that are asked for, all others that name one of them (restore points, holds, waivers, trains,
 * hotfixes), and the configuration that was in force at each of these. `through`: the newest entry that is looked at.
 */
export async function selectEntries(
  deps: EngineDependencies,
  selection: EvidenceSelection,
  { through, most }: { readonly through: number; readonly most: number },
): Promise<Result<SelectedEntries>> {
  const found = await findSubjects(deps, selection, through)
  if (!found.ok) return found
  const subjects = await withReleases(deps, found.value)
  const { promotions, releases } = subjects
  const isAskedFor = matcherOf(selection, subjects)
  const entries: LedgerEvent[] = []
  let configuration: LedgerEvent | undefined
  for await (const event of entriesThrough(deps, through)) {
    if (event.type === 'configuration-applied') configuration = event
    if (!isAskedFor(event)) continue
    if (configuration !== undefined && configuration !== event) entries.push(configuration)
    configuration = undefined
    entries.push(event)
    if (entries.length > most)
      return refuse(
        'evidence.too-much',
        `The pack would hold more than ${most} entries of the ledger.`,
        'Export a shorter time, or less at once.',
      )
  }
  return accept({ entries, promotions, releases })
}

async function findSubjects(deps: EngineDependencies, selection: EvidenceSelection, through: number): Promise<Result<Subjects>> {
  if (selection.kind === 'promotion') {
    const promotion = await deps.readModel.load<Promotion>('promotion', selection.promotionId)
    if (promotion !== undefined) return accept({ promotions: new Set([selection.promotionId]), releases: new Set() })
    return refuse('promotion.unknown', `There is no promotion "${selection.promotionId}".`, 'Name one that `drover promotion list` shows.')
  }
  if (selection.kind === 'solution') {
    const where = { solutionKey: solutionKey(selection.solution) }
    const promotions = await deps.readModel.listSummaries<{ readonly promotionId: PromotionId }>('promotion', { where })
    const releases = await deps.readModel.listSummaries<{ readonly releaseId: ReleaseId }>('release', { where })
    if (promotions.rows.length + releases.rows.length > 0)
      return accept({
        promotions: new Set(promotions.rows.map(({ promotionId }) => promotionId)),
        releases: new Set(releases.rows.map(({ releaseId }) => releaseId)),
      })
    return refuse('solution.unknown', `Nothing of a solution "${selection.solution}" is in the ledger.`, 'Name it by its unique name.')
  }
  if (selection.kind === 'release' || selection.kind === 'environment') return findAsked(deps, selection, through)
  const subjects: Subjects = { promotions: new Set(), releases: new Set() }
  for await (const { stream, at } of entriesThrough(deps, through)) {
    if (!isWithin(selection, at)) continue
    if (stream.startsWith('promotion/')) subjects.promotions.add(stream.slice('promotion/'.length))
    if (stream.startsWith('release/')) subjects.releases.add(stream.slice('release/'.length))
  }
  return accept(subjects)
}

/** The promotions that were asked for of a release, or into an environment; with the release, and the places that the environment was. */
async function findAsked(
  deps: EngineDependencies,
  selection: Extract<EvidenceSelection, { readonly kind: 'release' | 'environment' }>,
  through: number,
): Promise<Result<Subjects>> {
  const subjects = { promotions: new Set<string>(), releases: new Set<string>(), streams: new Set<string>() }
  for await (const { type, stream, data } of entriesThrough(deps, through)) {
    if (selection.kind === 'release' && stream === `release/${selection.releaseId}`) subjects.releases.add(selection.releaseId)
    if (type !== 'promotion-requested') continue
    const { request } = data as { readonly request: Promotion['request'] } // what an entry of this type holds
    const isIt =
      selection.kind === 'release' ? request.releaseId === selection.releaseId : request.environmentId === selection.environmentId
    if (!isIt) continue
    subjects.promotions.add(request.promotionId)
    if (selection.kind === 'environment') subjects.streams.add(environmentStream(request.plan.target.lane))
  }
  if (subjects.promotions.size + subjects.releases.size > 0) return accept(subjects)
  return selection.kind === 'release'
    ? refuse('release.unknown', `There is no release "${selection.releaseId}".`, 'Name one that `drover release list` shows.')
    : refuse(
        'environment.unknown',
        `Nothing was asked to go into an environment "${selection.environmentId}".`,
        'Name one that `drover env list` shows.',
      )
}

/** A promotion is nothing without the release that it brought, nor a word without what says that it counted: deputies, and roles with an end. */
async function withReleases(deps: EngineDependencies, { promotions, releases, ...rest }: Subjects): Promise<Subjects> {
  const all = new Set(releases)
  const rights = new Set<string>()
  for (const id of promotions) {
    const promotion = await deps.readModel.load<Promotion>('promotion', id)
    if (promotion === undefined) continue
    all.add(promotion.request.releaseId)
    for (const person of actorsOf(promotion)) rights.add(personStream(person))
  }
  for (const id of [...all]) {
    const of = (await deps.readModel.load<Release>('release', id))?.repackOf?.releaseId
    if (of !== undefined) all.add(of)
  }
  return { promotions, releases: all, streams: new Set([...(rest.streams ?? []), ...rights]) }
}

function actorsOf({ request, decisions, acknowledgements }: Promotion): readonly PersonId[] {
  return [request.requestedBy, ...decisions.flatMap(peopleOf), ...acknowledgements.map(({ by }) => by)]
}

function matcherOf(
  selection: EvidenceSelection,
  { promotions, releases, streams: whole = new Set() }: Subjects,
): (event: LedgerEvent) => boolean {
  const streams = new Set([...whole, ...[...promotions].map((id) => `promotion/${id}`), ...[...releases].map((id) => `release/${id}`)])
  const ids = new Set([...promotions, ...releases])
  return (event) => {
    // What signs the head is known by it to whoever has an older key.
    if (event.type === 'signing-key-rotated') return true
    if (selection.kind === 'period' && isWithin(selection, event.at)) return true
    return streams.has(event.stream) || (ids.size > 0 && namesOne(event.data, ids))
  }
}

/** Whether one of the ids is a whole text anywhere in the data. */
function namesOne(data: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof data === 'string') return ids.has(data)
  return typeof data === 'object' && data !== null && Object.values(data).some((each) => namesOne(each, ids))
}

function isWithin({ from, to }: Extract<EvidenceSelection, { readonly kind: 'period' }>, at: string): boolean {
  return Date.parse(at) >= Date.parse(from) && Date.parse(at) < Date.parse(to)
}

async function* entriesThrough(deps: EngineDependencies, through: number): AsyncGenerator<LedgerEvent> {
  let sequence = 0
  while (sequence < through) {
    const events = await deps.ledger.readAll(sequence, Math.min(batch, through - sequence))
    if (events.length === 0) return
    yield* events
    sequence = events.at(-1)?.sequence ?? through
  }
}
