import { isSplitOut, xmlPathOf } from './layout-paths.ts'
import { sectionFolders } from './section-folders.ts'

const noTables: ReadonlyMap<string, string> = new Map()

/** Folders in which a .yml file may be a file like any other, not the description of a component. */
const foldersOfFiles: ReadonlySet<string> = new Set(['webresources', 'controls', 'reports', 'canvasapps'])

/** Whether the file of this path of the YAML layout says a component in YAML, and is not one to be copied. */
export function isDocumentPath(path: string): boolean {
  if (!/\.yml$/i.test(path)) return false
  const top = path.slice(0, path.indexOf('/')).toLowerCase()
  if (top === 'solutions' || top === 'publishers' || top === 'entityrelationships') return true
  if (top !== 'modernflows' && !sectionFolders.has(top)) return false
  if (isInPackagerShape(path)) return true
  return !foldersOfFiles.has(top) || /^(?:webresources\/[^/]+\/webresource|canvasapps\/[^/]+\/canvasapp)\.yml$/i.test(path)
}

/** Whether the path is that of the XML layout, with other letters: its place there follows from the path alone. */
export function isInPackagerShape(path: string): boolean {
  return isSplitOut(xmlPathOf(path, true, noTables))
}
