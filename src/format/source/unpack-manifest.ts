import type { PackageFile } from '../package.ts'
import { rootOf } from '../xml/parse-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import type { SourceWriter } from './source-writer.ts'
import { copySorted, type SortKey, typeAndSchemaName } from './sorted-list.ts'

/**
 * Other/Solution.xml: solution.xml with its lists in a fixed order, so that two exports of the same content give the same text.
 * `managed`: what to write as Managed, instead of what is there.
 */
export function manifestFile(writer: SourceWriter, tape: XmlTape, managed?: string): PackageFile {
  writer.take([manifestPath])
  return writer.xmlFile(manifestPath, () => copyManifest(writer, { tape, index: rootOf(tape), depth: 0 }, managed))
}

export const manifestPath = 'Other/Solution.xml'

const sortKeys: ReadonlyMap<string, (tape: XmlTape, item: number) => SortKey> = new Map([
  [
    'RootComponents',
    (tape: XmlTape, item: number): SortKey => [
      tape.attribute(item, 'type'),
      tape.attribute(item, 'schemaName') ?? tape.attribute(item, 'id'),
    ],
  ],
  ['MissingDependencies', (tape: XmlTape, item: number): SortKey => typeAndSchemaName(tape, tape.child(item, 'Required') ?? item)],
])

/** The root and SolutionManifest with the lists inside of it sorted, everything else as it is. */
function copyManifest(writer: SourceWriter, node: { tape: XmlTape; index: number; depth: number }, managed?: string): void {
  const { tape, index, depth } = node
  const { copier } = writer
  if (tape.isSelfClosed(index) || tape.holdsText(index) || tape.next(index) === index + 1) {
    copier.element(tape, index, depth)
    return
  }
  copier.startTag(tape, index)
  for (let at = index + 1; at < tape.next(index); at = tape.next(at)) {
    copier.lineBreak(depth + 1)
    const keyOf = depth === 1 && tape.isElement(at) ? sortKeys.get(tape.name(at)) : undefined
    if (depth === 0 && tape.isElement(at) && tape.isNamed(at, 'SolutionManifest'))
      copyManifest(writer, { tape, index: at, depth: 1 }, managed)
    else if (managed !== undefined && depth === 1 && tape.isElement(at) && tape.isNamed(at, 'Managed'))
      copier.text(`<Managed>${managed}</Managed>`)
    else if (keyOf === undefined) copier.node(tape, at, depth + 1)
    else copySorted(copier, { tape, index: at, depth: depth + 1 }, keyOf)
  }
  copier.lineBreak(depth)
  copier.endTag(tape, index)
}
