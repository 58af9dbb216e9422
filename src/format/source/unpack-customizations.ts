import { DroverError } from '#domain/kernel'
import type { PackageFile } from '../package.ts'
import { escapeAttribute } from '../xml/entities.ts'
import { scanItems } from '../xml/scan-xml.ts'
import { nodeFlag, type XmlTape } from '../xml/tape.ts'
import { type ComponentPlace, componentPlaces, isAround, wholeSections } from './component-places.ts'
import { demandRoot, isBlank } from './packing.ts'
import { copySorted, typeAndSchemaName } from './sorted-list.ts'
import type { SourceWriter } from './source-writer.ts'
import { RelationshipFiles } from './unpack-relationships.ts'
import { filesNamedBy } from './zip-paths.ts'
import { unpackTable } from './unpack-table.ts'

const placesBySection: ReadonlyMap<string, ComponentPlace> = new Map(componentPlaces.map((place) => [place.section, place]))

/** The files of customizations.xml, each as soon as its component was read; Other/Customizations.xml at the end. */
export function* unpackCustomizations(writer: SourceWriter, source: PackageFile): Generator<PackageFile> {
  const scan = scanItems(source.bytes, source.path)
  const { tape } = scan
  const relationships = new RelationshipFiles()
  let split: SplitSection = { index: -1, name: '', take: undefined }
  const seen = new Set<string>()
  for (let item = scan.nextItem(); item >= 0; item = scan.nextItem()) {
    const index = scan.section()
    if (index !== split.index) {
      const name = tape.name(index)
      split = { index, name, take: seen.has(name) ? undefined : sectionTaker(writer, name, relationships) }
      seen.add(name)
    }
    const files = split.take?.(tape, item)
    if (files === undefined) continue
    yield* files
    tape.drop(item, index)
  }
  yield* relationships.files(writer)
  yield* skeletonFiles(writer, tape)
}

/** Makes the files of an item; undefined leaves the item where it is. */
type TakeItem = (tape: XmlTape, item: number) => readonly PackageFile[] | undefined

interface SplitSection {
  readonly index: number
  readonly name: string
  readonly take: TakeItem | undefined
}

function sectionTaker(writer: SourceWriter, name: string, relationships: RelationshipFiles): TakeItem | undefined {
  if (name === 'Entities')
    return (tape, item) =>
      tape.isNamed(item, 'Entity') ? (unpackTable(writer, tape, item) ?? carry(writer, { tape, item, section: name })) : undefined
  if (name === 'EntityRelationships') {
    return (tape, item) => {
      if (!tape.isNamed(item, 'EntityRelationship')) return undefined
      relationships.add(writer, tape, item)
      return []
    }
  }
  const place = placesBySection.get(name)
  if (place === undefined) return undefined
  return (tape, item) => {
    if (isAround(place, tape, item)) return fileAround(writer, place, { tape, item })
    return tape.isNamed(item, place.item)
      ? (componentFile(writer, place, { tape, item }) ?? carry(writer, { tape, item, section: name }))
      : undefined
  }
}

/** A file of what stands beside the components of the section; a second one of a name stays where it is. */
function fileAround(
  writer: SourceWriter,
  { folder }: ComponentPlace,
  { tape, item }: { tape: XmlTape; item: number },
): PackageFile[] | undefined {
  const path = `${folder}/${tape.name(item)}.xml`
  return writer.take([path]) ? [writer.xmlFile(path, () => writer.copier.element(tape, item, 0))] : undefined
}

function componentFile(
  writer: SourceWriter,
  place: ComponentPlace,
  { tape, item }: { tape: XmlTape; item: number },
): PackageFile[] | undefined {
  const base = place.baseOf(tape, item)
  if (base === undefined) return undefined
  const path = place.hasTwin === true ? writer.twinPath(base) : `${base}.xml`
  const moves = place.movesOf?.(tape, item) ?? []
  if (!writer.take([path, ...moves.map((move) => move.sourcePath)])) return undefined
  for (const move of moves) writer.move(move)
  for (const { zipPath } of filesNamedBy(tape, item, place.fileElements)) writer.named.add(zipPath)
  if (place.isPlain !== true) return [writer.file(path, tape, item)]
  return [writer.xmlFile(path, () => copyPlain(writer, place, { tape, item }))]
}

