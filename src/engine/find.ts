import type { Environment } from '#domain/environment'
import type { EnvironmentId, PipelineId, Result, StageId } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration, GovernedSolution, Pipeline, Stage } from '#domain/pipeline'
import { wayOfRelease } from '#domain/pipeline'
import type { Release } from '#domain/release'

/** A solution's way as the configuration gives it. */
export interface GovernedWay {
  readonly solution: GovernedSolution
  readonly pipeline: Pipeline
  readonly source: Environment
}

export function findWay(configuration: Configuration, uniqueName: string): Result<GovernedWay> {
  const solution = configuration.solutions.find((candidate) => candidate.uniqueName === uniqueName)
  if (solution === undefined) {
    return refuse(
      'solution.not-governed',
      `The solution "${uniqueName}" is not in the configuration.`,
      'Add it to drover.yaml under `solutions` with an owner, a tier and a pipeline, and apply that.',
    )
  }
  const pipeline = findPipeline(configuration, solution.pipeline)
  if (!pipeline.ok) return pipeline
  const source = findEnvironment(configuration, pipeline.value.source)
  if (!source.ok) return source
  return accept({ solution, pipeline: pipeline.value, source: source.value })
}

export function findPipeline(configuration: Configuration, id: PipelineId): Result<Pipeline> {
  const pipeline = configuration.pipelines.find((candidate) => candidate.id === id)
  return pipeline === undefined
    ? refuse('pipeline.unknown', `There is no pipeline "${id}".`, 'Name one that `drover config show` lists.')
    : accept(pipeline)
}

/** The way of a release in the configuration in force: its pipeline, or what a hotfix goes along of it. */
export function findWayOf(configuration: Configuration, release: Pick<Release, 'pipelineId' | 'hotfix'>): Result<Pipeline> {
  const pipeline = findPipeline(configuration, release.pipelineId)
  return pipeline.ok ? wayOfRelease(pipeline.value, release) : pipeline
}

export function findStage(pipeline: Pipeline, id: StageId): Result<Stage> {
  const stage = pipeline.stages.find((candidate) => candidate.id === id)
  if (stage !== undefined) return accept(stage)
  const names = pipeline.stages.map((candidate) => candidate.id).join(', ')
  return refuse('stage.unknown', `The pipeline "${pipeline.id}" has no stage "${id}".`, `Name one of its stages: ${names}.`)
}

export function findEnvironment(configuration: Configuration, id: EnvironmentId): Result<Environment> {
  const environment = configuration.environments.find((candidate) => candidate.id === id)
  return environment === undefined
    ? refuse(
        'environment.unknown',
        `There is no environment "${id}" in the configuration.`,
        'Name one that `drover env list` shows, or declare it in drover.yaml.',
      )
    : accept(environment)
}
