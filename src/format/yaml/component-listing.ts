import type { YamlDocument } from './yaml-node.ts'

/** solutioncomponents.yml for these files of the tree: folders as SolutionPackager looks for them. */
export function componentListing(paths: Iterable<string>): YamlDocument {
  const listed = new Set<string>()
  for (const path of paths) {
    const entry = listedPath(path)
    if (entry !== undefined) listed.add(entry)
  }
  const components = [...listed].sort().map((path) => new Map([['@path', path]]))
  return { root: 'SolutionComponents', node: new Map([['Component', components]]) }
}

/**
 * The entry that makes SolutionPackager take the file; undefined for the manifests of solutions, which need none. Forms (by type), views and
 * charts need an entry below their table, apps and their site maps one of their very folder [seen in 1 public repository].
 */
export function listedPath(path: string): string | undefined {
  const parts = path.split('/')
  const [top = '', second = '', third = ''] = parts
  const folder = top.toLowerCase()
  if (folder === 'solutions') return undefined
  if (folder === 'publishers' || folder === 'appmodules' || folder === 'appmodulesitemaps')
    return parts.length > 2 ? `${top}/${second}` : top
  if (folder !== 'entities' || parts.length < 3) return top
  const list = third.toLowerCase()
  if (list === 'formxml' && parts.length > 4) return parts.slice(0, 4).join('/')
  return isListOfTable(list) ? `${top}/${second}/${third}` : `${top}/${second}`
}

/** Folders of a table that the table's own entry does not include. */
export function isListOfTable(folder: string): boolean {
  return ['formxml', 'savedqueries', 'visualizations'].includes(folder.toLowerCase())
}
