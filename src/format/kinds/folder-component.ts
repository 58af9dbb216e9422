import type { ComponentPart, PackageFile } from '../package.ts'
import { attributeOf, child, childText } from '../xml/tree.ts'
import { parseXml } from '../xml/parse-xml.ts'

// Folders whose files belong to elements of customizations.xml: a file in them that nothing names is no component.
const classicFolders: ReadonlySet<string> = new Set([
  'assets',
  'canvasapps',
  'connector',
  'connectors',
  'controls',
  'formulas',
  'other',
  'pluginassemblies',
  'reports',
  'storedprocedures',
  'webresources',
  'workflows',
])

/**
 * Components that lie in files only, `<plural of the table>/<key>/<table>.xml` with their long texts beside it
 * (environmentvariabledefinitions/new_Url/environmentvariabledefinition.xml); and the link rows of Assets/<table>set.xml.
 */
export function folderComponents(files: readonly PackageFile[]): { parts: ComponentPart[]; rest: PackageFile[] } {
  const groups = new Map<string, PackageFile[]>()
  const parts: ComponentPart[] = []
  const rest: PackageFile[] = []
  for (const file of files) {
    const [folder = '', key = '', ...inner] = file.path.split('/')
    if (inner.length === 0 && folder.toLowerCase() === 'assets' && key !== '') parts.push(linkRows(file, key))
    else if (inner.length === 0 || classicFolders.has(folder.toLowerCase())) rest.push(file)
    else {
      const group = groups.get(`${folder}/${key}`)
      if (group === undefined) groups.set(`${folder}/${key}`, [file])
      else group.push(file)
    }
  }
  for (const [path, group] of groups) parts.push(folderComponent(path, group))
  return { parts, rest }
}

function linkRows(file: PackageFile, fileName: string): ComponentPart {
  const key = fileName.replace(/\.xml$/i, '')
  return { kind: 'Asset', key, displayName: undefined, parent: undefined, section: [], xml: undefined, files: [file] }
}

function folderComponent(path: string, files: readonly PackageFile[]): ComponentPart {
  const [folder = '', key = ''] = path.split('/')
  const definition = definitionFile(folder, path, files)
  const kind = definition?.path.slice(path.length + 1).replace(/\.xml$/i, '') ?? folder
  return { kind, key, displayName: definition && displayName(definition), parent: undefined, section: [], xml: undefined, files }
}

/** The file named after the table: the folder's name is its plural. Of several the shortest name, whatever order they come in. */
function definitionFile(folder: string, path: string, files: readonly PackageFile[]): PackageFile | undefined {
  const stem = folder.toLowerCase().replace(/(ies|es|s)$/, '')
  const direct = files
    .map((file) => ({ file, name: file.path.slice(path.length + 1).toLowerCase() }))
    .filter(({ name }) => name.endsWith('.xml') && !name.includes('/'))
    .sort((a, b) => a.name.length - b.name.length || Number(a.name > b.name) - Number(a.name < b.name))
  return (direct.find(({ name }) => name.startsWith(stem)) ?? direct[0])?.file
}

function displayName(file: PackageFile): string | undefined {
  const xml = parseXml(file.bytes, file.path)
  return attributeOf(child(xml, 'displayname'), 'default') ?? childText(xml, 'displayname') ?? childText(xml, 'name')
}
