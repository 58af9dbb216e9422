import type { ObservedState } from '#domain/environment'
import { errorMessage } from '#domain/kernel'
import type { TargetBefore } from '#domain/promotion'
import { isSameName } from '#domain/settings'
import type { AttemptRun } from '../promotion/run.ts'

/**
 * Flows, and Active layers of every installed solution: a component that this release brings along may be there already through
 * another one, and what was changed on it is not ours.
 */
export async function readBefore(run: AttemptRun, observed: ObservedState): Promise<TargetBefore> {
  const own = observed.solutions.filter(({ uniqueName }) => isSameName(uniqueName, run.request.solution))
  const others = observed.solutions.filter((solution) => !own.includes(solution))
  const found = new Map<string, TargetBefore['layers'][number]>()
  const note = async (uniqueName: string) => {
    for (const { kind, componentId, changed } of await run.target.fetchActiveLayers(uniqueName))
      if (changed.length > 0) found.set(`${kind} ${componentId}`, { kind, componentId })
  }
  for (const { uniqueName } of own) await note(uniqueName)
  for (let start = 0; start < others.length; start += solutionsAtOnce) {
    await Promise.all(others.slice(start, start + solutionsAtOnce).map(({ uniqueName }) => note(uniqueName).catch(skip(run, uniqueName))))
  }
  return { layers: [...found.values()], flows: observed.flows.map(({ id, state }) => ({ id, state })) }
}

const solutionsAtOnce = 4

/** A foreign solution that cannot be read must not keep ours from going in: at worst a layer of it is taken for new, and named. */
function skip(run: AttemptRun, uniqueName: string) {
  return (error: unknown): void =>
    run.deps.log.warn('The layers of another solution could not be read', { solution: uniqueName, error: errorMessage(error) })
}
