import type { ComponentPart } from '#format'
import { componentId } from '../../layers/component-state.ts'
import { ComponentIndex } from '../../layers/find-component.ts'

/** The parts of a package by their component ids, and by the names that manifests give them. */
export interface PartIndex {
  readonly byId: ReadonlyMap<string, ComponentPart>
  readonly names: ComponentIndex
}

/** Made once for each list of parts: judging a package, applying it and recording what it needs all look parts up. */
export function partIndex(parts: readonly ComponentPart[]): PartIndex {
  const known = indexes.get(parts) ?? indexParts(parts)
  indexes.set(parts, known)
  return known
}

const indexes = new WeakMap<readonly ComponentPart[], PartIndex>()

function indexParts(parts: readonly ComponentPart[]): PartIndex {
  const byId = new Map(parts.map((part) => [componentId(part.kind, part.key), part]))
  return { byId, names: new ComponentIndex(byId.keys()) }
}
