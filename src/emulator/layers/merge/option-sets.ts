import type { XmlElement } from '#format'
import { child, withChild } from '#format'
import { additive } from './additive.ts'
import type { KindMerge } from './top-level.ts'
import { mergedTop, topDifference } from './top-level.ts'

const byValue = [['value']] as const

/** The label of the upper one counts. */
const lists = additive({
  shape: { keys: { option: byValue, status: byValue, state: byValue }, wholes: new Set(['option', 'status', 'state']) },
})
const inner = { options: lists, statuses: lists, states: lists }

/** Choices: all options that any solution defines are available; uninstalling returns them (ALM documentation, "Merge option set options"). */
export const optionSetMerge: KindMerge = {
  merge: (below, above) => mergedTop(below, above, inner),
  difference: (below, edited) => topDifference(below, edited, inner),
}

/** A column: the top one counts in all but the options of its own choice. */
export const columnMerge: KindMerge = {
  merge: (below, above) => overOptions(below, above, optionSetMerge.merge),
  difference: (below, edited) => overOptions(below, edited, optionSetMerge.difference),
}

function overOptions(below: XmlElement, above: XmlElement, join: KindMerge['merge']): XmlElement {
  const [lower, upper] = [child(below, 'optionset'), child(above, 'optionset')]
  return lower === undefined || upper === undefined ? above : withChild(above, 'optionset', join(lower, upper))
}
