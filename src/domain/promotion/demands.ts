import type { Reason } from '#domain/kernel'
import { compareVersions } from '#domain/kernel'
import { findPerson } from '#domain/people'
import type { GateDefinition } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import type { ChangeSize, ConditionFacts, HeldDemand } from '#domain/policy'
import { demandedGates, demandsThatHold } from '#domain/policy'
import type { StageOnTheWay } from './find-stage.ts'
import type { RequestFacts } from './request-facts.ts'
import { peopleOnTheWay } from './staff-gates.ts'

type DemandFacts = Pick<RequestFacts, 'policy' | 'plan' | 'release' | 'requester' | 'configuration' | 'intent' | 'emergency' | 'conditions'>

/** The way with what is demanded of this very promotion, and without the gates that are asked only where something demands them. */
export function withDemands(way: StageOnTheWay, facts: DemandFacts): StageOnTheWay {
  const { governed, stage, environment } = way
  const demands = demandsThatHold(facts.policy, conditionFacts(facts, way), facts.conditions)
  const demanded = [...demandedGates(facts.policy, governed.tier, environment), ...demands.flatMap(({ demand }) => demand.value.gates)]
  const gates = stage.gates.flatMap((gate): GateDefinition[] => {
    if (!('whenDemanded' in gate)) return [gate]
    const { whenDemanded, ...asked } = gate
    return whenDemanded !== true || demanded.includes(gate.kind) ? [asked] : []
  })
  return { ...way, stage: { ...stage, gates }, demands }
}

/** Why a gate is demanded beside the tier's own demands; undefined: nothing demands it. */
export function reasonOfDemand(demands: readonly HeldDemand[], kind: GateDefinition['kind']): Reason | undefined {
  const held = demands.find(({ demand }) => demand.value.gates.includes(kind))
  if (held === undefined) return undefined
  const why = held.isUnknown ? 'whether it holds cannot be told, so it does' : `it holds: ${held.demand.value.when}`
  return { subject: gateName(kind), message: `The demand ${held.id} asks for it (${why}; ${held.demand.source}).` }
}

function conditionFacts({ plan, release, requester, configuration, intent, emergency }: DemandFacts, way: StageOnTheWay): ConditionFacts {
  const { governed, stage, environment } = way
  const change = classifyChange(plan)
  const isUrgent = release.hotfix !== undefined || emergency !== undefined
  return {
    tier: governed.tier,
    stage: stage.id,
    environment: { id: environment.id, careClass: environment.careClass, purpose: environment.purpose },
    change: { ...change, class: isUrgent ? 'emergency' : change.size },
    release: { solution: release.solution, version: release.version, isFirst: plan.fromVersion === undefined },
    requester: { roles: findPerson(peopleOnTheWay(configuration, way), requester)?.roles },
    intent: intent?.kind ?? (release.hotfix === undefined ? undefined : 'hotfix') ?? (emergency === undefined ? 'release' : 'emergency'),
  }
}

/**
 * How large a change is, told by the versions and by what it does to the components of the target. Where not all of the target was seen, nothing
 * is told that what was not seen could change. A first version replaces nothing: whether a solution may go live at all is asked elsewhere.
 */
export function classifyChange(
  plan: Pick<Plan, 'fromVersion' | 'toVersion' | 'content' | 'unseen'>,
): Omit<ConditionFacts['change'], 'class'> {
  const { content, unseen } = plan
  const hasSeenAll = unseen.length === 0
  const destroysSome = content.some(
    ({ effect, class: grade, losses }) => effect === 'destroy' && (grade === 'destructive' || losses.length > 0),
  )
  const destroys = destroysSome ? true : hasSeenAll ? false : undefined
  const kinds = hasSeenAll ? [...new Set(content.map(({ kind }) => kind))].sort() : undefined
  return { size: sizeOf(plan, destroys), destroys, kinds }
}

function sizeOf(
  { fromVersion, toVersion, content, unseen }: Parameters<typeof classifyChange>[0],
  destroys: boolean | undefined,
): ChangeSize | undefined {
  if (fromVersion === undefined) return 'standard'
  const [before, after] = [fromVersion, toVersion].map((version) => version.split('.').map(Number)) as [number[], number[]] // two in, two out
  if (destroys === true || (after[0] ?? 0) > (before[0] ?? 0)) return 'major'
  if (destroys === undefined) return undefined
  const isSameMinor = compareVersions(fromVersion, toVersion) <= 0 && (before[1] ?? 0) === (after[1] ?? 0)
  const onlyAdds = content.every(({ effect, class: grade }) => effect === 'create' || grade === 'additive')
  return isSameMinor && unseen.length === 0 && onlyAdds ? 'minor' : 'standard'
}
