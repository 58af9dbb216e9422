import { componentPlaces } from './component-places.ts'
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
  const kept = (carried.xml?.components ?? []).flatMap(({ xml }) => xml).join('\n')
  for (const { path, zipPath } of copied) {
    if (isAnybodys(path) || notes.named.has(zipPath.toLowerCase()) || kept.includes(zipPath)) continue
    const reason = ownersFolders.test(path) ? `: there is no ${path}.data.xml that does` : ', and the layout has no file of this name'
    const message = `${path} is packed, but no component names it${reason}.`
    onWarning({ code: 'solution.file-without-component', message, path })
  }
  for (const path of index.otherType) {
    const message = `${path} is not packed: it is of the managed package type, and the unmanaged one is made.`
    onWarning({ code: 'solution.other-package-type', message, path })
  }
}

/** Whether the file may be content of a component that the layout does not know: such lie in folders of their own, below that of their kind. */
function isAnybodys(path: string): boolean {
  return nativePlaces.test(path) && !ownersFolders.test(path) && !layoutsFolders.test(path)
}

/** `bots/<key>/bot.xml`; and `Assets/<table>set.xml`, which is link rows. Nothing else of a zip is a component without customizations.xml. */
const nativePlaces = /^(?:[^/]+\/[^/]+\/|assets\/[^/]+$)/i

/** Folders in which every file is a part of the layout, or named by one. Controls hold more than their manifest names. */
const layoutsFolders = new RegExp(
  `^(?:Other|Entities|Templates|${componentPlaces
    .map(({ folder }) => folder)
    .filter((folder) => folder !== 'Controls')
    .join('|')})/`,
  'i',
)

/** Folders in which every file is some component's content. */
const ownersFolders = /^(WebResources|Workflows|PluginAssemblies)\//i
