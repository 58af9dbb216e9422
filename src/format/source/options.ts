import type { FileTree } from '../file-tree.ts'
import type { FileMap } from './file-map.ts'

/** Which export a source folder holds: SolutionPackager's package types. */
export type PackageType = 'unmanaged' | 'managed' | 'both'

/** xml: SolutionPackager's layout. yaml: that of Dataverse Git integration. */
export type SourceLayout = 'xml' | 'yaml'

export interface UnpackOptions {
  /** What the zip must be; by default what it is. For `both` the zip is the unmanaged one and `managed` is its twin. */
  readonly type?: PackageType
  readonly managed?: FileTree
  /** Default xml. */
  readonly layout?: SourceLayout
  /** Files that live elsewhere; they are not written. */
  readonly map?: FileMap
}

export interface PackOptions {
  /** Default: what the folder holds; unmanaged for a folder of both. */
  readonly type?: Exclude<PackageType, 'both'>
  /** Written into solution.xml in place of the version there. */
  readonly version?: string
  /** Unique name of the solution that is meant, where a tree of the YAML layout holds several. */
  readonly solution?: string
  /** Called with each thing that is odd but no reason to stop. */
  readonly onWarning?: (warning: PackWarning) => void
}

export interface PackWarning {
  readonly code: string
  readonly message: string
  /** Path inside the folder, where there is one. */
  readonly path?: string
}
