import { DroverError } from '#domain/kernel'
import type { Log, SourceControl } from '#engine/ports'

export interface SourceControlOptions {
  /** Path of a local repository (made, bare, when absent) or the address of a remote one. */
  readonly repository: string
  /** Where the mirror of a remote repository and drafts of commits live. */
  readonly workFolder: string
  readonly log: Log
  readonly branch?: string
}

export function createSourceControl(options: SourceControlOptions): SourceControl {
  throw new DroverError('source-control.not-available', `Source control for ${options.repository} is being built.`)
}
