import { DroverError } from '#domain/kernel'
import { rootOf } from '../xml/parse-xml.ts'
import { scanXml } from '../xml/scan-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import { type CarriedComponent, carriedPath } from './carried.ts'
import { type ComponentPlace, componentPlaces, elementOf, wholeSections } from './component-places.ts'
import { packTable } from './pack-table.ts'
import {
  badPart,
  copyInside,
  copyRoot,
  demandGroup,
  demandRoot,
  doneWith,
  isBlank,
  type Packing,
  readOutline,
  readPart,
  readTape,
} from './packing.ts'

/** customizations.xml of the files of a folder, in pieces: Other/Customizations.xml with its sections filled, in the platform's style. */
export async function* packCustomizations(packing: Packing): AsyncGenerator<Uint8Array> {
  const { source, copier } = packing
  refuseCarried(packing)
  if (!source.paths.includes(customizationsPath)) throw noCustomizations()
  const tape = await readTape(source, customizationsPath)
  const root = demandRoot(tape, 'ImportExportXml')
  const inSkeleton = new Set(tape.elementsOf(root).map((at) => tape.name(at)))
  const open = new Set([...fillers.keys(), ...wholeSections.keys()].filter((name) => hasContent(packing, name)))
  if (tape.next(root) === root + 1 && open.size === 0) {
    copier.element(tape, root, 0)
    yield copier.takePassing()
    return
  }
  if (tape.isSelfClosed(root)) copier.openElement(tape, root)
  else copier.startTag(tape, root)
  for (let at = root + 1; at < tape.next(root); at = tape.next(at)) {
    const name = tape.isElement(at) ? tape.name(at) : ''
    if (name === 'Languages') yield* packMissing(packing, open, inSkeleton)
    if (open.delete(name)) yield* packSection(packing, name, { tape, section: at })
    else {
      if (fillers.has(name)) noteKept(packing, tape, at)
      copier.lineBreak(1)
      copier.node(tape, at, 1)
    }
  }
  yield* packMissing(packing, open, inSkeleton)
  copier.lineBreak(0)
  copier.endTag(tape, root)
  yield copier.takePassing()
}

const customizationsPath = 'Other/Customizations.xml'

function noCustomizations(): DroverError {
  return new DroverError('solution.file-missing', `Cannot find required file '${customizationsPath}'.`, {
    hint: 'Restore the file from source control, or unpack the solution again: it holds what has no file of its own.',
  })
}

/** Refuses carried components for which no section of this name is filled: they would be lost. */
function refuseCarried({ carried }: Packing): void {
  const unknown = (carried.xml?.components ?? []).find(({ section }) => !fillers.has(section))
  if (unknown === undefined) return
  throw new DroverError(
    'solution.bad-carried',
    `${carriedPath} cannot be packed: it has a component of ${JSON.stringify(unknown.section)}, which is no section that components are carried of.`,
    { hint: `Restore the file from source control, or correct the name of the section.` },
  )
}

/** Components that stay where they are still are components of the solution. */
function noteKept({ onComponent }: Packing, tape: XmlTape, section: number): void {
  const name = tape.name(section)
  const place = componentPlaces.find((one) => one.section === name)
  for (const item of tape.elementsOf(section)) onComponent({ section: name, place, path: customizationsPath, tape, item, isKept: true })
}

/** Sections that have files, but no element in Other/Customizations.xml. */
async function* packMissing(packing: Packing, open: Set<string>, inSkeleton: ReadonlySet<string>): AsyncGenerator<Uint8Array> {
  for (const name of [...open]) {
    if (inSkeleton.has(name)) continue
    open.delete(name)
    yield* packSection(packing, name, undefined)
  }
}

/** The section as Other/Customizations.xml has it. */
interface SectionShell {
  readonly tape: XmlTape
  readonly section: number
}

