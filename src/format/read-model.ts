import { DroverError } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import type { PackageLimits } from './limits.ts'
import type { SolutionPackage } from './package.ts'
import { readPackage } from './read-package.ts'

/** What a solution file says, for checks and plans. */
export function readModel(_pkg: SolutionPackage): SolutionModel {
  throw new DroverError('format.unfinished', 'Reading models is being built.')
}

/** A solution file's package and model in one go. */
export async function readSolution(
  bytes: Uint8Array,
  limits: Partial<PackageLimits> = {},
): Promise<{ package: SolutionPackage; model: SolutionModel }> {
  const pkg = await readPackage(bytes, limits)
  return { package: pkg, model: readModel(pkg) }
}
