import { genericKey, genericName } from './kinds/generic.ts'
import type { KindFormat } from './kinds/kind-format.ts'
import { kindFormats, sectionsWithoutComponents } from './kinds/registry.ts'
import type { ComponentPart, XmlElement, XmlNode } from './package.ts'
import { sectionLabels } from './section-label.ts'

/** A part of customizations.xml with the format that found it; undefined for a generic one. */
export interface FoundPart {
  readonly part: ComponentPart & { readonly xml: XmlElement }
  readonly format: KindFormat | undefined
}

/** Takes the components out of customizations.xml; what is left is the skeleton, its containers empty. */
export function splitCustomizations(root: XmlElement): { skeleton: XmlElement; found: FoundPart[] } {
  const split: Split = { found: [], taken: new Set() }
  const skeleton = splitInside(split, root, { trie: places, labels: [], owner: undefined, isRootSection: false })
  return { skeleton, found: split.found }
}

interface Split {
  readonly found: FoundPart[]
  readonly taken: Set<string>
}

interface Place {
  readonly formats: Map<string, KindFormat>
  readonly inner: Map<string, Place>
}

interface Position {
  readonly trie: Place | undefined
  readonly labels: readonly string[]
  readonly owner: { readonly id: string; readonly key: string } | undefined
  readonly isRootSection: boolean
}

const places = buildPlaces()

/** A tree of the element names at which components of each kind are found. */
function buildPlaces(): Place {
  const root: Place = { formats: new Map(), inner: new Map() }
  for (const format of kindFormats) {
    let at = root
    for (const name of format.section) {
      const next = at.inner.get(name) ?? { formats: new Map(), inner: new Map() }
      at.inner.set(name, next)
      at = next
    }
    at.formats.set(format.elementName, format)
  }
  return root
}

function splitInside(split: Split, container: XmlElement, position: Position): XmlElement {
  const labelOf = sectionLabels()
  const kept: XmlNode[] = []
  for (const node of container.children) {
    if (node.type !== 'element') kept.push(node)
    else if (!take(split, node, position)) kept.push(splitContainer(split, node, { position, label: labelOf(node) }))
  }
  if (kept.length === container.children.length && kept.every((node, at) => node === container.children[at])) return container
  return { ...container, children: kept, isSelfClosed: kept.length === 0 }
}

function splitContainer(split: Split, node: XmlElement, at: { position: Position; label: string }): XmlElement {
  const { position, label } = at
  const inner = position.trie?.inner.get(node.name)
  const isRootSection = position.labels.length === 0 && position.owner === undefined && !sectionsWithoutComponents.has(node.name)
  if (inner === undefined && !isRootSection) return node
  return splitInside(split, node, { trie: inner, labels: [...position.labels, label], owner: position.owner, isRootSection })
}

/** Takes the element out as a component, if it is one. */
function take(split: Split, node: XmlElement, position: Position): boolean {
  const format = position.trie?.formats.get(node.name)
  const isContainer = position.trie?.inner.has(node.name) === true
  if (format === undefined && (isContainer || !position.isRootSection)) return false
  const natural = format === undefined ? (genericKey(node) ?? '1') : format.keyOf(node, position.owner?.key)
  if (natural === undefined) return false
  const kind = format?.kind ?? node.name
  const key = uniqueKey(split.taken, kind, { natural, owner: position.owner?.key })
  const id = `${kind}:${key}`
  const at = split.found.length
  const displayName = format === undefined ? genericName(node) : format.nameOf(node)
  const part = { kind, key, displayName, parent: position.owner?.id, section: position.labels, xml: node, files: [] }
  split.found.push({ part, format })
  if (isContainer) {
    const inside = {
      trie: position.trie?.inner.get(node.name),
      labels: [...position.labels, node.name],
      owner: { id, key },
      isRootSection: false,
    }
    split.found[at] = { part: { ...part, xml: splitInside(split, node, inside) }, format }
  }
  return true
}

/** Real files repeat ids now and then (a form copied to another table): the owner's key, then a number, tells such twins apart. */
function uniqueKey(taken: Set<string>, kind: string, from: { natural: string; owner: string | undefined }): string {
  const candidates = [from.natural]
  if (from.owner !== undefined) candidates.push(`${from.natural}@${from.owner}`)
  for (let n = 2; ; n++) {
    for (const candidate of candidates) {
      const id = `${kind}:${candidate}`.toLowerCase()
      if (taken.has(id)) continue
      taken.add(id)
      return candidate
    }
    candidates.splice(0, candidates.length, `${from.natural}#${n}`)
  }
}
