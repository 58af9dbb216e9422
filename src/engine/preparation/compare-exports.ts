import type { Artifact } from '#domain/artifact'
import { DroverError } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import { readSolution } from '#format'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

/** The committed source must be the source of the sealed bytes: a maker who saved between the two exports would make them differ. */
export async function compareExports(
  run: PreparationRun,
  exports: { readonly unmanaged: Artifact; readonly managed: Artifact },
): Promise<void> {
  await run.ctx.step('compare-exports', async () => {
    const [unmanaged, managed] = [await loadModel(run, exports.unmanaged), await loadModel(run, exports.managed)]
    const differences = findDifferences(unmanaged, managed)
    if (differences.length > 0) {
      throw new DroverError(
        'export.changed-meanwhile',
        `${exports.managed.solution} changed in ${run.way.source.name} between its two exports: ${differences.slice(0, 5).join('; ')}.`,
        { hint: 'Prepare the release again when nobody is saving changes to the solution.', isRetryable: true },
      )
    }
    await run.record([noteStep('compare-exports', `Both exports hold version ${managed.manifest.version} with the same root components.`)])
  })
}

async function loadModel(run: PreparationRun, artifact: Artifact): Promise<SolutionModel> {
  return (await readSolution(await run.deps.artifacts.get(artifact.digest))).model
}

/**
 * A managed export leaves out forms and views that its solution did not change (observed in real pairs of one version), so a component
 * that only the unmanaged one has says nothing. The version, the root components, and a component that only the managed one has do.
 */
export function findDifferences(unmanaged: SolutionModel, managed: SolutionModel): string[] {
  const [source, sealed] = [unmanaged.manifest, managed.manifest]
  const known = new Set(unmanaged.components.map((component) => `${component.kind} ${component.key}`))
  const added = managed.components.map((component) => `${component.kind} ${component.key}`).filter((key) => !known.has(key))
  return [
    ...(source.version === sealed.version ? [] : [`version ${source.version} became ${sealed.version}`]),
    ...missingFrom(rootsOf(managed), rootsOf(unmanaged)).map((root) => `${root} was taken out`),
    ...missingFrom(rootsOf(unmanaged), rootsOf(managed)).map((root) => `${root} was added`),
    ...added.map((key) => `${key} was added`),
  ]
}

function rootsOf(model: SolutionModel): string[] {
  return model.manifest.rootComponents.map((root) => `${root.kind} ${root.schemaName ?? root.id ?? 'without a name'}`)
}

function missingFrom(set: readonly string[], wanted: readonly string[]): string[] {
  const present = new Set(set)
  return wanted.filter((each) => !present.has(each))
}
