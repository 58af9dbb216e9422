import { checkRules } from '#checks'
import type { EnvironmentRecord, Incident } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { Configuration } from '#domain/pipeline'
import type { GateStatus, Promotion, Standing } from '#domain/promotion'
import { evaluateGates, judgeStanding, standAsRequested } from '#domain/promotion'
import { applyOverride } from '#domain/policy'
import type { Release } from '#domain/release'
import { DroverError } from '#domain/kernel'
import type { Clock, ReadModel } from '#engine/ports'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadRights } from '../people/rights.ts'
import { loadOpenRebuild } from '../cattle/open-rebuild.ts'
import { loadHolds } from '../holds/hold-stage.ts'
import { listPromotionFacts } from '../queries/promotion-facts.ts'
import { loadWindow } from '../queries/load-window.ts'
import { loadTrainStanding } from '../train/train-standing.ts'
import { findPlaceBefore } from './place-before.ts'
import type { DeploymentRecord } from '../summaries.ts'
import { deploymentId } from '../summaries.ts'

type Reads = Pick<EngineDependencies, 'policy' | 'conditions'> & { readonly readModel: ReadModel; readonly clock: Clock }

/** Judges a promotion by the configuration in force now, and by where the solution has gone. */
export async function loadStanding(deps: Reads, promotion: Promotion): Promise<Standing> {
  const current = await loadConfiguration(deps)
  const release = await deps.readModel.load<Release>('release', promotion.request.releaseId)
  if (current === undefined || release === undefined) {
    const [code, what] = current === undefined ? ['configuration.none', 'configuration'] : ['release.unknown', 'sealed release']
    throw new DroverError(code, `The ledger holds no ${what} for promotion ${promotion.request.promotionId}.`)
  }
  const { configuration } = current
  const policy = applyOverride(deps.policy, configuration.policy)
  const { deployments, hotfixes, isHotfixAbandoned, waivers, owed, tierRecord } = await listPromotionFacts(deps, release)
  const { lane } = promotion.request.plan.target
  return judgeStanding(promotion, {
    now: deps.clock.now(),
    release,
    configuration,
    ...(await loadRights(deps, { ...current, policy })),
    configurationVersion: current.version,
    rulesInForce: checkRules.map(({ id }) => id),
    policy,
    conditions: deps.conditions,
    deployments,
    hotfixes,
    isHotfixAbandoned,
    tierRecord,
    waivers,
    owed,
    rehearsals: (await deps.readModel.load<EnvironmentRecord>('environment', lane))?.rehearsals ?? [],
    holds: await loadHolds(deps, { lane, solution: promotion.request.solution }),
    rebuild: await loadOpenRebuild(deps, promotion.request.environmentId),
    usual: (await loadWindow(deps, promotion.request))?.usual,
    train: await loadTrainStanding(deps, promotion, { configuration, judge: (mate) => judgeGates(deps, mate) }),
    last: await loadLast(deps, promotion),
    incidentsBefore: await loadIncidentsBefore(deps, configuration, promotion.request),
  })
}

async function judgeGates(deps: Reads, promotion: Promotion): Promise<readonly GateStatus[]> {
  return evaluateGates(promotion, deps.clock.now(), await loadStanding(deps, promotion))
}

/** How a promotion is to be shown: judged again while it waits; once its gates have done their work, as they did it. */
export async function loadShownStanding(deps: Reads, promotion: Promotion): Promise<Standing> {
  const { state } = promotion.status
  if (state === 'pending' || state === 'migrating') return loadStanding(deps, promotion)
  return standAsRequested(promotion, (await loadConfiguration(deps))?.configuration.people ?? [])
}

/** The promotion that brought what is in the place of another now, if it was one of ours. */
async function loadLast({ readModel }: Reads, { request }: Promotion): Promise<Promotion | undefined> {
  const deployment = await readModel.load<DeploymentRecord>('deployment', deploymentId(request.environmentId, request.solution))
  if (deployment === undefined || deployment.promotionId === request.promotionId) return undefined
  return readModel.load<Promotion>('promotion', deployment.promotionId)
}

/** What people wrote into the biography of the stage before the one that a release is to enter. */
async function loadIncidentsBefore(deps: Reads, configuration: Configuration, request: Promotion['request']): Promise<readonly Incident[]> {
  const environment = await findPlaceBefore(deps, configuration, request)
  if (environment === undefined) return []
  return (await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment)))?.incidents ?? []
}
