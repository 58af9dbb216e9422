import type { DescribedComponent } from '#domain/difference'
import type { EnvironmentId } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Carrier } from '#domain/solution'
import { isUnmanagedOrigin } from '#domain/solution'
import type { EngineDependencies } from '../dependencies.ts'
import type { DeploymentRecord } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'
import type { TrainMatePlanned } from './forecast-release.ts'
import { readContent } from './read-content.ts'

type Deps = Pick<EngineDependencies, 'readModel' | 'artifacts'>

interface Asked {
  readonly release: Release
  readonly mates: readonly TrainMatePlanned[]
  readonly environmentId: EnvironmentId
}

/**
 * What other solutions have that Drover brought to the environment, or that goes in before with the same train. Read only for a release that needs
 * what no name tells: each solution file is opened for it.
 */
export async function readCarriers(deps: Deps, { release, mates, environmentId }: Asked): Promise<readonly Carrier[] | undefined> {
  if (!release.dependencies.some(isUnmanagedOrigin)) return undefined
  const deployed = await deps.readModel.list<DeploymentRecord>('deployment', { where: { environmentId } })
  const others = deployed.filter(({ solution }) => !isAmong(mates, solution) && solutionKey(solution) !== solutionKey(release.solution))
  const carriers: Carrier[] = []
  for (const releaseId of [...others, ...mates].map((other) => other.releaseId)) {
    const other = await deps.readModel.load<Release>('release', releaseId)
    if (other !== undefined) carriers.push(await readCarrier(deps, other))
  }
  return carriers
}

export async function readCarrier(
  deps: Pick<Deps, 'artifacts'>,
  { solution, managed }: Pick<Release, 'solution' | 'managed'>,
): Promise<Carrier> {
  const { release } = await readContent(deps, { release: managed.digest, installed: undefined })
  return { uniqueName: solution, components: sayOf(release) }
}

/** What a solution has a say on; what its file carries as the place of its own parts alone is none. */
export function sayOf(content: readonly DescribedComponent[]): readonly string[] {
  return content.filter(({ kind, isUnmodified }) => kind !== 'Solution' && isUnmodified !== true).map(({ kind, key }) => `${kind}:${key}`)
}

function isAmong(mates: readonly TrainMatePlanned[], solution: string): boolean {
  return mates.some(({ uniqueName }) => solutionKey(uniqueName) === solutionKey(solution))
}
