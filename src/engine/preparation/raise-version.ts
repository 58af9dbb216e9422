import type { Version } from '#domain/kernel'
import { compareVersions, DroverError, raiseRevision } from '#domain/kernel'
import { nextInLane, raiseOverLanes } from '#domain/hotfix'
import { loadLanes } from '../hotfix/stream.ts'
import { orThrow } from '../or-throw.ts'
import { listGivenVersions } from '../hotfix/list-given.ts'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

/** Raises the version in Dev before the export where the solution is governed so; the number is chosen in a recorded step of its own. */
export async function raiseVersion(run: PreparationRun): Promise<void> {
  const name = run.way.solution.uniqueName
  const choice = await run.ctx.step('choose-version', () => chooseVersion(run))
  await run.ctx.step('raise-version', async () => {
    if (choice.to !== choice.from) await run.environment.raiseVersion(name, choice.to)
    const note =
      choice.to === choice.from
        ? `Version ${choice.from} is exported as it is in ${run.way.source.name}.`
        : `Raised in ${run.way.source.name} from ${choice.from} to ${choice.to}.`
    await run.record([noteStep('raise-version', note)])
  })
}

async function chooseVersion(run: PreparationRun): Promise<{ readonly from: Version; readonly to: Version }> {
  const { uniqueName, versioning } = run.way.solution
  const inDev = await run.environment.fetchSolution(uniqueName)
  if (inDev === undefined) {
    throw new DroverError('solution.not-in-source', `The solution "${uniqueName}" is not in ${run.way.source.name}.`, {
      hint: 'Check the unique name in drover.yaml, or import the solution into the development environment.',
    })
  }
  if (inDev.isManaged) {
    throw new DroverError(
      'solution.managed-in-source',
      `The solution "${uniqueName}" is managed in ${run.way.source.name}; a managed solution cannot be exported.`,
      {
        hint: 'Develop it as an unmanaged solution in the environment that the pipeline names as its source.',
      },
    )
  }
  if (run.hotfix !== undefined) {
    // Also where makers raise versions themselves: those of a hotfix were reserved.
    const given = await listGivenVersions(run.deps, uniqueName)
    return { from: inDev.version, to: orThrow(nextInLane(run.hotfix.versions, given)) }
  }
  if (versioning === 'keep') return { from: inDev.version, to: inDev.version }
  const wanted = raiseRevision(highest(inDev.version, await listGivenVersions(run.deps, uniqueName)))
  return { from: inDev.version, to: orThrow(raiseOverLanes(wanted, await loadLanes(run.deps.ledger, uniqueName))) }
}

function highest(version: Version, given: readonly Version[]): Version {
  return given.reduce((top, other) => (compareVersions(other, top) > 0 ? other : top), version)
}
