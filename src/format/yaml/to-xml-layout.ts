import { DroverError } from '#domain/kernel'
import { emptySkeleton } from '../compose-customizations.ts'
import type { FileTree } from '../file-tree.ts'
import type { PackageFile } from '../package.ts'
import { carriedPath } from '../source/carried.ts'
import type { PackWarning } from '../source/options.ts'
import { badYaml } from './bad-yaml.ts'
import { type CarriedYaml, readSidecar, sidecarFile, type Sidecar, yamlNotes } from './carried-yaml.ts'
import { isDocumentPath, isInPackagerShape } from './document-paths.ts'
import { placeByContent } from './foreign-shapes.ts'
import { tablePlace, xmlPathOf } from './layout-paths.ts'
import { readYaml } from './read-yaml.ts'
import { bareId, refuseWithoutSource } from './root-sources.ts'
import { joinSolution, type SolutionFiles } from './solution-files.ts'
import { findPath, solutionTree, type SolutionTree } from './source-tree.ts'
import { emptiedLists, joinTable } from './tables.ts'
import { relationshipDocuments } from './relationships.ts'
import { wrapped } from './wrapped-items.ts'
import { documentOfXml, xmlFileBytes } from './xml-file.ts'
import { isForeignFile, settledFiles } from './foreign-files.ts'
import { entryOf, textOfNode, type YamlDocument, type YamlNode } from './yaml-node.ts'

export interface ToXmlOptions {
  /** Unique name of the solution that is meant, where the tree holds several. */
  readonly solution?: string
  /** Called with each thing that is odd but no reason to stop. */
  readonly onWarning?: (warning: PackWarning) => void
}

/**
 * The files of a solution in the XML layout, from a tree in the YAML layout of Dataverse Git integration: as `toYamlLayout` writes
 * it, as Dataverse commits it, or edited by hand. Nothing that lies in the tree is left out without an error.
 */
export async function toXmlLayout(tree: FileTree, options: ToXmlOptions = {}): Promise<PackageFile[]> {
  const source = await solutionTree(tree, options.solution)
  const sidecar = await readOwnSidecar(tree)
  const conversion = newConversion(tree, source, { sidecar, options })
  warnOfIgnored(conversion)
  const documents = source.paths.filter((path) => conversion.notes.copies?.[path] === undefined && isDocumentPath(path))
  const manifest = await addManifest(conversion)
  await addTables(conversion, documents)
  await addRelationships(conversion, documents)
  for (const path of documents) if (!isTableFile(path) && !isRelationshipFile(path)) addComponent(conversion, path, await read(tree, path))
  await addCopies(conversion, new Set(documents))
  refuseWithoutSource(manifest, conversion)
  if (!conversion.files.has(skeletonPath)) addDocument(conversion, skeletonPath, documentOfXml(skeletonPath, emptySkeleton()))
  addSidecar(conversion, sidecar)
  return [...conversion.files].map(([path, bytes]) => ({ path, bytes })).sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
}

const skeletonPath = 'Other/Customizations.xml'

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
  /** Content of a component that lies elsewhere in the XML layout than its path in the tree says, by path of the tree. */
  readonly moved: Map<string, string>
}

function newConversion(
  tree: FileTree,
  source: SolutionTree,
  { sidecar, options }: { readonly sidecar: Sidecar; readonly options: ToXmlOptions },
): XmlConversion {
  return { tree, source, options, notes: yamlNotes(sidecar), tableNames: new Map(), files: new Map(), found: new Set(), moved: new Map() }
}

async function readOwnSidecar(tree: FileTree): Promise<Sidecar> {
  return tree.paths.includes(carriedPath) ? readSidecar(await tree.read(carriedPath)) : {}
}

async function read(tree: FileTree, path: string): Promise<YamlDocument> {
  return readYaml(await tree.read(path), path)
}

function warnOfIgnored({ source, options }: XmlConversion): void {
  for (const path of source.ignored) {
    if (path.startsWith('.') || !path.includes('/')) continue
    const message = `${path} lies in no folder of components and is not packed.`
    options.onWarning?.({ code: 'solution.not-listed', message, path })
  }
}

