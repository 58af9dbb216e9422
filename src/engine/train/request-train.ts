import type { Environment } from '#domain/environment'
import type { PersonId, PromotionId, Reason, Refusal, ReleaseId, Result, StageId } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { Configuration, Pipeline, Stage } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { PromotionRequest, TrainStanding } from '#domain/promotion'
import { decideRequest, refuseRebuilding } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Carrier } from '#domain/solution'
import { isUnmanagedOrigin, nameOrigins } from '#domain/solution'
import type { OrderedRelease, TrainContent, TrainMember, TrainStart } from '#domain/train'
import { findCollisions, orderTrain, trainStream } from '#domain/train'
import { requireConfiguration } from '../apply-configuration.ts'
import { loadOpenRebuild } from '../cattle/open-rebuild.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment, findWayOf } from '../find.ts'
import { readCarrier, sayOf } from '../planning/read-carriers.ts'
import { readContent } from '../planning/read-content.ts'
import { loadRequestFacts } from '../promotion/load-request-facts.ts'
import { planBound } from '../promotion/plan-again.ts'
import { checkIntegrity, proposeOutgrown } from '../promotion/request-promotion.ts'
import { assembleTrain } from './assemble-train.ts'
import { highestTier } from './train-standing.ts'

export interface RequestTrain {
  readonly releaseIds: readonly ReleaseId[]
  /** The stage; where a release's own pipeline has none of that id, its one stage into the same environment. */
  readonly stageId: StageId
  readonly name?: string | undefined
  /** All of it cannot wait for gates that are made up for afterwards (REL-12). */
  readonly emergency?: { readonly reason: string } | undefined
  readonly actor: PersonId
}

interface Placed {
  readonly release: Release
  readonly stage: Stage
}

/**
 * Orders the releases, plans each against the target as it will be after those before it, and asks the domain about every one of them: what would
 * be refused of one refuses the train, and nothing is recorded. Then the train is recorded with the requests of its promotions, which are written next.
 */
export async function requestTrain(deps: EngineDependencies, command: RequestTrain): Promise<Result<string>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const found = await findPlaced(deps, configuration, command)
  if (!found.ok) return found
  const { placed, environment } = found.value
  const policy = applyOverride(deps.policy, configuration.policy)
  const order = orderTrain(await withNamedOrigins(deps, placed), policy)
  if (!order.ok) return order
  const rebuilding = refuseRebuilding({ environmentId: environment.id }, await loadOpenRebuild(deps, environment.id))
  if (rebuilding !== undefined) return rebuilding
  const trainId = deps.ids.next('t')
  const judged = await judgeMembers(deps, { trainId, order: order.value, placed, environment, ...current.value, ...actorOf(command) })
  if (!judged.ok) return judged
  const { members, requests, contents } = judged.value
  const start: TrainStart = {
    ...{ trainId, members, environmentId: environment.id },
    name: nameOf(command.name, trainId),
    requestedBy: command.actor,
    requestedAt: deps.clock.now(),
    tier: await highestTier(deps, { members }, configuration),
    collisions: findCollisions(contents),
  }
  await deps.ledger.append({
    stream: trainStream(trainId),
    expectedVersion: 0,
    actor: command.actor,
    events: [{ type: 'train-requested', data: { start, requests } }],
  })
  const assembled = await assembleTrain(deps, trainId)
  return assembled.ok ? accept(trainId) : assembled
}

function actorOf({ actor, emergency }: RequestTrain): Pick<Judging, 'actor' | 'emergency'> {
  return emergency === undefined ? { actor } : { actor, emergency }
}

function nameOf(name: string | undefined, trainId: string): string {
  const given = name?.trim() ?? ''
  return given === '' ? trainId : given
}

/** The releases with what they need of each other by name, also where all of them were unmanaged in one Dev. */
async function withNamedOrigins(deps: EngineDependencies, placed: readonly Placed[]): Promise<readonly Release[]> {
  const releases = placed.map(({ release }) => release)
  if (!releases.some(({ dependencies }) => dependencies.some(isUnmanagedOrigin))) return releases
  const carriers: Carrier[] = []
  for (const release of releases) carriers.push(await readCarrier(deps, release))
  return releases.map((release) => {
    const others = carriers.filter(({ uniqueName }) => uniqueName !== release.solution)
    return { ...release, dependencies: nameOrigins(release.dependencies, others) }
  })
}

/** Each release with the stage of its own pipeline; all of them into one environment. */
async function findPlaced(
  deps: EngineDependencies,
  configuration: Configuration,
  { releaseIds, stageId }: RequestTrain,
): Promise<Result<{ readonly placed: readonly Placed[]; readonly environment: Environment }>> {
  const ways: { readonly release: Release; readonly way: Pipeline }[] = []
  for (const id of releaseIds) {
    const release = await deps.readModel.load<Release>('release', id)
    if (release === undefined)
      return refuse('release.unknown', `There is no sealed release "${id}".`, 'List them with `drover release list`.')
    const way = findWayOf(configuration, release)
    if (!way.ok) return way
    ways.push({ release, way: way.value })
  }
  const named = ways.flatMap(({ way }) => way.stages.filter((stage) => stage.id === stageId))
  const [first] = named
  if (first === undefined) {
    const known = [...new Set(ways.flatMap(({ way }) => way.stages.map(({ id }) => id)))].join(', ')
    return refuse('stage.unknown', `No pipeline of these releases has a stage "${stageId}".`, `Name one of their stages: ${known}.`)
  }
  const environment = findEnvironment(configuration, first.environment)
  if (!environment.ok) return environment
  const placed: Placed[] = []
  for (const { release, way } of ways) {
    const stage = findStageInto(way, stageId, environment.value)
    if (!stage.ok) return stage
    const integrity = await checkIntegrity(deps, release)
    if (!integrity.ok) return integrity
    await proposeOutgrown(deps, { release, configuration, environmentId: environment.value.id })
    placed.push({ release, stage: stage.value })
  }
  return accept({ placed, environment: environment.value })
}

