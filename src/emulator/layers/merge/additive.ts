import type { XmlElement } from '#format'
import type { Merging } from './keyed-tree.ts'
import { differenceOf, mergeElements, readingOf } from './keyed-tree.ts'
import type { KindMerge } from './top-level.ts'

/** The plain rule of merging for one shape: what both have is merged by its key, what one has alone is kept. */
export function additive(merging: Merging): KindMerge {
  return {
    merge: (below, above) => mergeElements(below, above, { merging, reading: readingOf(above) }),
    difference: (below, edited) => differenceOf(below, edited, merging) ?? emptied(edited),
  }
}

/** Nothing changed: the place alone, marked by its emptiness. */
export function emptied(element: XmlElement): XmlElement {
  return { ...element, attributes: [], children: [], isSelfClosed: true }
}
