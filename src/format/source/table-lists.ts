import { XmlCopier } from '../xml/copy-xml.ts'
import { nodeFlag, type XmlTape } from '../xml/tape.ts'
import type { SourceWriter } from './source-writer.ts'

/** One form, view or chart in a list of a table. */
export interface ListItem {
  readonly at: number
  /** The `<forms>` or `<savedqueries>` that it stands in; charts stand in the list itself. */
  readonly group: number | undefined
}

const groupNames: Readonly<Record<string, string>> = { FormXml: 'forms', SavedQueries: 'savedqueries' }
const itemNames: Readonly<Record<string, string>> = { FormXml: 'systemform', SavedQueries: 'savedquery', Visualizations: 'visualization' }

/** The items of a list, and whether they are the whole of it: nothing else, each group once and not empty, no attribute but the type of forms. */
export function plainItems(tape: XmlTape, list: number): { readonly items: readonly ListItem[]; readonly isWhole: boolean } {
  const name = tape.name(list)
  const groupName = groupNames[name]
  const isBare = tape.attributes(list).length === 0
  if (groupName === undefined) {
    const charts = itemsIn(tape, list, itemNames[name])
    return { items: charts.items.map((at) => ({ at, group: undefined })), isWhole: isBare && charts.isWhole }
  }
  const groups = itemsIn(tape, list, groupName)
  const items: ListItem[] = []
  let isWhole = isBare && groups.isWhole
  const types = new Set<string>()
  for (const group of groups.items) {
    const inside = itemsIn(tape, group, itemNames[name])
    items.push(...inside.items.map((at) => ({ at, group })))
    const attributes = tape.attributes(group)
    const hasOnlyItsType = name === 'FormXml' ? attributes.length === 1 && attributes[0]?.name === 'type' : attributes.length === 0
    isWhole &&= inside.isWhole && inside.items.length > 0 && hasOnlyItsType
    types.add(attributes[0]?.value.toLowerCase() ?? '')
  }
  return { items, isWhole: isWhole && types.size === groups.items.length }
}

function itemsIn(tape: XmlTape, parent: number, name: string | undefined): { items: number[]; isWhole: boolean } {
  const items: number[] = []
  let isWhole = true
  if (tape.next(parent) > parent + 1 && tape.holdsText(parent)) return { items, isWhole: false }
  for (let at = parent + 1; at < tape.next(parent); at = tape.next(at)) {
    if (tape.isElement(at) && name !== undefined && tape.isNamed(at, name)) items.push(at)
    else isWhole = false
  }
  return { items, isWhole }
}

/** Stands in a carried list where the content of a file belongs. */
export const fileMark = 'drover-file '

/** The path that a mark names; undefined for any other node. */
export function markedPath(tape: XmlTape, at: number): string | undefined {
  if ((tape.flags(at) & nodeFlag.instruction) === 0) return undefined
  const text = tape.content(at)
  return text.startsWith(fileMark) ? text.slice(fileMark.length) : undefined
}

/** Whether instructions that look like our marks stand in it: then it cannot be told apart from a list that we marked. */
export function holdsMarks(tape: XmlTape, index: number): boolean {
  if (!tape.hasInstructions) return false
  for (let at = index + 1; at < tape.next(index); at++) if (markedPath(tape, at) !== undefined) return true
  return false
}

/** The list as lines, with marks in the places of the items that are files. */
export function markedList(
  writer: SourceWriter,
  { tape, list }: { tape: XmlTape; list: number },
  placed: ReadonlyMap<number, string>,
): string[] {
  const copier = new XmlCopier({ lineEnd: '\n', indent: 2 })
  if (placed.size === 0) return writer.lines(tape, list)
  copyMarked(copier, { tape, index: list, depth: 0 }, placed)
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(copier.take()).split('\n')
}

function copyMarked(
  copier: XmlCopier,
  { tape, index, depth }: { tape: XmlTape; index: number; depth: number },
  placed: ReadonlyMap<number, string>,
): void {
  copier.startTag(tape, index)
  for (let at = index + 1; at < tape.next(index); at = tape.next(at)) {
    copier.lineBreak(depth + 1)
    const path = placed.get(at)
    if (path !== undefined) copier.text(`<?${fileMark}${path}?>`)
    else if (hasPlaced(tape, at, placed)) copyMarked(copier, { tape, index: at, depth: depth + 1 }, placed)
    else copier.node(tape, at, depth + 1)
  }
  copier.lineBreak(depth)
  copier.endTag(tape, index)
}

function hasPlaced(tape: XmlTape, index: number, placed: ReadonlyMap<number, string>): boolean {
  for (const at of placed.keys()) if (at > index && at < tape.next(index)) return true
  return false
}
