import { escapeAttribute } from '../xml/entities.ts'
import type { PackageFile } from '../package.ts'
import type { XmlTape } from '../xml/tape.ts'
import { isOneName } from './component-places.ts'
import { compareIgnoringCase } from './compare-names.ts'
import { type CopyPlan, xsiAttribute } from '../xml/copy-xml.ts'
import type { SourceWriter } from './source-writer.ts'

/** Relationships on their way into files: one per table, and an index of all names. */
export class RelationshipFiles {
  readonly #found: Relationship[] = []

  add(writer: SourceWriter, tape: XmlTape, item: number): void {
    const name = tape.attribute(item, 'Name') ?? ''
    writer.copier.lineBreak(1)
    writer.copier.element(tape, item, 1)
    // A 1:N relationship lies with the table that is referenced, an N:N one with its first table.
    const named = tape.childText(item, 'ReferencedEntityName') ?? tape.childText(item, 'FirstEntityName')
    const table = named !== undefined && isOneName(named) && writer.canHold(`Other/Relationships/${named}.xml`) ? named : 'Unknown'
    this.#found.push({ name, table, plan: writer.copier.takePlan() })
  }

  *files(writer: SourceWriter): Generator<PackageFile> {
    if (this.#found.length === 0) return
    const sorted = this.#found.sort((a, b) => compareIgnoringCase(a.name, b.name))
    yield listFile(writer, 'Other/Relationships.xml', () => {
      for (const { name } of sorted) {
        writer.copier.lineBreak(1)
        writer.copier.text(`<EntityRelationship Name="${escapeAttribute(name)}" />`)
      }
    })
    const byTable = new Map<string, Relationship[]>()
    for (const one of sorted) {
      const same = byTable.get(one.table.toLowerCase())
      if (same === undefined) byTable.set(one.table.toLowerCase(), [one])
      else same.push(one)
    }
    for (const list of byTable.values()) {
      yield listFile(writer, `Other/Relationships/${list[0]?.table ?? ''}.xml`, () => {
        for (const { plan } of list) writer.copier.append(plan)
      })
    }
  }
}

interface Relationship {
  readonly name: string
  readonly table: string
  /** Written one level deep, with the line break before it. */
  readonly plan: CopyPlan
}

function listFile(writer: SourceWriter, path: string, writeItems: () => void): PackageFile {
  writer.take([path])
  return writer.xmlFile(path, () => {
    writer.copier.text(`<EntityRelationships${xsiAttribute}>`)
    writeItems()
    writer.copier.lineBreak(0)
    writer.copier.text('</EntityRelationships>')
  })
}