function findStageInto(way: Pipeline, stageId: StageId, environment: Environment): Result<Stage> {
  const into = way.stages.filter((stage) => stage.environment === environment.id)
  const stage = into.find(({ id }) => id === stageId) ?? (into.length === 1 ? into[0] : undefined)
  if (stage !== undefined) return accept(stage)
  return refuse(
    'train.other-environment',
    `Pipeline ${way.name} has ${into.length === 0 ? 'no stage' : 'more than one stage'} into ${environment.name}, where the train goes.`,
    'Name releases whose pipelines all have a stage there, or ask for the others alone.',
    [{ subject: way.name, message: `Its stages: ${way.stages.map(({ id }) => id).join(', ')}.` }],
  )
}

interface Judging {
  readonly trainId: string
  readonly order: readonly OrderedRelease<Release>[]
  readonly placed: readonly Placed[]
  readonly environment: Environment
  readonly configuration: Configuration
  readonly version: number
  readonly actor: PersonId
  readonly emergency?: { readonly reason: string }
}

interface Judged {
  readonly members: readonly TrainMember[]
  readonly requests: readonly PromotionRequest[]
  readonly contents: readonly TrainContent[]
}

async function judgeMembers(deps: EngineDependencies, judging: Judging): Promise<Result<Judged>> {
  const { order, placed } = judging
  const members: TrainMember[] = []
  const requests: PromotionRequest[] = []
  const contents: TrainContent[] = []
  const refusals: { readonly of: Release; readonly refusal: Refusal }[] = []
  for (const [at, { release: ordered, needs }] of order.entries()) {
    const found = placed.find((one) => one.release.id === ordered.id)
    if (found === undefined) continue
    // As it was sealed: what it needs is named by the plan itself.
    const { release, stage } = found
    const asked = await judgeMember(deps, judging, { release, stage, position: at + 1 })
    if (!asked.ok) {
      refusals.push({ of: release, refusal: asked.refusal })
      continue
    }
    const request = asked.value
    const { promotionId, solution, version, tier, plan } = request
    members.push({ position: at + 1, promotionId, releaseId: release.id, solution, version, tier, stageId: stage.id, needs })
    requests.push(request)
    const content = await readContent(deps, { release: release.managed.digest, installed: undefined })
    contents.push({ solution, components: sayOf(content.release), dependencies: release.dependencies, planned: plan.content })
  }
  const [first] = refusals
  return first === undefined ? accept({ members, requests, contents }) : { ok: false, refusal: refusalOf(first, refusals) }
}

async function judgeMember(
  deps: EngineDependencies,
  { trainId, order, environment, configuration, version, actor, emergency }: Judging,
  { release, stage, position }: Placed & { readonly position: number },
): Promise<Result<PromotionRequest>> {
  const mates = order.slice(0, position - 1).map((before) => ({
    uniqueName: before.release.solution,
    version: before.release.version,
    releaseId: before.release.id,
    hasArrived: false,
  }))
  const planned = await planBound(deps, { release, stage, configuration, isUnmanaged: false, mates })
  const train: TrainStanding = {
    ...{ trainId, position, state: 'assembling', before: [], after: [] },
    tier: await highestTier(deps, { members: order.map((one) => one.release) }, configuration),
  }
  const facts = await loadRequestFacts(deps, {
    ...{ promotionId: toId<PromotionId>(deps.ids.next('p')), actor, release, stageId: stage.id, environment },
    ...{ configuration, configurationVersion: version, planned, train, emergency },
  })
  const decision = decideRequest(facts)
  if (!decision.ok) return decision
  const requested = decision.value.find((event) => event.type === 'promotion-requested')
  if (requested === undefined) throw new Error('A request that is granted says what was asked for.')
  return accept(requested.data.request)
}

/** One release that may not go in keeps the train from being asked for; what is wrong with each is told. */
function refusalOf(
  first: { readonly of: Release; readonly refusal: Refusal },
  all: readonly { readonly of: Release; readonly refusal: Refusal }[],
): Refusal {
  const reasons = all.flatMap(({ of, refusal }): Reason[] =>
    refusal.reasons.length > 0
      ? refusal.reasons.map(({ subject, message }) => ({ subject: `${of.solution} ${of.version}: ${subject}`, message }))
      : [{ subject: `${of.solution} ${of.version}`, message: refusal.message }],
  )
  const message = `The train cannot be asked for: ${all.map(({ refusal }) => refusal.message).join(' ')}`
  return refuse(first.refusal.code, message, first.refusal.hint, reasons).refusal
}
