import { type YamlDocument, type YamlMap, type YamlNode, entryOf, isList, isMap, textOfNode, withEntry } from './yaml-node.ts'

/** The parts of solution.xml that have files of their own. */
export interface SolutionFiles {
  readonly solution: YamlDocument
  readonly publisher?: YamlDocument
  readonly rootComponents?: YamlDocument
  readonly missingDependencies?: YamlDocument
}

/** Takes solution.xml's node apart: the publisher, the root components and the missing dependencies leave it. */
export function splitSolution(document: YamlDocument): SolutionFiles {
  const manifest = entryOf(document.node, 'SolutionManifest')
  if (!isMap(document.node) || !isMap(manifest)) return { solution: document }
  const publisher = manifest.get('Publisher')
  const name = textOfNode(entryOf(publisher, 'UniqueName'))
  const roots = onlyOne(manifest.get('RootComponents'))
  const missing = onlyOne(manifest.get('MissingDependencies'))
  let rest: YamlMap = manifest
  if (roots !== undefined) rest = withEntry(rest, 'RootComponents', undefined)
  if (missing !== undefined) rest = withEntry(rest, 'MissingDependencies', undefined)
  if (name !== undefined) rest = withEntry(rest, 'Publisher', new Map([['UniqueName', name]]))
  return {
    solution: { root: document.root, node: withEntry(document.node, 'SolutionManifest', rest) },
    ...(name !== undefined && publisher !== undefined && { publisher: { root: 'Publisher', node: publisher } }),
    ...(roots !== undefined && { rootComponents: { root: 'RootComponents', node: roots } }),
    ...(missing !== undefined && { missingDependencies: { root: 'MissingDependencies', node: missing } }),
  }
}

/** A file holds one element: what stands there twice stays where it is. */
function onlyOne(node: YamlNode | undefined): YamlNode | undefined {
  return isList(node) ? undefined : node
}

/** The node of solution.xml, whole again. */
export function joinSolution(files: SolutionFiles): YamlDocument {
  const { root, node } = files.solution
  const manifest = entryOf(node, 'SolutionManifest')
  if (!isMap(node) || !isMap(manifest)) return files.solution
  let whole: YamlMap = manifest
  if (files.publisher !== undefined) whole = withEntry(whole, 'Publisher', files.publisher.node)
  if (files.rootComponents !== undefined) whole = withEntry(whole, 'RootComponents', files.rootComponents.node)
  if (files.missingDependencies !== undefined) whole = withEntry(whole, 'MissingDependencies', files.missingDependencies.node)
  return { root, node: withEntry(node, 'SolutionManifest', whole) }
}
