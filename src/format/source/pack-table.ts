import type { XmlTape } from '../xml/tape.ts'
import { rootOf } from '../xml/parse-xml.ts'
import { copyInside, copyRoot, type Packing, readTape } from './pack-customizations.ts'
import type { TableFiles } from './source-index.ts'

/** One Entity of customizations.xml: Entity.xml with its emptied lists filled from their files. */
export async function packTable(packing: Packing, table: TableFiles): Promise<void> {
  const { source, copier, onComponent } = packing
  if (table.shell === undefined) throw new Error(`no Entity.xml in ${table.folder}`)
  const tape = await readTape(source, table.shell)
  const item = rootOf(tape)
  onComponent({ place: undefined, path: table.shell, tape, item })
  const open = new Set(['FormXml', 'SavedQueries', 'Visualizations', 'RibbonDiffXml'])
  copier.lineBreak(2)
  copier.startTagWithoutLast(tape, item)
  for (let at = item + 1; at < tape.next(item); at = tape.next(at)) {
    const name = tape.isElement(at) ? tape.name(at) : ''
    if (open.delete(name) && (await packList(packing, table, name))) continue
    copier.lineBreak(3)
    copier.node(tape, at, 3)
  }
  for (const missing of open) await packList(packing, table, missing)
  copier.lineBreak(2)
  copier.endTag(tape, item)
}

/** False when there is nothing in it. */
async function packList(packing: Packing, table: TableFiles, name: string): Promise<boolean> {
  switch (name) {
    case 'FormXml':
      return packForms(packing, table.forms)
    case 'SavedQueries':
      return packQueries(packing, table.queries)
    case 'Visualizations':
      return packCharts(packing, table.charts)
    default:
      return packRibbon(packing, table.ribbon)
  }
}

async function packForms({ source, copier }: Packing, paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) return false
  copier.openTag('FormXml', 3)
  let type = ''
  for (const path of paths) {
    const own = path.split('/').at(-2) ?? ''
    if (own.toLowerCase() !== type.toLowerCase()) {
      if (type !== '') copier.closeTag('forms', 4)
      copier.openTag(`forms type="${own}"`, 4)
      type = own
    }
    const tape = await readTape(source, path)
    copyInside(copier, { tape, parent: rootOf(tape), depth: 5 })
  }
  copier.closeTag('forms', 4)
  copier.closeTag('FormXml', 3)
  return true
}

async function packQueries({ source, copier }: Packing, paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) return false
  copier.openTag('SavedQueries', 3)
  copier.openTag('savedqueries', 4)
  for (const path of paths) {
    const tape = await readTape(source, path)
    copyInside(copier, { tape, parent: rootOf(tape), depth: 5 })
  }
  copier.closeTag('savedqueries', 4)
  copier.closeTag('SavedQueries', 3)
  return true
}

async function packCharts({ source, copier }: Packing, paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) return false
  copier.openTag('Visualizations', 3)
  for (const path of paths) copyFile(copier, await readTape(source, path), 4)
  copier.closeTag('Visualizations', 3)
  return true
}

async function packRibbon({ source, copier }: Packing, path: string | undefined): Promise<boolean> {
  if (path === undefined) return false
  copyFile(copier, await readTape(source, path), 3)
  return true
}

function copyFile(copier: Packing['copier'], tape: XmlTape, depth: number): void {
  copier.lineBreak(depth)
  copyRoot(copier, { tape, item: rootOf(tape), depth })
}
