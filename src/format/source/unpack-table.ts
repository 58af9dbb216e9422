import type { PackageFile } from '../package.ts'
import type { XmlTape } from '../xml/tape.ts'
import type { SourceWriter } from './source-writer.ts'
import { zipPathOf } from './component-places.ts'

/** The lists of a table that are split out of it, each element into a file of its own; the ribbon is a file as a whole. */
const splitOut: readonly string[] = ['FormXml', 'SavedQueries', 'Visualizations', 'RibbonDiffXml']

/**
 * Entities/<Name>/: Entity.xml, and a file each for forms, views, charts and the ribbon. Undefined when the table has no path of
 * its own: no name, or another table's.
 */
export function unpackTable(writer: SourceWriter, tape: XmlTape, table: number): PackageFile[] | undefined {
  const name = tape.childText(table, 'Name') ?? ''
  const folder = `Entities/${name}`
  if (name === '' || tape.holdsText(table) || !writer.take([`${folder}/Entity.xml`])) return undefined
  const files = [shellFile(writer, { tape, table, folder })]
  for (const list of tape.elementsOf(table)) {
    if (splitOut.some((one) => tape.isNamed(list, one))) files.push(...listFiles(writer, { tape, list, folder }))
  }
  moveFormulas(writer, { tape, table, folder })
  return files
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
  return writer.xmlFile(path, () => {
    copier.startTag(tape, table, writer.namespaceFor(path, tape, table))
    if (tape.isSelfClosed(table)) return
    for (let at = table + 1; at < tape.next(table); at = tape.next(at)) {
      copier.lineBreak(1)
      const emptied = tape.isElement(at) ? splitOut.find((one) => tape.isNamed(at, one)) : undefined
      if (emptied === undefined) copier.node(tape, at, 1)
      else copier.text(`<${emptied} />`)
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

function listFiles(writer: SourceWriter, { tape, list, folder }: List): PackageFile[] {
  if (tape.isNamed(list, 'RibbonDiffXml')) {
    const path = `${folder}/RibbonDiff.xml`
    return writer.take([path]) ? [writer.file(path, tape, list)] : []
  }
  if (tape.isNamed(list, 'Visualizations')) {
    return tape.elementsOf(list).flatMap((chart) => {
      const path = `${folder}/Visualizations/${idOf(tape, chart, 'savedqueryvisualizationid')}.xml`
      return writer.take([path]) ? [writer.file(path, tape, chart)] : []
    })
  }
  return tape.elementsOf(list).flatMap((group) => groupFiles(writer, { tape, list: group, folder }))
}

/** `<forms type="…">` and `<savedqueries>`: each element inside becomes a file with the group's element as its root. */
function groupFiles(writer: SourceWriter, { tape, list, folder }: List): PackageFile[] {
  const isForms = tape.isNamed(list, 'forms')
  const type = tape.attribute(list, 'type') ?? 'main'
  return tape.elementsOf(list).flatMap((item) => {
    const path = isForms
      ? writer.twinPath(`${folder}/FormXml/${type}/${idOf(tape, item, 'formid')}`)
      : `${folder}/SavedQueries/${idOf(tape, item, 'savedqueryid')}.xml`
    return writer.take([path]) ? [groupFile(writer, path, { tape, group: list, item })] : []
  })
}

function groupFile(writer: SourceWriter, path: string, part: { tape: XmlTape; group: number; item: number }): PackageFile {
  const { tape, group, item } = part
  const { copier } = writer
  return writer.xmlFile(path, () => {
    copier.text(`<${tape.name(group)} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
    copier.lineBreak(1)
    copier.element(tape, item, 1)
    copier.lineBreak(0)
    copier.endTag(tape, group)
  })
}

/** The id as it is written, capitals and braces kept. */
function idOf(tape: XmlTape, item: number, name: string): string {
  const holder = tape.elementsOf(item).find((at) => tape.name(at).toLowerCase() === name)
  return holder === undefined ? '' : tape.text(holder).trim()
}

function moveFormulas(writer: SourceWriter, { tape, table, folder }: Table): void {
  const columns = tape.descendant(table, 'EntityInfo', 'entity', 'attributes')
  if (columns === undefined) return
  for (let at = columns + 1; at < tape.next(columns); at = tape.next(at)) {
    if (!tape.isElement(at)) continue
    const written = tape.childText(at, 'FormulaDefinitionFileName')
    if (written === undefined) continue
    const zipPath = zipPathOf(written)
    writer.move({ zipPath, sourcePath: `${folder}/Formulas/${zipPath.slice(zipPath.lastIndexOf('/') + 1)}` })
  }
}
