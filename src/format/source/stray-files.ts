import type { Carried } from './carried.ts'
import type { PackOptions } from './options.ts'
import type { PackNotes } from './pack-notes.ts'
import type { SourceIndex } from './source-index.ts'

/** A file that goes into the zip as it is. */
export interface CopiedFile {
  readonly path: string
  readonly zipPath: string
}

interface Packed {
  readonly index: SourceIndex
  readonly copied: readonly CopiedFile[]
  readonly notes: PackNotes
  readonly carried: Carried
}

/** Says which files nobody asked for: they are packed or left out as the layout has it, but never without a word. */
export function warnOfStrays({ index, copied, notes, carried }: Packed, options: PackOptions): void {
  const { onWarning } = options
  if (onWarning === undefined) return
  const named = new Set(notes.required.map(({ zipPath }) => zipPath.toLowerCase()))
  const kept = (carried.xml?.components ?? []).flatMap(({ xml }) => xml).join('\n')
  for (const { path, zipPath } of copied) {
    if (!ownersFolders.test(path) || named.has(zipPath.toLowerCase()) || kept.includes(zipPath)) continue
    const message = `${path} is packed, but no component names it: there is no ${path}.data.xml that does.`
    onWarning({ code: 'solution.file-without-component', message, path })
  }
  for (const path of index.otherType) {
    const message = `${path} is not packed: it is of the managed package type, and the unmanaged one is made.`
    onWarning({ code: 'solution.other-package-type', message, path })
  }
}

/** Folders in which every file is some component's content. */
const ownersFolders = /^(WebResources|Workflows|PluginAssemblies)\//i
