import type { ComponentPart, XmlElement, XmlNode } from '#format'
import { childElements, childText, isElement, withChildren } from '#format'

// Kinds for which it was seen; what exports write of others over a managed base is not known.
const kinds: ReadonlySet<string> = new Set([
  'Entity',
  'Attribute',
  'EntityRelationship',
  'SystemForm',
  'SavedQuery',
  'SavedQueryVisualization',
  'WebResource',
])

const property = /^(IsCustomizable|IsRenameable|IsMappable|IsHidden|CanBeDeleted|Can(Modify|Create|Change|Enable)\w+)$/

/** Elements that hold managed properties of their own below a component's. */
const holders: ReadonlySet<string> = new Set(['EntityInfo', 'entity', 'optionset'])

/**
 * A component that somebody's managed solution brought, without its managed properties: they are that solution's to say, and exports of
 * changes to it leave them out (observed in a public solution that changes tables of a managed one, and of forms of the platform).
 */
export function withoutManagedProperties(part: ComponentPart): ComponentPart {
  const { kind, xml } = part
  return xml === undefined || !kinds.has(kind) || isOfThePlatform(xml) ? part : { ...part, xml: stripped(xml) }
}

/** Lookups that every table gets from the platform, the rate that comes with its currency, and their relationships keep theirs. */
function isOfThePlatform(xml: XmlElement): boolean {
  const isOwn = childText(xml, 'IsCustomField') === '0'
  return (isOwn && platformTypes.has(childText(xml, 'Type') ?? '')) || childText(xml, 'ReferencingAttributeName')?.includes('_') === false
}

const platformTypes: ReadonlySet<string> = new Set(['lookup', 'owner', 'decimal'])

function stripped(owner: XmlElement): XmlElement {
  if (!childElements(owner).some(({ name }) => property.test(name) || holders.has(name))) return owner
  return withChildren(
    owner,
    owner.children.flatMap((node): XmlNode[] => {
      if (!isElement(node)) return [node]
      if (property.test(node.name)) return []
      return [holders.has(node.name) ? stripped(node) : node]
    }),
  )
}
