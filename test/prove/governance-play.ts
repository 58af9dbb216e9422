import type { EnvironmentId, Instant, PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, PeopleGateKind } from '#domain/pipeline'
import { isPeopleGate } from '#domain/pipeline'
import type { PromotionRequest } from '#domain/promotion'
import { findUnknown } from '#domain/promotion'
import type { Release } from '#domain/release'
import { laneOf } from '#domain/environment'
import { buildPerson, personId } from '../support/domain-builders.ts'
import type { GovernanceWorld } from './governance-world.ts'
import { lanes } from './governance-world.ts'
import type { Change, Move } from './governance-moves.ts'
import { takesTwo } from './governance-moves.ts'

const prod = toId<EnvironmentId>('prod')

/** What has been done, as those know it who do it. */
export interface Stage {
  readonly world: GovernanceWorld
  readonly releases: Map<string, Release>
  readonly promotions: Map<string, PromotionId>
  /** What each promotion showed when it was asked for. */
  readonly shown: Map<PromotionId, string | undefined>
  trainId: string | undefined
  waiverId: string | undefined
  delegation: { readonly personId: string; readonly delegationId: string } | undefined
  /** Who really acts when somebody is named: everybody is themselves, or one person is everybody. */
  readonly as: (name: string) => string
}

/** Does it, and says what came of it. A word that begins with FINDING is one. */
export async function act(stage: Stage, move: Move): Promise<string> {
  const by = 'by' in move ? personId(stage.as(move.by)) : personId('pat')
  const { world } = stage
  const { engine } = world
  switch (move.move) {
    case 'seal':
      stage.releases.set(move.of, await world.seal(move.of, { by, flaw: move.flaw }))
      return 'done'
    case 'request':
      return request(stage, move, by)
    case 'say':
      return onLast(stage, move.of, async (promotionId) =>
        engine.decideApproval({
          promotionId,
          // As the page shows it: with the waivers that it leans on.
          seen: move.isBlind === true ? stage.shown.get(promotionId) : (await engine.loadPromotion(promotionId, by))?.seen,
          ...wordOf(stage, move),
          verdict: move.isNo ? 'reject' : 'approve',
          comment: 'Seen',
          actor: by,
        }),
      )
    case 'report':
      return onLast(stage, move.of, async (promotionId) =>
        engine.reportTests({
          promotionId,
          gate: 'automated-tests',
          seen: (await engine.loadPromotion(promotionId, by))?.seen,
          reports: [{ name: 'a.xml', xml: move.isRed ? red : green }],
          comment: '',
          actor: by,
        }),
      )
    case 'train':
      return train(stage, by)
    case 'say-train':
      return stage.trainId === undefined
        ? 'nothing'
        : told(await engine.decideTrain({ trainId: stage.trainId, ...wordOf(stage, move), verdict: 'approve', comment: '', actor: by }))
    case 'delegate':
    case 'confirm-deputy':
    case 'end-deputy':
      return deputise(stage, move, by)
    case 'configure':
      return configure(stage, move.change, { by, second: move.second === undefined ? undefined : personId(stage.as(move.second)) })
    case 'waive':
    case 'decide-waiver':
    case 'revoke-waiver':
      return waive(stage, move, by)
    case 'travel':
      world.travel(move.hours)
      return 'done'
    case 'work':
      await world.work()
      return 'done'
    case 'break':
      world.breakNext()
      return 'done'
    case 'hand':
      world.changeByHand(move.of)
      return 'done'
    case 'incident':
      return told(await engine.recordIncident({ environmentId: toId('test'), text: 'It lost rows.', actor: by }))
    case 'withdraw':
      return onLast(stage, move.of, (promotionId) => engine.withdrawPromotion({ promotionId, actor: by }))
    case 'resume':
      return onLast(stage, move.of, (promotionId) => engine.resumePromotion({ promotionId, reason: 'There is room.', actor: by }))
    case 'rollback': {
      const asked = await engine.rollback({ environmentId: prod, solution: move.of, reason: 'It is bad.', typedName: 'prod', actor: by })
      if (asked.ok) stage.promotions.set(move.of, asked.value.promotion.request.promotionId)
      return told(asked)
    }
    case 'validate':
      return told(
        await engine.validatePromotion({
          promotionId: (await lastIn(stage, move.of)) ?? stage.promotions.get(move.of) ?? toId('p-none'),
          ...{ of: 'watch', outcome: move.isBad ? 'failed' : 'passed', note: 'Seen', actor: by },
        }),
      )
    case 'forget':
      await engine.forgetPerson({ personId: personId(move.who), reason: 'They left.', actor: by })
      return told(await engine.forgetPerson({ personId: personId(move.who), reason: 'They left.', actor: personId(stage.as(move.second)) }))
    case 'grow':
      await world.grow(move.of)
      return 'done'
    case 'rehearse':
      await world.rehearse(move.of, move.how)
      return 'done'
    case 'keep-tier': {
      const word = { solution: move.of, tier: 3 as const, reason: 'It shrinks again.' }
      await engine.decideTier({ ...word, actor: by })
      return told(await engine.decideTier({ ...word, actor: personId(stage.as(move.second)) }))
    }
    case 'answer-unknown':
      return onLast(stage, move.of, async (promotionId) => {
        const plan = (await engine.loadPromotion(promotionId, by))?.promotion.request.plan
        const of = plan === undefined ? [] : findUnknown(plan)
        return engine.acknowledgeUnknown({ promotionId, of, comment: 'I looked.', actor: by })
      })
  }
}

