import { componentFilePath } from './foreign-shapes.ts'
import type { XmlConversion } from './to-xml-layout.ts'
import { type YamlDocument, entryOf, textOfNode } from './yaml-node.ts'

/** Whether a path that looks like one of SolutionPackager's is one of Dataverse's own, with a general name for the file. */
export function isForeignFile(path: string, document: YamlDocument): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  return generalNames.get(document.root) === name
}

const generalNames: ReadonlyMap<string, string> = new Map([
  ['systemform', 'systemform.yml'],
  ['savedquery', 'savedquery.yml'],
  ['RibbonDiffXml', 'ribbondiff.yml'],
])

/** Says where the content of a web resource goes that Dataverse keeps in a folder of its id, beside webresource.yml. */
export function settledFiles(
  conversion: XmlConversion,
  component: { readonly path: string; readonly xmlPath: string; readonly document: YamlDocument },
): void {
  const { path, xmlPath, document } = component
  if (document.root !== 'WebResource' || !/\/webresource\.yml$/i.test(path)) return
  const named = textOfNode(entryOf(document.node, 'FileName'))
  const fileName = named === undefined ? undefined : componentFilePath(named).split('/').at(-1)?.toLowerCase()
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const beside = conversion.source.paths.filter((other) => other.startsWith(folder) && other !== path)
  const content =
    beside.find((other) => other.slice(folder.length).toLowerCase() === fileName) ?? (beside.length === 1 ? beside[0] : undefined)
  if (content !== undefined) conversion.moved.set(content, xmlPath.replace(/\.data\.xml$/, ''))
}
