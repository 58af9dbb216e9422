import type { Environment, Unseen } from '#domain/environment'
import type { Digest, ReleaseId, Result, StageId } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import type { UnmanagedPlan } from '#domain/plan'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment, findStage, findWayOf } from '../find.ts'
import { lookUnmanaged } from './look-unmanaged.ts'

export interface UnmanagedPlanView {
  readonly environment: Environment
  readonly solution: string
  readonly plan: UnmanagedPlan
  /** The unmanaged export of what is there now, kept with the artifacts: the way back. Undefined when nothing is installed. */
  readonly wayBack: Digest | undefined
  readonly unseen: readonly Unseen[]
}

interface Asked {
  readonly releaseId: ReleaseId
  readonly stageId: StageId
}

/** What deploying the unmanaged artifact of a release would do; exports the target's solution and changes nothing in it. */
export async function planUnmanaged(deps: EngineDependencies, ask: Asked): Promise<Result<UnmanagedPlanView>> {
  const way = await findUnmanagedWay(deps, ask)
  if (!way.ok) return way
  const { release, environment } = way.value
  const { plan, wayBack, unseen } = await lookUnmanaged(deps, { ...way.value, target: deps.environments.open(environment) })
  return accept({ environment, solution: release.solution, plan, wayBack, unseen })
}

export interface UnmanagedWay {
  readonly release: Release
  readonly environment: Environment
  readonly people: readonly Person[]
  /** Owner of the solution. */
  readonly owner: Person['id'] | undefined
}

export async function findUnmanagedWay(deps: EngineDependencies, { releaseId, stageId }: Asked): Promise<Result<UnmanagedWay>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const release = await deps.readModel.load<Release>('release', releaseId)
  if (release === undefined)
    return refuse('release.unknown', `There is no sealed release "${releaseId}".`, 'Name one that `drover release list` shows as sealed.')
  const pipeline = findWayOf(configuration, release)
  if (!pipeline.ok) return pipeline
  const stage = findStage(pipeline.value, stageId)
  if (!stage.ok) return stage
  const environment = findEnvironment(configuration, stage.value.environment)
  if (!environment.ok) return environment
  const owner = configuration.solutions.find(({ uniqueName }) => uniqueName === release.solution)?.owner
  return accept({ release, environment: environment.value, people: configuration.people, owner })
}