const green = '<testsuite name="permits" tests="2"><testcase name="opens"/><testcase name="saves"/></testsuite>'
const red = '<testsuite><testcase name="opens"/><testcase name="saves"><failure message="lost"/></testcase></testsuite>'

function told(result: Result<unknown>): string {
  return result.ok ? 'done' : result.refusal.code
}

function wordOf(stage: Stage, { gate, whose }: { readonly gate: string; readonly whose?: string | undefined }) {
  // Gates of people are named as the moves name them.
  return { gate: gate as PeopleGateKind, ...(whose === undefined ? {} : { onBehalfOf: personId(stage.as(whose)) }) }
}

async function onLast(stage: Stage, of: string, ask: (promotionId: PromotionId) => Promise<Result<unknown>>): Promise<string> {
  const promotionId = stage.promotions.get(of)
  return promotionId === undefined ? 'nothing' : told(await ask(promotionId))
}

/** The promotion that brought what runs in production. */
async function lastIn({ world }: Stage, of: string): Promise<PromotionId | undefined> {
  const events = await world.events()
  const asked = events
    .filter(({ type }) => type === 'promotion-requested')
    .map(({ data }) => (data as { request: PromotionRequest }).request)
  const ended = events.filter(({ type }) => type === 'attempt-succeeded').map(({ stream }) => stream)
  const own = asked.filter(({ solution, environmentId }) => solution === of && environmentId === prod)
  return own.findLast(({ promotionId }) => ended.includes(`promotion/${promotionId}`))?.promotionId
}

async function request(stage: Stage, move: Extract<Move, { move: 'request' }>, actor: Release['id'] | string): Promise<string> {
  const release = stage.releases.get(move.of)
  if (release === undefined) return 'nothing'
  const emergency = move.isEmergency ? { emergency: { reason: 'Permits are lost.' } } : {}
  const asked = await stage.world.engine.requestPromotion({
    releaseId: release.id,
    stageId: toId(move.stage),
    actor: personId(actor),
    ...emergency,
  })
  if (asked.ok) {
    const { promotionId } = asked.value.promotion.request
    stage.promotions.set(move.of, promotionId)
    stage.shown.set(promotionId, asked.value.seen)
  }
  return told(asked)
}

async function train(stage: Stage, actor: string): Promise<string> {
  const releases = ['Permits', 'Quays'].flatMap((name) => stage.releases.get(name)?.id ?? [])
  if (releases.length < 2) return 'nothing'
  const asked = await stage.world.engine.requestTrain({ releaseIds: releases, stageId: toId('to-prod'), actor: personId(actor) })
  if (!asked.ok) return told(asked)
  stage.trainId = asked.value.train.trainId
  for (const { promotion } of asked.value.promotions) stage.promotions.set(promotion.request.solution, promotion.request.promotionId)
  return 'done'
}

async function deputise(
  stage: Stage,
  move: Extract<Move, { move: 'delegate' | 'confirm-deputy' | 'end-deputy' }>,
  by: string,
): Promise<string> {
  const { engine } = stage.world
  const actor = personId(by)
  if (move.move === 'delegate') {
    const until = later(stage, move.hours)
    const absent = personId(stage.as(move.absent))
    const named = await engine.nameDeputy({ absent, deputy: personId(stage.as(move.deputy)), until, reason: 'Away.', actor })
    if (!named.ok) return told(named)
    const entry = (await stage.world.events()).findLast(({ type }) => type === 'deputy-named')
    const { delegation } = entry?.data as { readonly delegation: { readonly id: string } } // its own type of entry
    stage.delegation = { personId: absent, delegationId: delegation.id }
    return 'done'
  }
  if (stage.delegation === undefined) return 'nothing'
  const command = { personId: personId(stage.delegation.personId), delegationId: stage.delegation.delegationId, actor }
  return told(await (move.move === 'confirm-deputy' ? engine.confirmDeputy(command) : engine.endDeputy(command)))
}

