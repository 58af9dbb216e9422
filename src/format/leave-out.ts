import { layerKindOf } from '#domain/solution'
import type { ComponentPart, SolutionPackage, XmlElement, XmlNode } from './package.ts'
import { attributeOf } from './xml/tree.ts'

/** A package without some of its components, and those of them that it cannot be without. */
export interface PackageWithout {
  readonly package: SolutionPackage
  /** `kind:key`, as they were named. */
  readonly stuck: readonly string[]
}

/**
 * Takes components out of a package, so that an import says nothing of them. What lives in a table that is left out stays: the table is
 * then only named, as exports do with tables that a solution does not change.
 */
export function leaveOut(pkg: SolutionPackage, components: readonly string[]): PackageWithout {
  const names = new Map(components.map((name) => [name.toLowerCase(), name]))
  const out = pkg.parts.filter((part) => names.has(idOf(part)))
  const found = new Set(out.map(idOf))
  const stuck = [...names].flatMap(([id, name]) => (found.has(id) ? [] : [name]))
  const parts = pkg.parts.filter((part) => !out.includes(part))
  const gone = out.filter((part) => !parts.some((other) => other.parent === `${part.kind}:${part.key}`))
  return { package: { ...pkg, parts, manifest: withoutRoots(pkg.manifest, gone) }, stuck }
}

/** Solution files and environments call some kinds by other names: both find a component. */
function idOf({ kind, key }: ComponentPart): string {
  return `${kind}:${key}`.toLowerCase()
}

/** A root component that the file says nothing of would be missed by the import. */
function withoutRoots(node: XmlElement, gone: readonly ComponentPart[]): XmlElement {
  if (gone.length === 0) return node
  const children = node.children.flatMap((child): XmlNode[] => {
    if (child.type !== 'element') return [child]
    if (child.name !== 'RootComponent') return [withoutRoots(child, gone)]
    return gone.some((part) => isRootOf(child, part)) ? [] : [child]
  })
  return { ...node, children }
}

/** Whether a root component of a manifest names the part. */
export function isRootOf(root: XmlElement, part: ComponentPart): boolean {
  const kind = layerKindOf(attributeOf(root, 'type') ?? '').toLowerCase()
  // Kinds without a fixed number are listed by numbers that differ between environments.
  const isKind = /^componenttype\d+$/.test(kind) || kind === layerKindOf(part.kind).toLowerCase()
  const name = attributeOf(root, 'schemaName') ?? attributeOf(root, 'id') ?? ''
  return isKind && name.replaceAll(/[{}]/g, '').toLowerCase() === part.key.toLowerCase()
}
