import type { XmlElement } from '#format'
import { child, childElements, withChild, withChildren } from '#format'

/** How definitions of one kind become one. Pure: elements in, an element out. */
export interface KindMerge {
  /** Both as one; for what both say, the upper one counts. */
  merge(below: XmlElement, above: XmlElement): XmlElement
  /** What `edited` changes of `below`, so that merging it over another definition changes that in the same way. */
  difference(below: XmlElement, edited: XmlElement): XmlElement
}

type Inner = Readonly<Record<string, KindMerge>>

/** The upper definition, with what only the lower one has, and with the named children merged by rules of their own. */
export function mergedTop(below: XmlElement, above: XmlElement, inner: Inner): XmlElement {
  let top = above
  for (const node of childElements(below)) {
    const said = child(above, node.name)
    if (said === undefined) top = withChildren(top, [...top.children, node])
    else if (inner[node.name] !== undefined) top = withChild(top, node.name, inner[node.name]?.merge(node, said))
  }
  return top
}

/** The edited definition, with the named children cut down to what they change. */
export function topDifference(below: XmlElement, edited: XmlElement, inner: Inner): XmlElement {
  let top = edited
  for (const [name, rule] of Object.entries(inner)) {
    const [before, after] = [child(below, name), child(edited, name)]
    if (before !== undefined && after !== undefined) top = withChild(top, name, rule.difference(before, after))
  }
  return top
}
