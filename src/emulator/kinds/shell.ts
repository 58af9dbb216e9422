import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, childElements, descendant, withAttribute, withChild, withChildren } from '#format'

/**
 * True for a table that a package carries only as the place of its subcomponents: without EntityInfo (managed), or with an
 * `entity` that holds nothing but attributes (observed in 70 of 90 tables with behaviour 1 or 2).
 */
export function isShell(part: ComponentPart): boolean {
  if (part.kind !== 'Entity') return false
  const entity = descendant(part.xml, 'EntityInfo', 'entity')
  return childElements(entity).every((node) => node.name === 'attributes')
}

/** The table as an export with behaviour 2 writes it: its name and ribbon, and the empty place for its columns. */
export function toShell(xml: XmlElement, options: { readonly isManaged: boolean; readonly hasColumns: boolean }): XmlElement {
  const info = descendant(xml, 'EntityInfo')
  const entity = descendant(info, 'entity')
  if (info === undefined || entity === undefined) return xml
  // A managed export leaves an untouched EntityInfo out altogether; an unmanaged one marks it (observed in both).
  if (options.isManaged && !options.hasColumns) return withChild(xml, 'EntityInfo', undefined)
  const attributes: XmlElement = { type: 'element', name: 'attributes', attributes: [], children: [], isSelfClosed: true }
  const bare = withChildren(entity, [attributes])
  const marked = withAttribute(bare, 'unmodified', options.hasColumns ? undefined : '1')
  return withChild(xml, 'EntityInfo', withChild(info, 'entity', marked))
}

/** True for a component that its solution lists and never changed; the mark is on its own element. */
export function isUnmodified(part: ComponentPart): boolean {
  return attributeOf(part.xml, 'unmodified') === '1'
}

/** The part as changed by hand: whatever it was before, it is of the solution now. */
export function asModified(part: ComponentPart): ComponentPart {
  return part.xml === undefined || !isUnmodified(part) ? part : { ...part, xml: withAttribute(part.xml, 'unmodified', undefined) }
}
