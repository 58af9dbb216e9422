import type { Environment } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { ReadModel } from '#engine/ports'
import { loadConfiguration } from '../apply-configuration.ts'
import type { Board } from '../engine.ts'
import { listDeployments } from './deployments.ts'
import { listPromotions } from './promotions.ts'
import { listReleases } from './releases.ts'

/** Every pipeline with its stages: what is deployed there, and what is on its way. */
export async function loadBoard(deps: { readonly readModel: ReadModel }): Promise<Board> {
  const current = await loadConfiguration(deps)
  const [releases, deployments, promotions] = await Promise.all([listReleases(deps), listDeployments(deps), listPromotions(deps)])
  const configuration = current?.configuration
  const pipelines = (configuration?.pipelines ?? []).map((pipeline) => ({
    ...pipeline,
    stagesWithState: pipeline.stages.map((stage) => ({
      stageId: stage.id,
      environment: environmentOf(configuration, stage.environment),
      deployments: deployments.filter(
        (deployment) => deployment.environmentId === stage.environment && isGovernedBy(configuration, deployment.solution, pipeline.id),
      ),
      promotions: promotions.filter((promotion) => promotion.pipelineId === pipeline.id && promotion.stageId === stage.id),
    })),
  }))
  return { pipelines, releases }
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
