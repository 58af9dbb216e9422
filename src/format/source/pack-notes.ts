import type { PackedComponent } from './packing.ts'
import { presentComponents } from './present-components.ts'
import { lineOf, type RequiredFile } from './required-files.ts'
import type { PresentComponent } from './root-components.ts'
import type { SourceIndex } from './source-index.ts'
import { filesNamedBy, formulasOf, sourcePathOf } from './zip-paths.ts'

/** What the components of a folder say while they are packed: which files they need, where those go, and who they are. */
export class PackNotes {
  readonly required: RequiredFile[] = []
  /** Paths in the zip that components name, in lower case. */
  readonly named = new Set<string>()
  /** Names of relationships, in lower case. */
  readonly relationships = new Set<string>()
  readonly #components: PresentComponent[] = []
  /** Source path in lower case → path in the zip. */
  readonly #moves = new Map<string, string>()
  readonly #index: SourceIndex

  constructor(index: SourceIndex) {
    this.#index = index
  }

  add(component: PackedComponent): void {
    const { place, section, path, tape, item, isKept = false } = component
    if (section === 'EntityRelationships') this.relationships.add((tape.attribute(item, 'Name') ?? '').toLowerCase())
    this.#components.push(...presentComponents(component))
    const sources = new Map<string, string>()
    for (const { zipPath, sourcePath } of isKept ? [] : (place?.movesOf?.(tape, item) ?? [])) {
      this.#moves.set(sourcePath.toLowerCase(), zipPath)
      sources.set(zipPath, sourcePath)
    }
    const named = section === 'Entities' ? formulasOf(tape, item) : filesNamedBy(tape, item, place?.fileElements ?? [])
    for (const { zipPath, at } of named) {
      this.named.add(zipPath.toLowerCase())
      // What the layout has no place for needs no more than the zip had.
      if (isKept) continue
      this.required.push({ zipPath, sourcePath: sources.get(zipPath) ?? sourcePathOf(zipPath), askedBy: path, line: lineOf(tape, at) })
    }
  }

  /** The path in the zip by what components say. */
  zipPathOf(path: string): string | undefined {
    return this.#moves.get(path.toLowerCase())
  }

  /** Components of the folder, forms of tables among them: RootComponents may list those by their id. */
  components(): PresentComponent[] {
    const forms = this.#index.tables.flatMap((table) => table.forms)
    return [...this.#components, ...forms.map(formByPath)]
  }
}

function formByPath(path: string): PresentComponent {
  const id = /([^/]*?)(_managed)?\.xml$/i.exec(path)?.[1] ?? ''
  return { types: ['60', '24'], kind: 'forms', ids: [id], path, isRequired: false }
}
