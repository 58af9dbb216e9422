import type { PackageFile } from '../package.ts'
import type { XmlTape } from '../xml/tape.ts'
import { xsiAttribute } from '../xml/copy-xml.ts'
import { isOneName } from './component-places.ts'
import type { SourceWriter } from './source-writer.ts'
import { formulasOf } from './zip-paths.ts'
import { holdsMarks, type ListItem, markedList, plainItems } from './table-lists.ts'

/** The lists of a table that are split out of it, each element into a file of its own; the ribbon is a file as a whole. */
const splitOut: readonly string[] = ['FormXml', 'SavedQueries', 'Visualizations', 'RibbonDiffXml']

/**
 * Entities/<Name>/: Entity.xml, and a file each for forms, views, charts and the ribbon. Undefined when the table has no path of
 * its own: no name, or another table's.
 */
export function unpackTable(writer: SourceWriter, tape: XmlTape, table: number): PackageFile[] | undefined {
  const name = tape.childText(table, 'Name') ?? ''
  const folder = `Entities/${name}`
  if (name === '' || !isOneName(name) || tape.holdsText(table) || holdsMarks(tape, table) || !writer.take([`${folder}/Entity.xml`]))
    return undefined
  const files = [shellFile(writer, { tape, table, folder })]
  for (const list of splitLists(tape, table)) files.push(...listFiles(writer, { tape, list, folder }))
  moveFormulas(writer, { tape, table, folder })
  return files
}

/** The first list of each name; a second one stays in Entity.xml. */
function splitLists(tape: XmlTape, table: number): number[] {
  return splitOut.flatMap((name) => tape.child(table, name) ?? [])
}

interface Table {
  readonly tape: XmlTape
  readonly table: number
  readonly folder: string
}

/** Entity.xml: the table with its split-out lists emptied. */
function shellFile(writer: SourceWriter, { tape, table, folder }: Table): PackageFile {
  const path = `${folder}/Entity.xml`
  const { copier } = writer
  const emptied = splitLists(tape, table)
  return writer.xmlFile(path, () => {
    copier.startTag(tape, table, writer.namespaceFor(path, tape, table))
    if (tape.isSelfClosed(table)) return
    for (let at = table + 1; at < tape.next(table); at = tape.next(at)) {
      copier.lineBreak(1)
      if (emptied.includes(at)) copier.text(`<${tape.name(at)} />`)
      else copier.node(tape, at, 1)
    }
    copier.lineBreak(0)
    copier.endTag(tape, table)
  })
}

interface List {
  readonly tape: XmlTape
  readonly list: number
  readonly folder: string
}

/** The files of a split-out list. One that is more than a plain list is carried, with marks in the places of its files. */
function listFiles(writer: SourceWriter, { tape, list, folder }: List): PackageFile[] {
  if (tape.isNamed(list, 'RibbonDiffXml')) {
    const path = `${folder}/RibbonDiff.xml`
    return writer.take([path]) ? [writer.file(path, tape, list)] : []
  }
  const plain = plainItems(tape, list)
  const placed = new Map<number, string>()
  const files: PackageFile[] = []
  for (const item of plain.items) {
    const path = itemPath(writer, { tape, list, folder }, item)
    if (path === undefined || path.includes('?>') || !writer.take([path])) continue
    placed.set(item.at, path)
    files.push(
      item.group === undefined ? writer.file(path, tape, item.at) : groupFile(writer, path, { tape, group: item.group, item: item.at }),
    )
  }
  if (!plain.isWhole || placed.size < plain.items.length) {
    writer.carried.lists.push({ table: `${folder}/Entity.xml`, xml: markedList(writer, { tape, list }, placed) })
  }
  return files
}

/** Undefined when nothing in the item can name a file. */
function itemPath(writer: SourceWriter, { tape, list, folder }: List, { at, group }: ListItem): string | undefined {
  const name = tape.name(list)
  if (name === 'Visualizations') return withId(idOf(tape, at, 'savedqueryvisualizationid'), (id) => `${folder}/Visualizations/${id}.xml`)
  if (name === 'SavedQueries') return withId(idOf(tape, at, 'savedqueryid'), (id) => `${folder}/SavedQueries/${id}.xml`)
  const type = group === undefined ? undefined : tape.attribute(group, 'type')
  if (type === undefined || type === '' || !isOneName(type)) return undefined
  return withId(idOf(tape, at, 'formid'), (id) => writer.twinPath(`${folder}/FormXml/${type}/${id}`))
}

function withId(id: string, path: (id: string) => string): string | undefined {
  return id === '' || !isOneName(id) ? undefined : path(id)
}

/** `<forms type="…">` and `<savedqueries>`: each element inside becomes a file with the group's element as its root. */
function groupFile(writer: SourceWriter, path: string, part: { tape: XmlTape; group: number; item: number }): PackageFile {
  const { tape, group, item } = part
  const { copier } = writer
  return writer.xmlFile(path, () => {
    copier.text(`<${tape.name(group)}${xsiAttribute}>`)
    copier.lineBreak(1)
    copier.element(tape, item, 1)
    copier.lineBreak(0)
    copier.endTag(tape, group)
  })
}

/** The id as it is written, capitals and braces kept. */
function idOf(tape: XmlTape, item: number, name: string): string {
  for (let at = item + 1; at < tape.next(item); at = tape.next(at)) {
    if (tape.isElement(at) && tape.isNamedIgnoringCase(at, name)) return tape.text(at).trim()
  }
  return ''
}

/** Formulas/<file> of the zip lies with its table. */
function moveFormulas(writer: SourceWriter, { tape, table, folder }: Table): void {
  for (const { zipPath } of formulasOf(tape, table)) {
    const sourcePath = `${folder}/Formulas/${zipPath.slice(zipPath.lastIndexOf('/') + 1)}`
    writer.named.add(zipPath)
    if (writer.take([sourcePath])) writer.move({ zipPath, sourcePath })
  }
}