function addFile(conversion: XmlConversion, path: string, bytes: Uint8Array): void {
  if (conversion.files.has(path)) {
    throw new DroverError('solution.path-conflict', `Two files of this folder say what is "${path}" in the XML layout.`, {
      hint: 'Two components have the same name or id, or one is there twice. Delete one of them.',
    })
  }
  conversion.files.set(path, bytes)
}

function addDocument(conversion: XmlConversion, path: string, document: YamlDocument): void {
  const { notes, options } = conversion
  const onStale = (xmlPath: string, where: string) => {
    const message = `${xmlPath}: what .drover/carried.json notes of ${where} no longer fits; it is written as the YAML says it.`
    options.onWarning?.({ code: 'solution.stale-note', message, path: xmlPath })
  }
  addFile(conversion, path, xmlFileBytes(path, document, { notes, onStale }))
}

async function addManifest(conversion: XmlConversion): Promise<SolutionFiles> {
  const { tree, source } = conversion
  const folder = `solutions/${source.solution}`
  const solutionPath = findPath(tree.paths, `${folder}/solution.yml`) ?? ''
  const solution = await read(tree, solutionPath)
  const publisherName = textOfNode(entryOf(solution.node, 'SolutionManifest', 'Publisher', 'UniqueName'))
  const publisher = publisherName === undefined ? undefined : await readIfThere(tree, `publishers/${publisherName}/publisher.yml`)
  if (publisherName !== undefined && publisher === undefined) throw noPublisher(solutionPath, publisherName)
  const rootComponents = await readIfThere(tree, `${folder}/rootcomponents.yml`)
  const missingDependencies = await readIfThere(tree, `${folder}/missingdependencies.yml`)
  const files = {
    solution,
    ...(publisher !== undefined && { publisher }),
    ...(rootComponents !== undefined && { rootComponents }),
    ...(missingDependencies !== undefined && { missingDependencies }),
  }
  addDocument(conversion, 'Other/Solution.xml', joinSolution(files))
  return files
}

async function readIfThere(tree: FileTree, wanted: string): Promise<YamlDocument | undefined> {
  const path = findPath(tree.paths, wanted)
  return path === undefined ? undefined : read(tree, path)
}

function noPublisher(solutionPath: string, name: string): DroverError {
  return new DroverError(
    'solution.file-missing',
    `${solutionPath} names the publisher "${name}", but publishers/${name}/publisher.yml is missing.`,
    {
      hint: 'Take the file from version control again, or correct the name of the publisher.',
    },
  )
}

function isTableFile(path: string): boolean {
  const inside = tablePlace(path)?.inside ?? []
  return (
    (inside.length === 1 && /^entity\.yml$/i.test(inside[0] ?? '')) || (inside.length === 2 && inside[0]?.toLowerCase() === 'attributes')
  )
}

function isRelationshipFile(path: string): boolean {
  return /^entityrelationships\//i.test(path)
}

interface TableSource {
  entity?: string
  readonly columns: string[]
  readonly lists: Set<string>
}

async function addTables(conversion: XmlConversion, documents: readonly string[]): Promise<void> {
  const tables = tableSources(documents)
  for (const [folder, source] of tables) {
    if (source.entity === undefined) throw noEntity(folder)
    await addTable(conversion, folder, { ...source, entity: source.entity })
  }
}

function tableSources(documents: readonly string[]): Map<string, TableSource> {
  const tables = new Map<string, TableSource>()
  for (const path of [...documents].sort()) {
    const place = tablePlace(path)
    if (place === undefined) continue
    const folder = place.table.toLowerCase()
    const source: TableSource = tables.get(folder) ?? { columns: [], lists: new Set() }
    tables.set(folder, source)
    const list = listNames.get(place.inside[0]?.toLowerCase() ?? '')
    if (list !== undefined) source.lists.add(list)
    else if (!isTableFile(path)) continue
    else if (place.inside.length === 1) source.entity = path
    else source.columns.push(path)
  }
  return tables
}

