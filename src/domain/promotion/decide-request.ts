import { laneOf, layerPolicyOf } from '#domain/environment'
import type { PersonId, Reason, Refusal, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import { peopleIn } from '#domain/people'
import type { GateDefinition, GateKind } from '#domain/pipeline'
import { gateName, isPeopleGateKind } from '#domain/pipeline'
import type { TierPolicy } from '#domain/policy'
import { demandedGates, findRedeployBar, refuseActor, requiredDistinctPeople } from '#domain/policy'
import { howToDecide } from '#domain/tier'
import { reasonOfDemand, withDemands } from './demands.ts'
import { refuseHeld } from './evaluate-hold.ts'
import { refuseRebuilding } from './evaluate-rebuild.ts'
import { intentOfEmergency, refuseEmergency, separatedInEmergency, withEmergencyGate } from './emergency.ts'
import { refuseOverdue } from './owed.ts'
import { withLossesGate } from './evaluate-losses.ts'
import { findRedContent, findRedEvidence, gatherEvidence } from './evidence.ts'
import { intentOfHotfix, isWaitedFor, refuseUnmerged } from './hotfix-release.ts'
import { onTrain } from './evaluate-train.ts'
import type { StageOnTheWay } from './find-stage.ts'
import { findStageOnTheWay } from './find-stage.ts'
import type { NewPromotionEvent, PromotionRequest, PromotionState } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

/**
 * Whether a release may ask to enter a stage. What machines can see must be green before any person is asked (PIP-08), so a red fact refuses
 * the request; the gates that people open are then waited for.
 */
export function decideRequest(facts: RequestFacts): Result<readonly NewPromotionEvent[]> {
  const unfit = refuseRequester(facts)
  if (unfit !== undefined) return unfit
  const found = findStageOnTheWay(facts, facts.stageId)
  if (!found.ok) return found
  const way = withEmergencyGate(withDemands(onTrain(found.value, facts.train), facts), facts)
  return (
    refuseTampered(facts) ??
    refuseOpenPromotion(facts, way) ??
    refuseHeld({ ...facts, solution: facts.release.solution, environmentId: way.environment.id }, facts.holds ?? []) ??
    refuseRebuilding({ environmentId: way.environment.id }, facts.rebuild) ??
    refuseByRules(facts, way) ??
    refuseBlockers(facts, way) ??
    accept([{ type: 'promotion-requested', data: { request: makeRequest(facts, way) }, key: 'requested' }])
  )
}

type Refused = ReturnType<typeof refuse>

/** What tier, policy and evidence say no to; asked when a promotion is requested, and again while it waits. */
export function refuseByRules(facts: RequestFacts, way: StageOnTheWay): Refused | undefined {
  const refused =
    refuseRequester(facts) ??
    refuseTier(facts, way) ??
    refuseRedeployment(facts, way) ??
    refuseLackingGates(facts, way) ??
    refuseEmergency(facts, way) ??
    refuseOverdue(facts, way)
  if (refused !== undefined) return refused
  if (facts.intent === undefined) return refuseRepacked(facts) ?? refuseUnmerged(facts, way) ?? findRedEvidence(facts, way)
  // What goes back ran there before, and passed all of it then; of what others brought only the number is known.
  return facts.intent.isOfOthers === true ? findRedContent(facts, way) : undefined
}

function refuseRequester({ configuration, requester, policy, release, stageId }: RequestFacts): Refused | undefined {
  const stages = configuration.pipelines.find(({ id }) => id === release.pipelineId)?.stages ?? []
  const environment = stages.find(({ id }) => id === stageId)?.environment
  const people = peopleIn(configuration, { solution: release.solution, pipeline: release.pipelineId, environment })
  return refuseActor(people, requester, { may: policy.mayRequest, deed: 'ask for a promotion' })
}

/** Packed again it is as old as what it was made from, though it was sealed today: it would pass as newer than what was mended since. */
function refuseRepacked({ release }: RequestFacts): Refused | undefined {
  const { repackOf } = release
  if (repackOf === undefined) return undefined
  return refuse(
    'recovery.only-back',
    `Release ${release.id} is ${release.solution} ${repackOf.version} under the version ${release.version}, packed to go back to it; it goes nowhere else.`,
    `Go back with \`drover rollback\`, or prepare a new release.`,
    [{ subject: release.id, message: `Its content is that of release ${repackOf.releaseId}.` }],
  )
}

function refuseTampered({ release, sealHolds, artifactHolds }: RequestFacts): Refused | undefined {
  const reasons: Reason[] = []
  if (!artifactHolds)
    reasons.push({ subject: release.managed.digest, message: 'The stored bytes no longer have the digest that they are named by.' })
  if (!sealHolds) reasons.push({ subject: `release ${release.id}`, message: 'Its seal does not fit its content.' })
  if (reasons.length === 0) return undefined
  const message = `Release ${release.id} of ${release.solution} ${release.version} is not what was sealed.`
  return refuse('PIP-02', message, 'Do not use it. Prepare a new release, and find out who changed the store.', reasons)
}

function refuseTier(
  { release, policy, plan }: RequestFacts,
  { governed, environment, tierHold, ownTier }: StageOnTheWay,
): Refused | undefined {
  const demands = policy.tiers[governed.tier]
  // What is proposed asks for more and allows nothing: a personal solution that has outgrown its tier still enters no pet.
  const configured = tierHold?.configured ?? ownTier ?? governed.tier
  const entry = policy.tiers[configured].mayEnterPet
  if (environment.careClass === 'pet' && !(demands.mayEnterPet.value && entry.value)) {
    return refuse(
      'TIER-04',
      `${release.solution} is Tier ${configured} and stays in its maker's workspace; ${environment.name} is a pet.`,
      `Propose Tier 2 for ${release.solution}: set tier: 2 in drover.yaml, with a pipeline that has a test stage and a named approver, and apply it.`,
      [{ subject: release.solution, message: entry.source }],
    )
  }
  if (plan.mode === 'unmanaged' && policy.positions.C2.chosen.value === 'managed-only') {
    return refuse(
      'TIER-04',
      `${environment.name} takes no unmanaged work: policy holds that production is managed only.`,
      'Promote the managed artifact, or have two platform-admins answer C2 otherwise, with their reason.',
      [{ subject: release.solution, message: policy.positions.C2.chosen.source }],
    )
  }
  // PET-10: the recorded decision that an environment is protective is what allows unmanaged work of whatever tier, and nothing else does.
  if (plan.mode === 'unmanaged' && layerPolicyOf(environment).kind !== 'protective') {
    return refuse(
      'TIER-04',
      `${environment.name} takes no unmanaged work: its layer policy is ${layerPolicyOf(environment).kind}.`,
      'Promote the managed artifact, or have two platform-admins make the environment protective, with their reason.',
      [{ subject: release.solution, message: demands.managedOnly.source }],
    )
  }
  if (plan.mode !== 'unmanaged' && demands.managedOnly.value && release.managed.kind !== 'managed') {
    return refuse(
      'TIER-04',
      `Tier ${governed.tier} goes into targets managed only; ${release.managed.digest} is unmanaged.`,
      'Prepare a new release.',
      [{ subject: release.solution, message: demands.managedOnly.source }],
    )
  }
  return undefined
}

/** C6: some hold that to deploy an earlier version again is no way back. */
function refuseRedeployment({ intent, policy, release }: RequestFacts, { environment }: StageOnTheWay): Refused | undefined {
  const barred = findRedeployBar(policy)
  if (intent?.way !== 'redeploy' || barred === undefined) return undefined
  return refuse(
    'recovery.redeploy-refused',
    `${release.solution} ${release.version} is not deployed again into ${environment.name}: policy holds that this is no way back.`,
    'Go another way back: `drover recovery show` lists them.',
    [{ subject: 'C6', message: barred }],
  )
}

/** The configuration was checked for this when it was applied; policy may have moved on since. */
function refuseLackingGates(
  { policy, intent }: RequestFacts,
  { governed, stage, environment, tierHold, demands = [] }: StageOnTheWay,
): Refused | undefined {
  const ofTier = demandedGates(policy, governed.tier, environment)
  const lacking = [...new Set([...ofTier, ...demands.flatMap(({ demand }) => demand.value.gates)])].filter(
    (kind) => isPeopleGateKind(kind) && isAsked(policy, intent, kind) && !stage.gates.some((gate) => gate.kind === kind),
  )
  if (lacking.length === 0) return undefined
  const reasons = lacking.map(
    (kind) =>
      (ofTier.includes(kind) ? undefined : reasonOfDemand(demands, kind)) ?? {
        subject: gateName(kind),
        message: `Tier ${governed.tier} demands it: ${policy.tiers[governed.tier].pet.source}.`,
      },
  )
  if (tierHold !== undefined) {
    const why = tierHold.why.map((message) => ({ subject: governed.uniqueName, message }))
    const message = `Stage ${stage.name} offers less than Tier ${governed.tier} demands, to which ${governed.uniqueName} is held: it has outgrown Tier ${tierHold.configured}.`
    return refuse('TIER-06', message, howToDecide(governed, governed.tier), [...why, ...reasons])
  }
  const message = `Stage ${stage.name} offers less than Tier ${governed.tier} demands.`
  return refuse('TIER-04', message, 'Add the named gates with the people who decide them to drover.yaml and apply it.', reasons)
}

/** A promotion in one of these may still go in. */
export const openStates: readonly PromotionState['state'][] = ['pending', 'running', 'migrating', 'errored', 'indeterminate']

function refuseOpenPromotion({ release, otherPromotions }: RequestFacts, { environment }: StageOnTheWay): Refused | undefined {
  const open = otherPromotions.filter(
    (other) =>
      other.lane === laneOf(environment) &&
      other.solution.toLowerCase() === release.solution.toLowerCase() &&
      openStates.includes(other.state),
  )
  if (open.length === 0) return undefined
  return refuse(
    'promotion.already-open',
    `Another promotion of ${release.solution} into ${environment.name} is not finished: ${open.map((other) => other.promotionId).join(', ')}.`,
    'Wait for its end, withdraw it, or resume it if it is errored or indeterminate.',
    open.map((other) => ({ subject: other.promotionId, message: `It is ${other.state}.` })),
  )
}

/** One blocker is the refusal itself; several are told together under the code of the first, which the others would only follow. */
function refuseBlockers({ plan, release }: RequestFacts, { environment }: StageOnTheWay): Refused | undefined {
  const [first, ...others] = plan.blockers
  if (first === undefined) return undefined
  if (others.length === 0) return { ok: false, refusal: first }
  return refuse(
    first.code,
    `${release.solution} ${release.version} cannot go into ${environment.name}: ${plan.blockers.map((blocker) => blocker.message).join(' ')}`,
    plan.blockers.map((blocker) => blocker.hint).join(' '),
    plan.blockers.flatMap(reasonsOf),
  )
}

function reasonsOf(blocker: Refusal): readonly Reason[] {
  return blocker.reasons.length > 0 ? blocker.reasons : [{ subject: blocker.code, message: blocker.message }]
}

/** The request as these facts make it. */
export function makeRequest(facts: RequestFacts, way: StageOnTheWay): PromotionRequest {
  const { release, policy } = facts
  const { governed, pipeline, stage, environment } = way
  const demands = policy.tiers[governed.tier]
  const gates = gatesOf(facts, way)
  return {
    promotionId: facts.promotionId,
    releaseId: release.id,
    solution: release.solution,
    version: release.version,
    tier: governed.tier,
    pipelineId: pipeline.id,
    stageId: stage.id,
    environmentId: environment.id,
    requestedBy: facts.requester,
    requestedAt: facts.now,
    configurationVersion: facts.configurationVersion,
    gates,
    plan: facts.plan,
    boundTo: facts.boundTo,
    evidence: gatherEvidence(facts, way).filter((evidence) => gates.some((gate) => gate.kind === evidence.gate)),
    ...intentOfHotfix(facts, way),
    ...intentOfEmergency(facts, way),
    reviewWindowHours: gates.some((gate) => gate.kind === 'review-window') ? demands.reviewWindowHours.value : 0,
    policyVersion: policy.version,
    ...(facts.recovery === undefined ? {} : { recovery: facts.recovery }),
    ...(facts.intent === undefined ? {} : { intent: facts.intent }),
    ...(facts.train === undefined ? {} : { train: { trainId: facts.train.trainId, position: facts.train.position } }),
    separation: separationOf(facts, way),
  }
}

function separationOf(
  { policy, intent, release, emergency }: RequestFacts,
  { governed, environment }: StageOnTheWay,
): PromotionRequest['separation'] {
  const isPet = environment.careClass === 'pet'
  if (intent !== undefined && intent.isOfOthers !== true)
    return { distinctPeople: isPet ? policy.recoveries.distinctPeople.value : 1, separatedGates: [] }
  const ofTier = isPet ? policy.tiers[governed.tier].separatedGates.value : []
  const separatedGates = emergency === undefined ? ofTier : separatedInEmergency(ofTier)
  const decidesNot = isPet ? policy.people.creatorDecidesNot[governed.tier].value : []
  const creator = decidesNot.length === 0 ? {} : { creator: { by: toId<PersonId>(release.sealedBy), decidesNot } }
  return { distinctPeople: requiredDistinctPeople(policy, governed.tier, environment), separatedGates, ...creator }
}

/** How a pet comes back is known before anything goes into it (PET-13). */
function asksForRecovery({ careClass }: Pick<StageOnTheWay['environment'], 'careClass'>, { recovery }: TierPolicy): boolean {
  return careClass === 'pet' && recovery.value.kind !== 'none'
}

/** Of a recovery only some gates are asked, as policy says. */
function isAsked(policy: RequestFacts['policy'], intent: RequestFacts['intent'], kind: GateKind): boolean {
  if (intent === undefined) return true
  const { gates, gatesOfOthers } = policy.recoveries
  return (intent.isOfOthers === true ? gatesOfOthers : gates).value.includes(kind)
}

/** Machines first, in the order in which they are looked at; then the people. */
const gateOrder: readonly GateKind[] = [
  'checks',
  'source-control',
  'tier',
  'previous-stage',
  'soak',
  'version-rises',
  'settings',
  'preflight',
  'recovery',
  'validation',
  'losses',
  'train',
  'review',
  'automated-tests',
  'uat',
  'test-lead',
  'security',
  'cab',
  'review-window',
  'approval',
  'emergency',
]

function gatesOf(
  { policy, plan, release, intent, train, emergency }: RequestFacts,
  { governed, stage, environment, previous, tierHold, demands = [] }: StageOnTheWay,
): readonly GateDefinition[] {
  const demanded = new Set([
    ...demandedGates(policy, governed.tier, environment),
    ...demands.flatMap(({ demand }) => demand.value.gates),
    ...(previous === undefined ? [] : (['previous-stage'] as const)),
    ...(asksForRecovery(environment, policy.tiers[governed.tier]) ? (['recovery'] as const) : []),
    ...(train === undefined ? [] : (['train'] as const)),
    ...(tierHold === undefined ? [] : (['tier'] as const)),
  ])
  const gates = gateOrder.flatMap((kind): GateDefinition[] => {
    const offered = stage.gates.find((gate) => gate.kind === kind)
    // An emergency is told by whoever asks, never by the stage.
    if (offered !== undefined) return kind === 'emergency' && emergency === undefined ? [] : [offered]
    return demanded.has(kind) && !isPeopleGateKind(kind) ? [{ kind }] : []
  })
  return withLossesGate(
    gates.filter(({ kind }) => (intent === undefined ? isWaitedFor({ policy, release, emergency }, kind) : isAsked(policy, intent, kind))),
    plan,
  )
}
