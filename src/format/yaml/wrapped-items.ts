import { type YamlDocument, isMap } from './yaml-node.ts'

/** Files of the XML layout whose root is a list around one item; the YAML layout has the item alone. */
const wrappers: readonly { readonly list: string; readonly item: string; readonly folder: string }[] = [
  { list: 'forms', item: 'systemform', folder: 'FormXml' },
  { list: 'savedqueries', item: 'savedquery', folder: 'SavedQueries' },
]

/** The item of a list of one, where the folder holds such lists; the document itself otherwise. */
export function unwrapped(xmlPath: string, document: YamlDocument): YamlDocument {
  const wrapper = wrapperOf(xmlPath)
  if (wrapper === undefined || document.root !== wrapper.list || !isMap(document.node)) return document
  const item = document.node.get(wrapper.item)
  return document.node.size === 1 && item !== undefined && !Array.isArray(item) ? { root: wrapper.item, node: item } : document
}

/** The item in its list again. */
export function wrapped(xmlPath: string, document: YamlDocument): YamlDocument {
  const wrapper = wrapperOf(xmlPath)
  if (document.root !== wrapper?.item) return document
  return { root: wrapper.list, node: new Map([[wrapper.item, document.node]]) }
}

function wrapperOf(xmlPath: string): (typeof wrappers)[number] | undefined {
  const folder = xmlPath.startsWith('Entities/') ? xmlPath.split('/')[2] : undefined
  return wrappers.find((wrapper) => wrapper.folder === folder)
}
