import { DroverError } from '#domain/kernel'
import { rootOf } from '../xml/parse-xml.ts'
import { scanOutline, scanXml } from '../xml/scan-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import { carriedPath } from './carried.ts'
import { badPart, contentOf, copyInside, copyRoot, demandGroup, demandRoot, doneWith, type Packing } from './packing.ts'
import type { TableFiles } from './source-index.ts'
import { markedPath } from './table-lists.ts'
import { mayNameFormulas } from './zip-paths.ts'

/** One Entity of customizations.xml: Entity.xml with its emptied lists filled from their files. */
export async function packTable(packing: Packing, table: TableFiles): Promise<void> {
  const { shell } = table
  if (shell === undefined) throw withoutShell(table)
  copyTable({ ...packing, content: await contentOf(packing.source, filesOf(table)) }, { ...table, shell })
}

/** The packing of one table, whose files are read. */
interface TablePacking extends Packing {
  readonly content: ReadonlyMap<string, Uint8Array>
}

function filesOf({ shell, forms, queries, charts, ribbon }: TableFiles): string[] {
  return [shell, ...forms, ...queries, ...charts, ribbon].filter((path) => path !== undefined)
}

function tapeOf({ content, spare }: TablePacking, path: string): XmlTape {
  return scanOutline(content.get(path) ?? new Uint8Array(), path, spare.pop())
}

function shellTape(packing: TablePacking, path: string): XmlTape {
  const outline = tapeOf(packing, path)
  return mayNameFormulas(outline, rootOf(outline)) ? scanXml(outline.bytes, path, outline.release()) : outline
}

function copyTable(packing: TablePacking, table: TableFiles & { readonly shell: string }): void {
  const { copier, onComponent, ownNamespaces } = packing
  const tape = shellTape(packing, table.shell)
  const item = demandRoot(tape, 'Entity')
  onComponent({ section: 'Entities', place: undefined, path: table.shell, tape, item })
  const lists = listsOf(packing, table)
  copier.lineBreak(2)
  copier.startTag(tape, item, ownNamespaces.has(table.shell) ? 'as it is' : 'dropped')
  for (let at = item + 1; at < tape.next(item); at = tape.next(at)) {
    const name = tape.isElement(at) ? tape.name(at) : ''
    const list = lists.get(name)
    lists.delete(name)
    if (list !== undefined) {
      demandEmptied(tape, at)
      packList(packing, list)
    } else {
      copier.lineBreak(3)
      copier.node(tape, at, 3)
    }
  }
  for (const list of lists.values()) packList(packing, list)
  copier.lineBreak(2)
  copier.endTag(tape, item)
  doneWith(packing, tape)
}

/** What stands in the place of a list whose content lies in files: whatever it said itself would be lost. */
function demandEmptied(tape: XmlTape, list: number): void {
  const isEmpty = tape.next(list) === list + 1 && tape.text(list).trim() === '' && tape.attributes(list).length === 0
  if (!isEmpty) throw badPart(tape.path, `<${tape.name(list)}> says something of its own, and its content lies in files beside it`)
}

/** The lists of a table that lie in files of their own, and what the roots of those are. */
const rootNames = {
  FormXml: 'forms',
  SavedQueries: 'savedqueries',
  Visualizations: 'visualization',
  RibbonDiffXml: 'RibbonDiffXml',
} as const
type ListName = keyof typeof rootNames

interface PackedList {
  readonly name: ListName
  readonly files: readonly string[]
  /** The list as it is carried, with marks in the places of its files. */
  readonly carried: readonly string[] | undefined
}

/** The lists that are to be filled, by name. */
function listsOf({ carried }: Packing, table: TableFiles): Map<string, PackedList> {
  const byName: [ListName, readonly string[]][] = [
    ['FormXml', table.forms],
    ['SavedQueries', table.queries],
    ['Visualizations', table.charts],
    ['RibbonDiffXml', table.ribbon === undefined ? [] : [table.ribbon]],
  ]
  const own = (carried.xml?.lists ?? []).filter((list) => list.table.toLowerCase() === table.shell?.toLowerCase())
  const lists = byName.map(([name, files]): [string, PackedList] => [
    name,
    { name, files, carried: own.find((list) => isOf(list.xml, name))?.xml },
  ])
  return new Map(lists.filter(([, list]) => list.files.length > 0 || list.carried !== undefined))
}

function isOf(lines: readonly string[], name: string): boolean {
  const rest = lines[0]?.slice(`<${name}`.length)
  return lines[0]?.startsWith(`<${name}`) === true && /^[\s/>]/.test(rest ?? '')
}

function packList(packing: TablePacking, list: PackedList): void {
  const { copier } = packing
  if (list.name === 'RibbonDiffXml') return copyFile(packing, { name: list.name, path: list.files[0] ?? '' }, 3)
  if (list.carried !== undefined) return packCarriedList(packing, list, list.carried)
  copier.openTag(list.name, 3)
  packItems(packing, list)
  copier.closeTag(list.name, 3)
}

