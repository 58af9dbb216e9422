import { type YamlDocument, type YamlMap, entryOf, isMap, textOfNode, withEntry } from './yaml-node.ts'

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
  const roots = manifest.get('RootComponents')
  const missing = manifest.get('MissingDependencies')
  let rest: YamlMap = withEntry(withEntry(manifest, 'RootComponents', undefined), 'MissingDependencies', undefined)
  if (name !== undefined) rest = withEntry(rest, 'Publisher', new Map([['UniqueName', name]]))
  return {
    solution: { root: document.root, node: withEntry(document.node, 'SolutionManifest', rest) },
    ...(name !== undefined && publisher !== undefined && { publisher: { root: 'Publisher', node: publisher } }),
    ...(roots !== undefined && { rootComponents: { root: 'RootComponents', node: roots } }),
    ...(missing !== undefined && { missingDependencies: { root: 'MissingDependencies', node: missing } }),
  }
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
