import { DroverError } from '#domain/kernel'
import { composeCustomizations } from './compose-customizations.ts'
import { contentTypesPath } from './content-types.ts'
import type { SolutionPackage, XmlElement, XmlNode } from './package.ts'
import { sectionWriters } from './source/sections.ts'
import { sortedManifest } from './source/solution-manifest.ts'
import { SourceTree } from './source/source-tree.ts'
import { child, textOf, withChildren } from './xml/tree.ts'
import { safeEntryPath } from './zip/entry-path.ts'

/**
 * The package as a tree of source files, in SolutionPackager's XML layout with LF line ends: path → content, sorted by path.
 * [Content_Types].xml is not among them: it follows from the other files.
 */
export function unpackSource(pkg: SolutionPackage): Map<string, Uint8Array> {
  const isManaged = textOf(child(child(pkg.manifest, 'SolutionManifest'), 'Managed'))?.trim() === '1'
  const tree = new SourceTree(isManaged)
  tree.addPlainXml('Other/Solution.xml', sortedManifest(pkg.manifest))
  tree.addPlainXml('Other/Customizations.xml', splitSections(tree, composeCustomizations(pkg)))
  for (const file of [...pkg.parts.flatMap((part) => part.files), ...pkg.otherFiles]) {
    if (file.path.toLowerCase() !== contentTypesPath.toLowerCase()) tree.files.set(sourcePath(tree, file.path), file.bytes)
  }
  for (const path of tree.files.keys()) refuseEscape(path)
  return new Map([...tree.files].sort(([a], [b]) => (a < b ? -1 : Number(a > b))))
}

/** Paths are made of names that stand in the solution: none may lead out of the tree, or into the workings of Git. */
function refuseEscape(path: string): void {
  safeEntryPath(path)
  if (!path.split('/').some((part) => part.toLowerCase() === '.git')) return
  throw new DroverError(
    'solution.unsafe-path',
    `The solution has a component or file named "${path}", which would write into Git itself.`,
    {
      hint: 'Do not trust this file; find out who made it.',
    },
  )
}

/** Writes each section's files and leaves an empty element in its place. */
function splitSections(tree: SourceTree, root: XmlElement): XmlElement {
  const sections = root.children.map((node): XmlNode => {
    const write = node.type === 'element' ? sectionWriters.get(node.name) : undefined
    if (node.type !== 'element' || write === undefined) return node
    write(tree, node)
    return { ...node, attributes: [], children: [], isSelfClosed: true }
  })
  return withChildren(root, sections)
}

function sourcePath(tree: SourceTree, zipPath: string): string {
  const moved = tree.moved.get(zipPath.toLowerCase())
  if (moved !== undefined) return moved
  if (/^Connector\//i.test(zipPath)) return `Connectors/${zipPath.slice('Connector/'.length)}`
  return zipPath
}
