import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { PackWarning } from '../source/options.ts'
import { safeEntryPath } from '../zip/entry-path.ts'
import { unsafePath } from '../zip/zip-error.ts'
import { type CarriedYaml, type Sidecar, yamlNotes } from './carried-yaml.ts'
import { readYaml } from './read-yaml.ts'
import type { SolutionTree } from './source-tree.ts'
import { xmlFileBytes } from './xml-file.ts'
import type { YamlDocument } from './yaml-node.ts'

export interface ToXmlOptions {
  /** Unique name of the solution that is meant, where the tree holds several. */
  readonly solution?: string
  /** Called with each thing that is odd but no reason to stop. */
  readonly onWarning?: (warning: PackWarning) => void
}

/** A conversion from the YAML layout to the XML layout, while it goes on. */
export interface XmlConversion {
  readonly tree: FileTree
  readonly source: SolutionTree
  readonly options: ToXmlOptions
  readonly notes: CarriedYaml
  /** Names of tables by the name of their folder, in lower case. */
  readonly tableNames: Map<string, string>
  /** Content by path of the XML layout. */
  readonly files: Map<string, Uint8Array>
  /** Ids of plug-in assemblies and steps that have a file, in lower case without braces. */
  readonly found: Set<string>
  /** Where files go whose place does not follow from their own path; undefined for those that were taken otherwise. By path of the tree. */
  readonly moved: Map<string, string | undefined>
}

export function newConversion(
  tree: FileTree,
  source: SolutionTree,
  more: { readonly sidecar: Sidecar; readonly options: ToXmlOptions },
): XmlConversion {
  const notes = yamlNotes(more.sidecar)
  return { tree, source, options: more.options, notes, tableNames: new Map(), files: new Map(), found: new Set(), moved: new Map() }
}

export async function readDocument(conversion: XmlConversion, path: string): Promise<YamlDocument> {
  return readYaml(await conversion.tree.read(path), path)
}

/** Paths are made of what files say: none may lead out of the solution. */
export function addFile(conversion: XmlConversion, path: string, bytes: Uint8Array): void {
  if (path.endsWith('/'))
    throw unsafePath(`A file of this folder says that it is "${path}" in the XML layout, which is the name of a folder.`)
  if (conversion.files.has(safeEntryPath(path))) {
    throw new DroverError('solution.path-conflict', `Two files of this folder say what is "${path}" in the XML layout.`, {
      hint: 'Two components have the same name or id, or one is there twice. Delete one of them.',
    })
  }
  conversion.files.set(path, bytes)
}

export function addDocument(conversion: XmlConversion, path: string, document: YamlDocument): void {
  const { notes, options } = conversion
  const onStale = (xmlPath: string, where: string) => {
    const message = `${xmlPath}: what .drover/carried.json notes of ${where} no longer fits; it is written as the YAML says it.`
    options.onWarning?.({ code: 'solution.stale-note', message, path: xmlPath })
  }
  addFile(conversion, path, xmlFileBytes(path, document, { notes, onStale }))
}