async function waive(
  stage: Stage,
  move: Extract<Move, { move: 'waive' | 'decide-waiver' | 'revoke-waiver' }>,
  by: string,
): Promise<string> {
  const { engine } = stage.world
  const actor = personId(by)
  if (move.move === 'waive') {
    const waives = move.what.includes('-0')
      ? { kind: 'check' as const, ruleId: move.what }
      : { kind: 'gate' as const, gate: move.what as 'soak' } // any gate is tried
    const releaseId = move.isOfThis ? stage.releases.get(move.of)?.id : undefined
    const words = { reason: 'No time.', measure: 'We look twice.', until: later(stage, move.hours) }
    const asked = await engine.requestWaiver({
      waives,
      solution: move.of,
      ...(releaseId === undefined ? {} : { releaseId }),
      ...words,
      actor,
    })
    if (asked.ok) stage.waiverId = asked.value.waiver.waiverId
    return told(asked)
  }
  if (stage.waiverId === undefined) return 'nothing'
  const { waiverId } = stage
  if (move.move === 'revoke-waiver') return told(await engine.revokeWaiver({ waiverId, reason: 'No more.', actor }))
  return told(await engine.decideWaiver({ waiverId, verdict: 'approve', comment: '', actor }))
}

function later({ world }: Stage, hours: number): Instant {
  return toId<Instant>(new Date(Date.parse(world.deps.clock.now()) + hours * 3_600_000).toISOString())
}

/** Applied by one, and confirmed by another where that is asked; told as a finding where one was enough for what takes two. */
async function configure(
  stage: Stage,
  change: Change,
  { by, second }: { readonly by: string; readonly second: string | undefined },
): Promise<string> {
  const { engine } = stage.world
  const current = await engine.loadConfiguration()
  if (current === undefined) return 'nothing'
  const before = current.configuration
  const configuration = changed(before, { ...change, who: stage.as(change.who) })
  const applied = await engine.applyConfiguration({ configuration, actor: personId(by) })
  const digest = applied.ok ? undefined : applied.refusal.reasons.find(({ subject }) => subject === 'proposal')?.message
  const ended =
    digest === undefined || second === undefined || isNeverAgreed(change)
      ? applied
      : await engine.confirmConfiguration({ digest: toId(digest), actor: personId(second) })
  if (!ended.ok) return ended.refusal.code
  const isAdmin = (id: string | undefined): boolean =>
    before.people.find((person) => person.id === id)?.roles.includes('platform-admin') ?? false
  const isNothing = ended.value.changes.length === 0
  if (!isAdmin(by) && !isNothing) return 'FINDING somebody changed the configuration who is no platform-admin'
  const isByTwo = digest !== undefined && second !== undefined && second !== by && isAdmin(second)
  if (takesTwo.includes(change.kind) && !isNothing && !isByTwo && !hasItAlready(before, { ...change, who: stage.as(change.who) }))
    return `FINDING one person was enough for ${change.kind}`
  return 'done'
}

/** Whoever has a role everywhere gains nothing by a grant of it. */
function hasItAlready({ people }: Configuration, { kind, who }: Change): boolean {
  return kind === 'grant-opener' && people.some(({ id, roles }) => id === who && roles.includes('environment-owner'))
}

/** What would take production out of what is judged here is tried by one person only. */
function isNeverAgreed({ kind }: Change): boolean {
  return kind === 'repoint' || kind === 'cattle' || kind === 'tier-down'
}

