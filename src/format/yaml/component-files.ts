import { sectionFolders } from './section-folders.ts'
import { type YamlDocument, type YamlMap, type YamlNode, entriesOf, entryOf, isList, isMap, textOfNode } from './yaml-node.ts'

/** Where components name the files that belong to them, by the root key. */
const fileKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['CanvasApp', ['DocumentUri', 'BackgroundImageUri', 'AdditionalUris']],
  ['PluginAssembly', ['FileName']],
  ['WebResource', ['FileName']],
  ['Workflow', ['JsonFileName', 'XamlFileName']],
])

/** A file as its component names it in the tree, and where it lies in the XML layout. */
export interface NamedFile {
  readonly named: string
  readonly place: string
}

/** The files that the component names. */
export function namedFiles(document: YamlDocument): NamedFile[] {
  const name = document.root === 'WebResource' ? textOfNode(entryOf(document.node, 'Name')) : undefined
  return (fileKeys.get(document.root) ?? []).flatMap((key) =>
    textsUnder(entryOf(document.node, key)).map((text) => {
      const named = barePath(text)
      return { named, place: name === undefined ? barePath(zipName(text)) : `WebResources/${name}` }
    }),
  )
}

function textsUnder(node: YamlNode | undefined): string[] {
  const texts = isMap(node) ? [...entriesOf(node, 'AdditionalUri'), ...entriesOf(node, '#text')] : [node ?? '']
  return texts.flatMap((text) => (typeof text === 'string' && text.trim() !== '' ? [text.trim()] : []))
}

function barePath(name: string): string {
  return name.replaceAll('\\', '/').replace(/^\/+/, '')
}

/**
 * The component with the names of its files as the platform exports them. In its own commits they are paths of the YAML layout:
 * `/canvasapps/<name>/<file>` [seen in 1 public repository], which `/CanvasApps/<file>` is in a zip.
 */
export function withZipNames(document: YamlDocument): YamlDocument {
  const keys = fileKeys.get(document.root)
  if (keys === undefined || !isMap(document.node)) return document
  const changed: YamlMap = new Map([...document.node].map(([key, node]) => [key, keys.includes(key) ? renamed(node) : node]))
  const isSame = namedFiles(document).every(({ named }, at) => named === namedFiles({ root: document.root, node: changed })[at]?.named)
  return isSame ? document : { root: document.root, node: changed }
}

function renamed(node: YamlNode): YamlNode {
  if (typeof node === 'string') return zipName(node)
  if (isList(node)) return node.map(renamed)
  return isMap(node) ? new Map([...node].map(([key, inner]) => [key, key.startsWith('@') ? inner : renamed(inner)])) : node
}

/** Kinds whose files lie directly in their folder of the zip. */
const flatFolders: ReadonlySet<string> = new Set(['CanvasApps', 'Workflows', 'WebResources'])

function zipName(name: string): string {
  const [, slash = '', top = '', rest = ''] = /^\s*([\\/]*)([^\\/]+)[\\/]+(.+?)\s*$/.exec(name) ?? []
  const folder = top.toLowerCase() === 'modernflows' ? 'Workflows' : sectionFolders.get(top.toLowerCase())
  if (folder === undefined || (folder === top && slash !== '')) return name
  return `/${folder}/${flatFolders.has(folder) ? rest.slice(Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\')) + 1) : rest}`
}
