import { folderComponents } from './kinds/folder-component.ts'
import type { ComponentPart, PackageFile, XmlElement } from './package.ts'
import { pathNamed } from './path-named.ts'
import type { FoundPart } from './split-customizations.ts'

/** Gives every file to the component that names it or owns its folder; the rest become components of their own, or other files. */
export function assignFiles(
  found: readonly FoundPart[],
  files: readonly PackageFile[],
): { parts: ComponentPart[]; otherFiles: PackageFile[] } {
  const byPath = new Map(files.map((file) => [file.path.toLowerCase(), file]))
  const claimed = new Set<PackageFile>()
  const owners = ownersByPrefix(found)
  const extra = new Map<ComponentPart, PackageFile[]>()
  for (const file of files) {
    const owner = ownerOf(owners, file.path.toLowerCase())
    if (owner !== undefined) extra.set(owner, [...(extra.get(owner) ?? []), file])
  }
  const parts = found.map(({ part }) => {
    const own = new Set(namedFiles(part.xml, byPath))
    for (const file of extra.get(part) ?? []) own.add(file)
    for (const file of own) claimed.add(file)
    return own.size === 0 ? part : { ...part, files: [...own] }
  })
  const { parts: fromFolders, rest } = folderComponents(files.filter((file) => !claimed.has(file)))
  return { parts: [...parts, ...fromFolders], otherFiles: rest }
}

function ownersByPrefix(found: readonly FoundPart[]): Map<string, ComponentPart> {
  const owners = new Map<string, ComponentPart>()
  for (const { part, format } of found) {
    for (const folder of format?.foldersOf?.(part.xml) ?? []) owners.set(folder.toLowerCase(), part)
    for (const prefix of format?.filePrefixesOf?.(part.xml) ?? []) owners.set(prefix.toLowerCase(), part)
  }
  return owners
}

function ownerOf(owners: ReadonlyMap<string, ComponentPart>, path: string): ComponentPart | undefined {
  for (const mark of ['/', '.']) {
    for (let at = path.indexOf(mark); at >= 0; at = path.indexOf(mark, at + 1)) {
      const owner = owners.get(path.slice(0, at + 1))
      if (owner !== undefined) return owner
    }
  }
  return undefined
}

/** Files that the XML names by path, as JsonFileName, FileName, DocumentUri and their like do: the whole text of an element. */
function namedFiles(xml: XmlElement, byPath: ReadonlyMap<string, PackageFile>): PackageFile[] {
  const named: PackageFile[] = []
  const visit = (node: XmlElement): void => {
    for (const inner of node.children) {
      if (inner.type === 'element') visit(inner)
      else if (inner.type === 'text' && node.children.length === 1) {
        const file = fileNamed(inner.text, byPath)
        if (file !== undefined) named.push(file)
      }
    }
  }
  visit(xml)
  return named
}

function fileNamed(text: string, byPath: ReadonlyMap<string, PackageFile>): PackageFile | undefined {
  if (text.length > 500 || (!text.includes('/') && !text.includes('\\'))) return undefined
  return byPath.get(pathNamed(text).toLowerCase())
}
