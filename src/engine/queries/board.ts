import type { DriftAssessment, EnvironmentRecord } from '#domain/drift'
import { countOpen, isPartlySeen, openChangeRequests } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PromotionId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import type { Train } from '#domain/train'
import { viewWatch } from '#domain/promotion'
import type { Clock, ReadModel } from '#engine/ports'
import { loadConfiguration } from '../apply-configuration.ts'
import type { Board, Deployment } from '../engine.ts'
import { listOwedItems } from '../emergency/list-owed.ts'
import { listOpenHotfixes } from '../hotfix/list-hotfixes.ts'
import { listDeployments } from './deployments.ts'
import { listOpenPromotions, listPromotionsOfStage } from './promotions.ts'
import { listReleases } from './releases.ts'

/** Every pipeline with its stages: what is deployed there, and what is on its way; and the newest releases. */
export async function loadBoard(deps: { readonly readModel: ReadModel; readonly clock: Clock; readonly policy: Policy }): Promise<Board> {
  const current = await loadConfiguration(deps)
  const configuration = current?.configuration
  const [releases, deployments, open] = await Promise.all([
    listReleases(deps, { limit: newestReleases }),
    listDeployments(deps),
    listOpenPromotions(deps),
  ])
  const records = await loadRecords(deps, configuration)
  const watches = await loadWatches(deps, configuration, deployments)
  const pipelines = (configuration?.pipelines ?? []).map(async (pipeline) => ({
    ...pipeline,
    stagesWithState: await Promise.all(
      pipeline.stages.map(async (stage) => ({
        stageId: stage.id,
        environment: environmentOf(configuration, stage.environment),
        deployments: deployments
          .filter(
            (deployment) => deployment.environmentId === stage.environment && isGovernedBy(configuration, deployment.solution, pipeline.id),
          )
          .map((deployment) => ({
            ...withSignal(deployment, records.get(stage.environment)?.drift),
            ...watches.get(deployment.promotionId),
          })),
        promotions: await listPromotionsOfStage(deps, { pipelineId: pipeline.id, stageId: stage.id }, open),
        holds: (records.get(stage.environment)?.holds ?? []).filter(
          ({ solution, resumed }) => resumed === undefined && isGovernedBy(configuration, solution, pipeline.id),
        ),
      })),
    ),
  }))
  return {
    pipelines: await Promise.all(pipelines),
    trains: await deps.readModel.list<Train>('train', { where: { work: 'open' } }),
    releases: releases.rows,
    hotfixes: await listOpenHotfixes(deps),
    owed: await listOwedItems(deps),
    ...waitingRequests(records),
  }
}

/** Of places that stand in the configuration twice, each once. */
function waitingRequests(records: ReadonlyMap<EnvironmentId, EnvironmentRecord>): Pick<Board, 'changeRequests'> {
  const waiting = [...new Set(records.values())].flatMap(openChangeRequests)
  if (waiting.length === 0) return {}
  return { changeRequests: waiting.sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt)) }
}

const newestReleases = 20

/** What the ledger knows of each environment. */
async function loadRecords(
  deps: { readonly readModel: ReadModel },
  configuration: Configuration | undefined,
): Promise<ReadonlyMap<EnvironmentId, EnvironmentRecord>> {
  const records = await deps.readModel.list<EnvironmentRecord>('environment')
  const byLane = new Map(records.map((record) => [record.lane, record]))
  const environments = configuration?.environments ?? []
  return new Map(
    environments.flatMap((environment) => {
      const record = byLane.get(laneOf(environment))
      return record === undefined ? [] : [[environment.id, record]]
    }),
  )
}

/** How far the watch over each of these is, of those that have one. */
async function loadWatches(
  deps: { readonly readModel: ReadModel; readonly clock: Clock; readonly policy: Policy },
  configuration: Configuration | undefined,
  deployments: readonly Deployment[],
): Promise<ReadonlyMap<PromotionId, Pick<Deployment, 'watch'>>> {
  if (configuration === undefined) return new Map()
  const { gates } = applyOverride(deps.policy, configuration.policy)
  const pets = configuration.environments.filter(({ careClass }) => careClass === 'pet').map(({ id }): string => id)
  const watched = deployments.filter(({ environmentId }) => pets.includes(environmentId))
  const found = watched.map(async ({ promotionId }) => {
    const promotion = await deps.readModel.load<Promotion>('promotion', promotionId)
    const watch = promotion === undefined ? undefined : viewWatch(promotion, gates, deps.clock.now())
    return [promotionId, watch === undefined ? {} : { watch }] as const
  })
  return new Map(await Promise.all(found))
}

/** The cheap signal: how many changes nobody has said anything about; none of an environment that was never assessed. */
function withSignal(deployment: Deployment, drift: DriftAssessment | undefined): Deployment {
  if (drift === undefined) return deployment
  return { ...deployment, openChanges: countOpen(drift, deployment.solution), isPartlySeen: isPartlySeen(drift) }
}

function isGovernedBy(configuration: Configuration | undefined, solution: string, pipelineId: string): boolean {
  return configuration?.solutions.some((candidate) => candidate.uniqueName === solution && candidate.pipeline === pipelineId) ?? false
}

function environmentOf(configuration: Configuration | undefined, id: EnvironmentId): Environment {
  const environment = configuration?.environments.find((candidate) => candidate.id === id)
  if (environment === undefined)
    throw new DroverError('environment.unknown', `A pipeline in force names the environment "${id}", which is not declared.`)
  return environment
}
