import { DroverError } from '#domain/kernel'
import type { SolutionPackage } from './package.ts'

/** The package as a tree of source files, in SolutionPackager's XML layout with LF line ends: path → content, sorted by path. */
export function unpackSource(_pkg: SolutionPackage): Map<string, Uint8Array> {
  throw new DroverError('format.unfinished', 'Unpacking is being built.')
}
