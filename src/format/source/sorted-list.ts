import type { XmlCopier } from '../xml/copy-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import { compareIgnoringCase } from './compare-names.ts'

export type SortKey = readonly (string | undefined)[]

/** Type as text ("1", "20", "29", "300", "61", "9"), then schema name; items that have only an id stay in their order. */
export function typeAndSchemaName(tape: XmlTape, item: number): SortKey {
  return [tape.attribute(item, 'type'), tape.attribute(item, 'schemaName')]
}

/** Writes a list with its elements in the order of their keys; comments and the like come first. */
export function copySorted(
  copier: XmlCopier,
  list: { tape: XmlTape; index: number; depth: number },
  keyOf: (tape: XmlTape, item: number) => SortKey,
): void {
  const { tape, index, depth } = list
  if (tape.isSelfClosed(index) || tape.holdsText(index) || tape.next(index) === index + 1) {
    copier.element(tape, index, depth)
    return
  }
  copier.startTag(tape, index)
  for (const at of sortedNodes(tape, index, keyOf)) {
    copier.lineBreak(depth + 1)
    copier.node(tape, at, depth + 1)
  }
  copier.lineBreak(depth)
  copier.endTag(tape, index)
}

function sortedNodes(tape: XmlTape, index: number, keyOf: (tape: XmlTape, item: number) => SortKey): number[] {
  const others: number[] = []
  for (let at = index + 1; at < tape.next(index); at = tape.next(at)) if (!tape.isElement(at)) others.push(at)
  const keyed = tape.elementsOf(index).map((at) => ({ at, key: keyOf(tape, at) }))
  return [...others, ...keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ at }) => at)]
}

function compareKeys(a: SortKey, b: SortKey): number {
  for (const [at, part] of a.entries()) {
    const difference = compareIgnoringCase(part ?? '', b[at] ?? '')
    if (difference !== 0) return difference
  }
  return 0
}
