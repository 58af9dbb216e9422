import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import { XmlCopier } from '../xml/copy-xml.ts'
import { rootOf } from '../xml/parse-xml.ts'
import { scanXml } from '../xml/scan-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import { serverStyle } from '../xml/write-xml.ts'
import type { Carried } from './carried.ts'
import { type ComponentPlace, componentPlaces, wholeSections } from './component-places.ts'
import type { SourceIndex } from './source-index.ts'
import { packTable } from './pack-table.ts'

/** A pack under way. */
export interface Packing {
  readonly source: FileTree
  readonly index: SourceIndex
  readonly carried: Carried
  readonly copier: XmlCopier
  /** Called with each component's file and element when it has been read. */
  readonly onComponent: (component: PackedComponent) => void
}

export interface PackedComponent {
  readonly place: ComponentPlace | undefined
  readonly path: string
  readonly tape: XmlTape
  readonly item: number
}

/** customizations.xml of the files of a folder: Other/Customizations.xml with its sections filled, in the platform's style. */
export async function packCustomizations(packing: Packing): Promise<Uint8Array> {
  const { source, copier } = packing
  const tape = await readTape(source, 'Other/Customizations.xml')
  const root = rootOf(tape)
  const open = new Set([...fillers.keys(), ...wholeSections.keys()].filter((name) => hasContent(packing, name)))
  copier.startTag(tape, root)
  for (let at = root + 1; at < tape.next(root); at = tape.next(at)) {
    const name = tape.isElement(at) ? tape.name(at) : ''
    if (name === 'Languages') for (const missing of open) await packSection(packing, missing, undefined)
    if (name === 'Languages') open.clear()
    if (open.delete(name)) await packSection(packing, name, { tape, section: at })
    else {
      copier.lineBreak(1)
      copier.node(tape, at, 1)
    }
  }
  for (const missing of open) await packSection(packing, missing, undefined)
  copier.lineBreak(0)
  copier.endTag(tape, root)
  return copier.take()
}

export function serverCopier(): XmlCopier {
  return new XmlCopier({ lineEnd: serverStyle.lineEnd ?? '\r\n', indent: serverStyle.indent ?? 2 })
}

export async function readTape(source: FileTree, path: string): Promise<XmlTape> {
  return scanXml(await source.read(path), path)
}

/** The section as Other/Customizations.xml has it. */
interface SectionShell {
  readonly tape: XmlTape
  readonly section: number
}

/** Writes the content of a section, each element with its line break. */
type Filler = (packing: Packing) => Promise<void>

const fillers: ReadonlyMap<string, Filler> = new Map<string, Filler>([
  ['Entities', packTables],
  ['EntityRelationships', packRelationships],
  ...componentPlaces.map((place): [string, Filler] => [place.section, (packing) => packComponents(packing, place)]),
])

function hasContent({ index, carried }: Packing, section: string): boolean {
  return (
    (section === 'Entities' && index.tables.length > 0) ||
    (section === 'EntityRelationships' && index.relationships.length > 0) ||
    index.components.has(section) ||
    index.sections.has(section) ||
    (carried.xml?.components ?? []).some((one) => one.section === section)
  )
}

/** A section that is one file. */
async function packWhole({ source, index, copier, carried }: Packing, name: string): Promise<void> {
  const path = index.sections.get(name) ?? ''
  const tape = await readTape(source, path)
  const item = rootOf(tape)
  if (!tape.isNamed(item, name)) throw wrongRoot(path, tape.name(item), name)
  copier.lineBreak(1)
  copyRoot(copier, { tape, item, depth: 1 }, carried.xml?.ownNamespaces?.includes(path) === true)
}

/** The section with what is left of it in Other/Customizations.xml, and what its files say. */
async function packSection(packing: Packing, name: string, shell: SectionShell | undefined): Promise<void> {
  const { copier, carried } = packing
  if (packing.index.sections.has(name)) return packWhole(packing, name)
  copier.lineBreak(1)
  if (shell === undefined || shell.tape.isSelfClosed(shell.section)) copier.text(`<${name}>`)
  else copier.startTag(shell.tape, shell.section)
  if (shell !== undefined) copyInside(copier, { tape: shell.tape, parent: shell.section, depth: 2 })
  await fillers.get(name)?.(packing)
  for (const one of carried.xml?.components ?? []) if (one.section === name) copyCarried(packing, one.xml)
  copier.lineBreak(1)
  copier.text(`</${name}>`)
}

/** Every node directly inside of the element, each with its line break. */
export function copyInside(copier: XmlCopier, { tape, parent, depth }: { tape: XmlTape; parent: number; depth: number }): void {
  for (let at = parent + 1; at < tape.next(parent); at = tape.next(at)) {
    copier.lineBreak(depth)
    copier.node(tape, at, depth)
  }
}

function copyCarried({ copier }: Packing, lines: readonly string[]): void {
  const tape = scanXml(lines.join('\n'), '.drover/carried.json')
  copier.lineBreak(2)
  copier.node(tape, rootOf(tape), 2)
}

async function packTables(packing: Packing): Promise<void> {
  for (const table of packing.index.tables) await packTable(packing, table)
}

async function packRelationships({ source, index, copier }: Packing): Promise<void> {
  for (const path of index.relationships) {
    const tape = await readTape(source, path)
    copyInside(copier, { tape, parent: rootOf(tape), depth: 2 })
  }
}

async function packComponents({ source, index, copier, onComponent, carried }: Packing, place: ComponentPlace): Promise<void> {
  for (const path of index.components.get(place.section) ?? []) {
    const tape = await readTape(source, path)
    const item = rootOf(tape)
    if (!tape.isNamed(item, place.item)) throw wrongRoot(path, tape.name(item), place.item)
    onComponent({ place, path, tape, item })
    copier.lineBreak(2)
    copyRoot(copier, { tape, item, depth: 2 }, carried.xml?.ownNamespaces?.includes(path) === true)
  }
}

/** The root of a split-out file without the namespace that the layout gave it. */
export function copyRoot(
  copier: XmlCopier,
  { tape, item, depth }: { tape: XmlTape; item: number; depth: number },
  isOwnNamespace = false,
): void {
  if (isOwnNamespace) copier.element(tape, item, depth)
  else copier.elementWithoutLast(tape, item, depth)
}

function wrongRoot(path: string, found: string, wanted: string): DroverError {
  return new DroverError('solution.bad-part', `${path} begins with <${found}>; a file in this place begins with <${wanted}>.`, {
    hint: 'Move the file to the folder of its kind, or take it out of the solution.',
  })
}