/** The component as it is, but with its list sorted. */
function copyPlain(writer: SourceWriter, place: ComponentPlace, { tape, item }: { tape: XmlTape; item: number }): void {
  const { copier } = writer
  const list = place.sortedList === undefined ? undefined : tape.child(item, place.sortedList)
  if (list === undefined || tape.holdsText(item)) {
    copier.element(tape, item, 0)
    return
  }
  copier.startTag(tape, item)
  for (let at = item + 1; at < tape.next(item); at = tape.next(at)) {
    copier.lineBreak(1)
    if (at === list) copySorted(copier, { tape, index: at, depth: 1 }, typeAndSchemaName)
    else copier.node(tape, at, 1)
  }
  copier.lineBreak(0)
  copier.endTag(tape, item)
}

/** Keeps a component that has no file of its own. */
function carry(writer: SourceWriter, { tape, item, section }: { tape: XmlTape; item: number; section: string }): PackageFile[] {
  writer.carried.components.push({ section, xml: writer.lines(tape, item) })
  return []
}

/** Other/Customizations.xml: what was not split out, with an empty element in the place of each section that was. */
function* skeletonFiles(writer: SourceWriter, tape: XmlTape): Generator<PackageFile> {
  const root = demandRoot(tape, 'ImportExportXml')
  refuseText(tape, root)
  const { copier } = writer
  const whole = new Set<number>()
  for (const section of tape.elementsOf(root)) {
    const place = wholeSections.get(tape.name(section))
    if (place === undefined || isBlank(tape, section)) continue
    const path = place.hasTwin ? writer.twinPath(place.base) : `${place.base}.xml`
    if (!writer.take([path])) continue
    whole.add(section)
    yield writer.file(path, tape, section)
  }
  const path = 'Other/Customizations.xml'
  writer.take([path])
  yield writer.xmlFile(path, () => {
    if (tape.next(root) === root + 1) {
      copier.element(tape, root, 0)
      return
    }
    copier.startTag(tape, root)
    for (let at = root + 1; at < tape.next(root); at = tape.next(at)) {
      copier.lineBreak(1)
      if (tape.isElement(at) && whole.has(at)) copier.text(`<${tape.name(at)} />`)
      else if (tape.isElement(at) && isEmptied(tape, at)) copier.text(emptyTag(tape, at))
      else copier.node(tape, at, 1)
    }
    copier.lineBreak(0)
    copier.endTag(tape, root)
  })
}

function emptyTag(tape: XmlTape, section: number): string {
  const attributes = tape.attributes(section).map(({ name, value }) => ` ${name}="${escapeAttribute(value)}"`)
  return `<${tape.name(section)}${attributes.join('')} />`
}

/** A section that is split out and has nothing left in it. */
function isEmptied(tape: XmlTape, section: number): boolean {
  return isBlank(tape, section) && splitSections.has(tape.name(section))
}

const splitSections: ReadonlySet<string> = new Set(['Entities', 'EntityRelationships', ...placesBySection.keys(), ...wholeSections.keys()])

/** Text between components has no place in a list of files, and none in any real solution. */
function refuseText(tape: XmlTape, root: number): void {
  const split = tape.elementsOf(root).filter((section) => splitSections.has(tape.name(section)) && !wholeSections.has(tape.name(section)))
  const holder = [root, ...split].find((at) => (tape.flags(at) & nodeFlag.hasText) !== 0)
  if (holder === undefined) return
  throw new DroverError('solution.bad-xml', `${tape.path}: <${tape.name(holder)}> holds text beside its elements.`, {
    hint: 'Export the solution again, or remove the text if the file was edited by hand.',
  })
}
