import { isDeputyAt, isOver } from '#domain/approval'
import type { Instant, PersonId, PromotionId, StageId, Version } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import { holdsAt } from '#domain/people'
import type { PeopleGateKind } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import { findSayable } from '#domain/promotion'
import type { Train } from '#domain/train'
import { findTrainPlaces } from '#domain/train'
import type { Waiver } from '#domain/waiver'
import { permitOf } from '#domain/waiver'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { ConfigurationVersion } from '../engine.ts'
import { loadRights } from '../people/rights.ts'
import type { RememberedJudgements } from './remembered-judgements.ts'
import { judgeChanged } from './remembered-judgements.ts'
import { listOwedItems } from '../emergency/list-owed.ts'
import type { PromotionEntry } from '../summaries.ts'
import { loadMembers } from '../train/decide-on-train.ts'
import { listAskedWords } from './asked-words.ts'
import type { AskedWord } from './word-facts.ts'
import { listDeployments } from './deployments.ts'
import { loadPromotion } from './promotions.ts'

/** What somebody is asked to say of a promotion. */
export const promotionAsks = ['decide', 'answer-unknown', 'acknowledge-loss', 'validate', 'sign-off'] as const

/** What waits for one person: where a word of theirs would count now, by the rules that it would be judged by. */
export interface Waiting {
  readonly promotions: readonly {
    readonly promotionId: PromotionId
    readonly solution: string
    readonly version: Version
    readonly stageId: StageId
    readonly asks: readonly (typeof promotionAsks)[number][]
    /** At which they decide or sign off. */
    readonly gates: readonly PeopleGateKind[]
  }[]
  readonly trains: readonly { readonly trainId: string; readonly name: string; readonly gates: readonly PeopleGateKind[] }[]
  readonly waivers: readonly { readonly waiverId: string; readonly solution: string }[]
  /** All else: words of a second person, and what came due. */
  readonly words: readonly AskedWord[]
}

type WaitingPromotion = Waiting['promotions'][number]

/** What was judged of promotions that wait for a decision. */
export type JudgedWaiting = RememberedJudgements<WaitingPromotion | undefined>

export async function listWaiting(deps: EngineDependencies, viewer: PersonId, judged: JudgedWaiting): Promise<Waiting> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return { promotions: [], trains: [], waivers: [], words: [] }
  const [undecided, validations, signOffs] = [
    await listUndecided(deps, viewer, { current, judged }),
    await listValidations(deps, viewer),
    await listSignOffs(deps, viewer),
  ]
  const { configuration } = current
  const rules = { configuration, policy: applyOverride(deps.policy, configuration.policy), now: deps.clock.now() }
  const waivers = await deps.readModel.list<Waiver>('waiver')
  return {
    promotions: [...undecided, ...validations, ...signOffs],
    trains: await listTrains(deps, viewer),
    waivers: waivers
      .filter((waiver) => permitOf(waiver, rules, viewer).may.includes('approve'))
      .map(({ waiverId, scope }) => ({ waiverId, solution: scope.solution })),
    words: await listAskedWords(deps, viewer),
  }
}

async function listUndecided(
  deps: EngineDependencies,
  viewer: PersonId,
  { current, judged }: { readonly current: ConfigurationVersion; readonly judged: JudgedWaiting },
): Promise<readonly WaitingPromotion[]> {
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { state: ['pending', 'migrating'] } })
  if (rows.length === 0) return []
  const now = deps.clock.now()
  const rights = await tellRights(deps, current, now)
  const waiting = await judgeChanged(deps, judged, { viewer, rows, rights, now }, (id) => judgeUndecided(deps, id, viewer))
  return waiting.filter((one) => one !== undefined)
}

/** Whose word counts at this moment, as far as the clock alone changes it. */
async function tellRights(deps: EngineDependencies, current: ConfigurationVersion, now: Instant): Promise<string> {
  const policy = applyOverride(deps.policy, current.configuration.policy)
  const { delegations, timedGrants, uncertified } = await loadRights(deps, { ...current, policy })
  const held = timedGrants.filter((grant) => holdsAt(grant, now)).map(({ id }) => id)
  const standing = delegations.filter((one) => isDeputyAt(one, now) && !isOver(one, now)).map(({ id }) => id)
  return canonicalJson([current.version, held, standing, uncertified])
}

async function judgeUndecided(deps: EngineDependencies, id: PromotionId, viewer: PersonId): Promise<WaitingPromotion | undefined> {
  const view = await loadPromotion(deps, id, viewer)
  if (view === undefined) return undefined
  // Those that travel together are decided on together.
  const places = view.promotion.request.train === undefined ? view.places : []
  const asks = [
    ...(places.length > 0 ? (['decide'] as const) : []),
    ...(view.mayAcknowledgeUnknown ? (['answer-unknown'] as const) : []),
    ...(view.losses.some(({ mayAcknowledge }) => mayAcknowledge) ? (['acknowledge-loss'] as const) : []),
  ]
  if (asks.length === 0) return undefined
  return { ...named(view.promotion), asks, gates: [...new Set(places.map(({ gate }) => gate))] }
}

/** Of what is in pets, and was not said to stand there yet. */
async function listValidations(deps: EngineDependencies, viewer: PersonId): Promise<readonly WaitingPromotion[]> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return []
  const { configuration } = current
  const policy = applyOverride(deps.policy, configuration.policy).gates
  const pets = configuration.environments.filter(({ careClass }) => careClass === 'pet').map(({ id }): string => id)
  const ids = (await listDeployments(deps))
    .filter(({ environmentId }) => pets.includes(environmentId))
    .map(({ promotionId }) => promotionId)
  const promotions = ids.length === 0 ? [] : await deps.readModel.list<Promotion>('promotion', { ids })
  return promotions
    .filter((promotion) => findSayable(promotion, { by: viewer, at: deps.clock.now(), configuration, policy }).length > 0)
    .map((promotion) => ({ ...named(promotion), asks: ['validate'], gates: [] }))
}

async function listSignOffs(deps: EngineDependencies, viewer: PersonId): Promise<readonly WaitingPromotion[]> {
  const ids = [...new Set((await listOwedItems(deps)).map(({ promotionId }) => promotionId))]
  const waiting: WaitingPromotion[] = []
  for (const id of ids) {
    const view = await loadPromotion(deps, id, viewer)
    if (view !== undefined && view.maySignOff.length > 0)
      waiting.push({ ...named(view.promotion), asks: ['sign-off'], gates: view.maySignOff })
  }
  return waiting
}

async function listTrains(deps: EngineDependencies, viewer: PersonId): Promise<Waiting['trains']> {
  const trains = await deps.readModel.list<Train>('train', { where: { work: 'open' } })
  const waiting: Waiting['trains'][number][] = []
  for (const train of trains) {
    const places = findTrainPlaces(train, await loadMembers(deps, train), { by: viewer, at: deps.clock.now() })
    if (places.length > 0) waiting.push({ trainId: train.trainId, name: train.name, gates: [...new Set(places.map(({ gate }) => gate))] })
  }
  return waiting
}

function named({ request: { promotionId, solution, version, stageId } }: Promotion) {
  return { promotionId, solution, version, stageId }
}
