import { pathNamed } from '../path-named.ts'
import type { XmlTape } from '../xml/tape.ts'

/** Where a file of the zip lies in the layout when no component says otherwise. */
export function sourcePathOf(zipPath: string): string {
  return /^Connector\//i.test(zipPath) ? `Connectors/${zipPath.slice('Connector/'.length)}` : zipPath
}

/** The inverse: a file's path in the zip when no component says otherwise. */
export function zipPathOfSource(path: string): string {
  const formula = /^Entities\/[^/]+\/Formulas\/([^/]+)$/i.exec(path)?.[1]
  if (formula !== undefined) return `Formulas/${formula}`
  return /^Connectors\//i.test(path) ? `Connector/${path.slice('Connectors/'.length)}` : path
}

/** A file of the zip that an element names. */
export interface NamedFile {
  readonly zipPath: string
  /** The element. */
  readonly at: number
}

/** The files of the zip that these children of an element name: in their text, or in that of elements in them. */
export function filesNamedBy(tape: XmlTape, item: number, elements: readonly string[]): NamedFile[] {
  const found: NamedFile[] = []
  for (const name of elements) {
    const holder = tape.child(item, name)
    if (holder === undefined) continue
    for (const at of [holder, ...tape.elementsOf(holder)]) {
      const written = tape.text(at).trim()
      if (written !== '') found.push({ zipPath: pathNamed(written), at })
    }
  }
  return found
}

/** The definitions of formula columns that a table's columns name: `mayNameFormulas` tells of which tables the whole has to be read. */
export function formulasOf(tape: XmlTape, table: number): NamedFile[] {
  const information = tape.child(table, 'EntityInfo')
  if (information === undefined || tape.isFolded(information)) return []
  const columns = tape.descendant(information, 'entity', 'attributes')
  if (columns === undefined || !tape.mentions(columns, fileOfFormula)) return []
  return tape.elementsOf(columns).flatMap((column) => filesNamedBy(tape, column, [fileOfFormula]))
}

export function mayNameFormulas(tape: XmlTape, table: number): boolean {
  return tape.mentions(table, fileOfFormula)
}

const fileOfFormula = 'FormulaDefinitionFileName'