/** Writes the content of a section, each element with its line break; gives away what is enough for a piece. */
type Filler = (packing: Packing) => AsyncGenerator<Uint8Array>

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
async function packWhole(packing: Packing, name: string): Promise<void> {
  const { source, index, copier, onComponent } = packing
  const path = index.sections.get(name) ?? ''
  const tape = await readTape(source, path)
  const item = demandRoot(tape, name)
  // Unpacking makes no file of an empty section: the next one would take this away without a word.
  if (isBlank(tape, item)) throw badPart(path, `<${name}> is empty, so the file says nothing`)
  onComponent({ section: name, place: undefined, path, tape, item })
  copier.lineBreak(1)
  copyRoot(packing, { tape, path, depth: 1 })
}

/** The section with what is left of it in Other/Customizations.xml, and what its files say. */
async function* packSection(packing: Packing, name: string, shell: SectionShell | undefined): AsyncGenerator<Uint8Array> {
  const { copier, carried } = packing
  if (packing.index.sections.has(name)) {
    await packWhole(packing, name)
    return
  }
  copier.lineBreak(1)
  if (shell === undefined) copier.text(`<${name}>`)
  else if (shell.tape.isSelfClosed(shell.section)) copier.openElement(shell.tape, shell.section)
  else copier.startTag(shell.tape, shell.section)
  if (shell !== undefined) noteKept(packing, shell.tape, shell.section)
  if (shell !== undefined) copyInside(copier, { tape: shell.tape, parent: shell.section, depth: 2 })
  const fill = fillers.get(name)
  if (fill !== undefined) yield* fill(packing)
  for (const one of carried.xml?.components ?? []) if (one.section === name) copyCarried(packing, one)
  copier.lineBreak(1)
  copier.text(`</${name}>`)
}

function copyCarried({ copier, onComponent }: Packing, { section, xml }: CarriedComponent): void {
  const tape = scanXml(xml.join('\n'), carriedPath)
  const item = rootOf(tape)
  onComponent({ section, place: undefined, path: carriedPath, tape, item })
  copier.lineBreak(2)
  copier.node(tape, item, 2)
}

async function* packTables(packing: Packing): AsyncGenerator<Uint8Array> {
  for (const table of packing.index.tables) {
    await packTable(packing, table)
    if (packing.copier.waiting >= pieceBytes) yield packing.copier.takePassing()
  }
}

/** Enough for a thread to pack. */
const pieceBytes = 256 * 1024

async function* packRelationships(packing: Packing): AsyncGenerator<Uint8Array> {
  const { index, copier, onComponent } = packing
  for (const path of index.relationships) {
    const tape = await readOutline(packing, path)
    const list = demandGroup(tape, 'EntityRelationships')
    for (const item of tape.elementsOf(list)) {
      if (!tape.isNamed(item, 'EntityRelationship')) throw badPart(path, `<${tape.name(item)}> stands where only <EntityRelationship> may`)
      onComponent({ section: 'EntityRelationships', place: undefined, path, tape, item })
    }
    copyInside(copier, { tape, parent: list, depth: 2 })
    doneWith(packing, tape)
    if (copier.waiting >= pieceBytes) yield copier.takePassing()
  }
}

async function* packComponents(packing: Packing, place: ComponentPlace): AsyncGenerator<Uint8Array> {
  const { index, copier, onComponent } = packing
  for (const path of inOrder(place, index.components.get(place.section) ?? [])) {
    const tape = await readPart(packing, path)
    const item = demandRoot(tape, elementOf(place, path))
    onComponent({ section: place.section, place, path, tape, item })
    copier.lineBreak(2)
    copyRoot(packing, { tape, path, depth: 2 })
    doneWith(packing, tape)
    if (copier.waiting >= pieceBytes) yield copier.takePassing()
  }
}

/** The files of a section in their order, but for what stands before or after its components. */
function inOrder(place: ComponentPlace, paths: readonly string[]): readonly string[] {
  const { around } = place
  if (around === undefined) return paths
  const rank = (path: string): number => [around.before, place.item, around.after].indexOf(elementOf(place, path))
  return [...paths].sort((a, b) => rank(a) - rank(b))
}
