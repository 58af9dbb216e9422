import { isAbsolute, join } from 'node:path'
import { createSourceControl } from '#adapters/git'
import type { Log, SourceControl } from '#engine/ports'

/** One source control per repository; a relative path lies in the workspace. */
export function sourceControls(of: {
  readonly workspace: string
  /** Where mirrors and drafts live; each process has its own. */
  readonly workFolder: string
  readonly log: Log
}): (repository: string) => SourceControl {
  const open = new Map<string, SourceControl>()
  return (repository) => {
    const known = open.get(repository)
    if (known !== undefined) return known
    const place =
      isAbsolute(repository) || repository.includes('://') || repository.includes('@') ? repository : join(of.workspace, repository)
    const control = createSourceControl({ repository: place, workFolder: of.workFolder, log: of.log })
    open.set(repository, control)
    return control
  }
}