const listNames: ReadonlyMap<string, string> = new Map([
  ['formxml', 'FormXml'],
  ['savedqueries', 'SavedQueries'],
  ['visualizations', 'Visualizations'],
  ['ribbondiff.yml', 'RibbonDiffXml'],
  ['ribbondiffs', 'RibbonDiffXml'],
])

function noEntity(folder: string): DroverError {
  return new DroverError(
    'solution.file-missing',
    `entities/${folder}/Entity.yml is missing: the other files of that folder are parts of its table.`,
    {
      hint: 'Take it from version control again, or delete the folder.',
    },
  )
}

async function addTable(conversion: XmlConversion, folder: string, source: TableSource & { readonly entity: string }): Promise<void> {
  const { tree, notes, tableNames } = conversion
  const table = await read(tree, source.entity)
  const name = textOfNode(entryOf(table.node, 'Name'))
  if (table.root !== 'Entity' || name === undefined) throw badYaml({ path: source.entity }, 'an Entity with a Name is expected in it.')
  const xmlPath = `Entities/${name}/Entity.xml`
  tableNames.set(folder, name)
  const columns: YamlNode[] = []
  for (const path of source.columns) {
    const column = await read(tree, path)
    if (column.root !== 'attribute') throw badYaml({ path }, `an "attribute" is expected in it, not "${column.root}".`)
    columns.push(column.node)
  }
  const lists = emptiedLists.filter((list) => source.lists.has(list) || notes.emptied?.[xmlPath]?.includes(list) === true)
  addDocument(conversion, xmlPath, { root: 'Entity', node: joinTable({ table: table.node, columns, lists }) })
}

async function addRelationships(conversion: XmlConversion, documents: readonly string[]): Promise<void> {
  const all: YamlNode[] = []
  for (const path of documents.filter(isRelationshipFile)) {
    const { root, node } = await read(conversion.tree, path)
    if (root !== 'EntityRelationship') throw badYaml({ path }, `an "EntityRelationship" is expected in it, not "${root}".`)
    all.push(node)
  }
  for (const [path, document] of relationshipDocuments(all)) addDocument(conversion, path, document)
}

function addComponent(conversion: XmlConversion, path: string, document: YamlDocument): void {
  const { tableNames } = conversion
  const isOurs = isInPackagerShape(path) && !isForeignFile(path, document)
  const xmlPath = isOurs ? xmlPathOf(path, true, tableNames) : placeByContent(path, document, tableNames)
  if (xmlPath === undefined) throw badYaml({ path }, `"${document.root}" is no component that belongs here.`)
  noteSource(conversion, document)
  settledFiles(conversion, { path, xmlPath, document })
  addDocument(conversion, xmlPath, wrapped(xmlPath, document))
}

function noteSource({ found }: XmlConversion, { root, node }: YamlDocument): void {
  const id = entryOf(node, root === 'PluginAssembly' ? '@PluginAssemblyId' : '@SdkMessageProcessingStepId')
  if (typeof id === 'string') found.add(bareId(id))
}

async function addCopies(conversion: XmlConversion, documents: ReadonlySet<string>): Promise<void> {
  const { tree, source, notes, tableNames, moved } = conversion
  for (const path of source.paths) {
    if (documents.has(path)) continue
    const target = notes.copies?.[path] ?? moved.get(path) ?? xmlPathOf(path, false, tableNames)
    addFile(conversion, target, await tree.read(path))
  }
}

function addSidecar(conversion: XmlConversion, sidecar: Sidecar): void {
  const { yaml, ...others } = sidecar
  void yaml
  const raw = conversion.notes.sidecar
  if (raw?.lines !== undefined) addFile(conversion, carriedPath, new TextEncoder().encode(raw.lines.join('\n')))
  else if (Object.keys(others).some((key) => key !== 'format')) {
    const { path, bytes } = sidecarFile(others)
    addFile(conversion, path, bytes)
  }
}