function changed(before: Configuration, { kind, who, of }: Change): Configuration {
  const { policy = { values: [], demands: [] } } = before
  const value = (path: string, to: unknown): Configuration => ({
    ...before,
    policy: { ...policy, values: [...policy.values.filter((one) => one.path !== path), { path, value: to, reason: 'ours: tried' }] },
  })
  const tier = of === 'Berths' ? 4 : 3
  type ProductionStage = Configuration['pipelines'][0]['stages'][0]
  const production = (change: (stage: ProductionStage) => ProductionStage) => ({
    ...before,
    pipelines: before.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? change(stage) : stage)),
    })),
  })
  const inProduction = (change: (gates: ProductionStage['gates']) => ProductionStage['gates']) =>
    production((stage) => ({ ...stage, gates: change(stage.gates) }))
  const times = (of: Pick<ProductionStage, 'changeWindows' | 'freezes'>) => production((stage) => ({ ...stage, ...of }))
  const solution = (change: Partial<Configuration['solutions'][0]>) => ({
    ...before,
    solutions: before.solutions.map((one) => (one.uniqueName === of ? { ...one, ...change } : one)),
  })
  const group = (id: string) => ({
    ...before,
    groups: (before.groups ?? []).map((one) =>
      one.id === id && !one.members.includes(personId(who)) ? { ...one, members: [...one.members, personId(who)] } : one,
    ),
  })
  const others = before.people.filter(({ id }) => id !== 'ghost')
  const gateOf = (named: string, one: Partial<{ people: readonly ReturnType<typeof personId>[]; quorum: number }>) =>
    inProduction((gates) => gates.map((gate) => (gate.kind === named && isPeopleGate(gate) ? { ...gate, ...one } : gate)))
  switch (kind) {
    case 'remove':
      return without(before, who)
    case 'strip':
      return { ...before, people: before.people.map((person) => (person.id === who ? { ...person, roles: ['maker'] } : person)) }
    case 'drop-gate':
      return inProduction((gates) => gates.filter((gate) => gate.kind !== 'security'))
    case 'quorum':
      return gateOf('cab', { quorum: 1 })
    case 'join-board':
      return group('board')
    case 'join-deciders':
      return group('deciders')
    case 'grant':
      return {
        ...before,
        grants: [...(before.grants ?? []), { to: { person: personId(who) }, role: 'approver', environment: prod, reason: 'Helps.' }],
      }
    case 'no-soak':
      return value(`gates.soakHours.${tier}`, 0)
    case 'no-window':
      return value(`tiers.${tier}.reviewWindowHours`, 0)
    case 'fewer-people':
      return value(`tiers.${tier}.distinctPeople`, 2)
    case 'less-pet':
      return value(`tiers.${tier}.pet`, [
        'previous-stage',
        'soak',
        'validation',
        'review',
        'uat',
        'review-window',
        'approval',
        ...(tier === 4 ? ['cab'] : []),
      ])
    case 'apart':
      return value(`tiers.${tier}.separatedGates`, [])
    case 'longer-window':
      return value(`tiers.${tier}.reviewWindowHours`, 72)
    case 'tier-down':
      return solution({ tier: 2 })
    case 'tier-up':
      return solution({ tier: 4 })
    case 'no-monitoring':
      return solution({ monitoring: undefined })
    case 'owner':
      return solution({ owner: personId(who) })
    case 'repoint':
      return { ...before, environments: before.environments.map((one) => (one.id === 'test' ? { ...one, url: `${lanes.prod}/` } : one)) }
    case 'cattle':
      return { ...before, environments: before.environments.map((one) => (one.id === 'prod' ? { ...one, careClass: 'cattle' } : one)) }
    case 'ghost':
      return {
        ...before,
        people: [...others, buildPerson('ghost', 'maker', 'approver', 'reviewer', 'solution-owner', 'test-lead', 'release-manager')],
      }
    case 'ghost-opener':
      return { ...before, people: [...others, buildPerson('ghost', 'security', 'environment-owner', 'cab')] }
    case 'grant-opener':
      return {
        ...before,
        grants: [
          ...(before.grants ?? []),
          { to: { person: personId(who) }, role: 'environment-owner', environment: prod, reason: 'Helps.' },
        ],
      }
    case 'ghost-admin':
      return { ...before, people: [...others, buildPerson('ghost', 'maker', 'platform-admin')] }
    case 'nights':
      return times({ changeWindows: [{ days: ['sat'], from: '02:00', to: '06:00' }] })
    case 'freeze':
      return times({ freezes: [{ name: 'Harvest', from: '2026-11-04T00:00', to: '2026-11-08T00:00', reason: 'Everybody is out.' }] })
    case 'always':
      return times({ changeWindows: undefined, freezes: undefined })
    case 'ask-rehearsal':
      return value(`tiers.${tier}.recovery`, { kind: 'rehearsed', within: tier === 4 ? 'major' : 365 })
    case 'ask-no-rehearsal':
      return value(`tiers.${tier}.recovery`, { kind: 'documented' })
    case 'words-for-unknown':
      return value(`gates.unknownIntoPet.${tier}`, 'acknowledged')
    case 'name':
      return gateOf('approval', { people: [personId('anna'), personId('ben'), personId(who)] })
    case 'name-bot':
      return gateOf('approval', { people: [personId('anna'), personId('bot')] })
  }
}

function without(before: Configuration, who: string): Configuration {
  const isOther = (id: string): boolean => id !== who
  return {
    ...before,
    people: before.people.filter(({ id }) => isOther(id)),
    groups: (before.groups ?? []).map((group) => ({ ...group, members: group.members.filter(isOther) })),
    grants: (before.grants ?? []).filter(({ to }) => !('person' in to) || isOther(to.person)),
    solutions: before.solutions.map((one) => (one.owner === who ? { ...one, owner: personId('emma') } : one)),
    environments: before.environments.map((one) => (one.owner === who ? { ...one, owner: personId('emma') } : one)),
    pipelines: before.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({
        ...stage,
        gates: stage.gates.map((gate) => (isPeopleGate(gate) ? { ...gate, people: gate.people.filter(isOther) } : gate)),
      })),
    })),
  }
}

export const production = laneOf({ url: lanes.prod })