/** The files of a list in their groups. */
function packItems(packing: TablePacking, { name, files }: PackedList): void {
  const { copier } = packing
  if (files.length === 0) return
  if (name === 'Visualizations') for (const path of files) copyFile(packing, { name, path }, 4)
  else if (name === 'SavedQueries') {
    copier.openTag('savedqueries', 4)
    for (const path of files) copyGroup(packing, { name, path })
    copier.closeTag('savedqueries', 4)
  } else packForms(packing, files)
}

/** Forms lie in a folder for each type. */
function packForms(packing: TablePacking, paths: readonly string[]): void {
  const { copier } = packing
  let type: string | undefined
  for (const path of paths) {
    const own = path.split('/').at(-2) ?? ''
    if (own.toLowerCase() !== type?.toLowerCase()) {
      if (type !== undefined) copier.closeTag('forms', 4)
      copier.openTag('forms', 4, { type: own })
      type = own
    }
    copyGroup(packing, { name: 'FormXml', path })
  }
  copier.closeTag('forms', 4)
}

/** A carried list with its marks replaced by files; files that it does not mention follow in groups of their own. */
function packCarriedList(packing: TablePacking, list: PackedList, lines: readonly string[]): void {
  const { copier } = packing
  const tape = scanXml(lines.join('\n'), carriedPath)
  const root = rootOf(tape)
  const left = new Map(list.files.map((path) => [path.toLowerCase(), path]))
  if (tape.next(root) > root + 1 && tape.holdsText(root)) {
    copier.lineBreak(3)
    copier.element(tape, root, 3)
    return
  }
  copier.lineBreak(3)
  if (tape.isSelfClosed(root)) copier.openElement(tape, root)
  else copier.startTag(tape, root)
  const isFilled = packMarked(packing, { tape, parent: root, name: list.name }, left)
  packItems(packing, { ...list, files: [...left.values()] })
  if (isFilled || left.size > 0) copier.lineBreak(3)
  copier.endTag(tape, root)
}

interface MarkedNode {
  readonly tape: XmlTape
  readonly parent: number
  readonly name: ListName
  /** The group in the list; else the list itself. */
  readonly isGroup?: boolean
}

/** Says whether there was anything to write: an element that held only marks of files that are gone is left empty. */
function packMarked(packing: TablePacking, node: MarkedNode, left: Map<string, string>): boolean {
  const { tape, parent, name, isGroup = false } = node
  const { copier } = packing
  const depth = isGroup ? 5 : 4
  let isFilled = false
  for (let at = parent + 1; at < tape.next(parent); at = tape.next(at)) {
    const marked = markedPath(tape, at)
    if (marked !== undefined) {
      const path = left.get(marked.toLowerCase())
      left.delete(marked.toLowerCase())
      // A file that is gone was taken out of the solution: its mark goes with it.
      if (path === undefined) continue
      if (isGroup) copyGroup(packing, { name, path })
      else copyFile(packing, { name, path }, depth)
    } else if (tape.isElement(at) && !isGroup && tape.next(at) > at + 1 && !tape.holdsText(at)) {
      copier.lineBreak(depth)
      copier.startTag(tape, at)
      if (packMarked(packing, { tape, parent: at, name, isGroup: true }, left)) copier.lineBreak(depth)
      copier.endTag(tape, at)
    } else {
      copier.lineBreak(depth)
      copier.node(tape, at, depth)
    }
    isFilled = true
  }
  return isFilled
}

interface ListFile {
  readonly name: ListName
  readonly path: string
}

/** A file whose root is the group that its element stands in. */
function copyGroup(packing: TablePacking, { name, path }: ListFile): void {
  const tape = tapeOf(packing, path)
  const group = demandGroup(tape, rootNames[name])
  if (tape.elementsOf(group).length === 0) throw badPart(path, `<${tape.name(group)}> is empty, so the file says nothing`)
  copyInside(packing.copier, { tape, parent: group, depth: 5 })
  doneWith(packing, tape)
}

function copyFile(packing: TablePacking, { name, path }: ListFile, depth: number): void {
  const tape = tapeOf(packing, path)
  demandRoot(tape, rootNames[name])
  packing.copier.lineBreak(depth)
  copyRoot(packing, { tape, path, depth })
  doneWith(packing, tape)
}

function withoutShell(table: TableFiles): DroverError {
  return new DroverError(
    'solution.file-missing',
    `Cannot find required file '${table.folder}/Entity.xml'. These files need it: ${filesOf(table).join(', ')}.`,
    {
      hint: 'Restore Entity.xml from source control, or remove the folder of the table.',
    },
  )
}
