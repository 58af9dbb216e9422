import { DroverError } from '#domain/kernel'
import type { PackageLimits } from './limits.ts'
import type { SolutionPackage } from './package.ts'

/** Takes a solution zip apart, without loss. */
export async function readPackage(_bytes: Uint8Array, _limits: Partial<PackageLimits> = {}): Promise<SolutionPackage> {
  throw new DroverError('format.unfinished', 'Reading packages is being built.')
}
