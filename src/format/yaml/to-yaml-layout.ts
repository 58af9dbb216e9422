import { DroverError } from '#domain/kernel'
import type { PackageFile, XmlElement } from '../package.ts'
import { carriedPath } from '../source/carried.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { componentListing } from './component-listing.ts'
import { withZipNames } from './component-files.ts'
import { CarriedNotes, noteOf, readSidecar, sidecarFile, type Sidecar } from './carried-yaml.ts'
import { isDocumentPath } from './document-paths.ts'
import { tableSources } from './join-tables.ts'
import { isFileName } from './file-name.ts'
import { isSplitOut, xmlPathOf, yamlPathOf } from './layout-paths.ts'
import { relationshipDocuments, relationshipIndex, relationshipName } from './relationships.ts'
import { joinSolution, splitSolution, type SolutionFiles } from './solution-files.ts'
import { emptiedLists, inOrderOfNames, joinTable, nameOfTable, splitTable } from './tables.ts'
import { unwrapped, wrapped } from './wrapped-items.ts'
import { writeYaml } from './write-yaml.ts'
import { documentOfXml, noteDeviations, saysAllOf } from './xml-file.ts'
import { entriesOf, entryOf, textOfNode, type YamlDocument, type YamlList, type YamlNode } from './yaml-node.ts'

/**
 * The files of an unpacked solution in the YAML layout of Dataverse Git integration, from those of the XML layout. Nothing is
 * lost: what YAML cannot say is noted in `.drover/carried.json`, so that `toXmlLayout` gives the same bytes again.
 */
export function toYamlLayout(xmlLayoutFiles: Iterable<PackageFile>): PackageFile[] {
  const files = [...xmlLayoutFiles]
  const conversion: Conversion = { notes: new CarriedNotes(), written: new Map(), tableNames: tableNamesOf(files) }
  const relationships: PackageFile[] = []
  const tables: PackageFile[] = []
  let solution: string | undefined
  let sidecar: Sidecar = {}
  for (const file of files) {
    if (file.path === carriedPath) {
      sidecar = takeSidecar(conversion.notes, file)
      continue
    }
    if (file.path === 'Other/Solution.xml') solution = addSolution(conversion, file)
    else if (/^Other\/Relationships(?:\/[^/]+)?\.xml$/.test(file.path)) relationships.push(file)
    else if (/^Entities\/[^/]+\/Entity\.xml$/.test(file.path)) tables.push(file)
    else addOther(conversion, file)
  }
  if (solution === undefined) throw noSolution()
  addRelationships(conversion, relationships)
  addTables(conversion, tables)
  return [...finished(conversion, solution, sidecar)].sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
}

interface Conversion {
  readonly notes: CarriedNotes
  /** Content by path of the YAML layout. */
  readonly written: Map<string, Uint8Array>
  /** Names of tables by their lower case. */
  readonly tableNames: ReadonlyMap<string, string>
}

interface XmlFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly root: XmlElement
}

function noSolution(): DroverError {
  return new DroverError('solution.no-manifest', 'There is no Other/Solution.xml among these files, so they are no unpacked solution.', {
    hint: 'Give the folder that the solution was unpacked into.',
  })
}

function* finished(conversion: Conversion, solution: string, sidecar: Sidecar): Generator<PackageFile> {
  const { written, notes } = conversion
  add(conversion, `solutions/${solution}/solutioncomponents.yml`, componentListing(written.keys()))
  for (const [path, bytes] of written) yield { path, bytes }
  const yaml = notes.collected()
  if (yaml !== undefined) yield sidecarFile({ format: 1, ...sidecar, yaml })
  else if (Object.keys(sidecar).length > 0) yield sidecarFile(sidecar)
}

function takeSidecar(notes: CarriedNotes, file: PackageFile): Sidecar {
  const sidecar = readSidecar(file.bytes)
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes)
  if (text !== `${JSON.stringify(sidecar, undefined, 2)}\n`) notes.sidecar = { path: file.path, lines: text.split('\n') }
  return sidecar
}

function addOther(conversion: Conversion, file: PackageFile): void {
  const xml = readSplitOut(file)
  if (xml === undefined) addCopy(conversion, file)
  else addComponent(conversion, xml)
}

/** The file as XML where it was split out of customizations.xml and can be read; everything else is copied as it is. */
function readSplitOut(file: PackageFile): XmlFile | undefined {
  if (!isSplitOut(file.path)) return undefined
  const root = readXml(file)
  // A web resource may be called anything, also like the file that describes another one.
  const isOther = root !== undefined && file.path.startsWith('WebResources/') && root.name !== 'WebResource'
  return root === undefined || isOther ? undefined : { path: file.path, bytes: file.bytes, root }
}

function readXml(file: PackageFile): XmlElement | undefined {
  try {
    return parseXml(file.bytes, file.path)
  } catch (error) {
    if (error instanceof DroverError) return undefined
    throw error
  }
}

function addCopy(conversion: Conversion, file: PackageFile): void {
  const { notes, tableNames } = conversion
  const path = yamlPathOf(file.path, false)
  if (/^(?:solutions|publishers|\.drover)\//i.test(path)) throw reserved(path)
  if (isDocumentPath(path) || xmlPathOf(path, false, tableNames) !== file.path) notes.copies[path] = file.path
  addBytes(conversion, path, file.bytes)
}

function reserved(path: string): DroverError {
  return new DroverError(
    'solution.path-conflict',
    `The solution has a file "${path}", in a folder that the YAML layout keeps for itself.`,
    {
      hint: 'Keep the XML layout for this solution.',
    },
  )
}

function add(conversion: Conversion, path: string, document: YamlDocument): void {
  addBytes(conversion, path, new TextEncoder().encode(writeYaml(document)))
}

function addBytes(conversion: Conversion, path: string, bytes: Uint8Array): void {
  if (conversion.written.has(path)) {
    throw new DroverError('solution.path-conflict', `Two files of this solution would both be "${path}" in the YAML layout.`, {
      hint: 'Their names differ only in capitals or in the folder above. Rename one of them, or keep the XML layout.',
    })
  }
  conversion.written.set(path, bytes)
}

function addSolution(conversion: Conversion, file: PackageFile): string {
  const xml = { ...file, root: parseXml(file.bytes, file.path) }
  const parts = splitSolution(documentOfXml(xml.path, xml.root))
  const name = textOfNode(entryOf(parts.solution.node, 'SolutionManifest', 'UniqueName'))
  if (name === undefined || !isFileName(name)) throw noName('no UniqueName that can')
  const publisher = textOfNode(entryOf(parts.publisher?.node, 'UniqueName'))
  if (publisher !== undefined && !isFileName(publisher)) throw noName('a publisher whose UniqueName cannot')
  noteDeviations(conversion.notes, xml, joinSolution(parts))
  for (const [path, document] of solutionDocuments(parts, name)) add(conversion, path, document)
  return name
}

function noName(what: string): DroverError {
  return new DroverError('solution.bad-manifest', `Other/Solution.xml has ${what} be the name of a folder.`, {
    hint: 'Unique names are made of letters, digits and underscores; correct it, or unpack the solution again.',
  })
}

function* solutionDocuments(parts: SolutionFiles, name: string): Generator<[string, YamlDocument]> {
  const folder = `solutions/${name}`
  yield [`${folder}/solution.yml`, parts.solution]
  if (parts.rootComponents !== undefined) yield [`${folder}/rootcomponents.yml`, parts.rootComponents]
  if (parts.missingDependencies !== undefined) yield [`${folder}/missingdependencies.yml`, parts.missingDependencies]
  const publisher = textOfNode(entryOf(parts.publisher?.node, 'UniqueName'))
  if (parts.publisher !== undefined && publisher !== undefined) yield [`publishers/${publisher}/publisher.yml`, parts.publisher]
}

function addComponent(conversion: Conversion, xml: XmlFile): void {
  const document = documentOfXml(xml.path, xml.root)
  const alone = unwrapped(xml.path, document)
  const path = yamlPathOf(xml.path, true)
  if (xmlPathOf(path, true, conversion.tableNames) !== xml.path) {
    addCopy(conversion, xml)
    return
  }
  noteDeviations(conversion.notes, xml, withZipNames(wrapped(xml.path, alone)))
  add(conversion, path, alone)
}

/** Behind all others: which of its lists a table is taken to have follows from the files that lie beside it. */
function addTables(conversion: Conversion, tables: readonly PackageFile[]): void {
  const { notes, written } = conversion
  const documents = [...written.keys()].filter((path) => noteOf(notes.copies, path) === undefined && isDocumentPath(path))
  const sources = tableSources(documents)
  for (const file of tables) {
    const xml = readSplitOut(file)
    if (xml?.root.name === 'Entity')
      addTable(conversion, xml, sources.get(file.path.split('/')[1]?.toLowerCase() ?? '')?.lists ?? new Set())
    else addOther(conversion, file)
  }
}

function addTable(conversion: Conversion, xml: XmlFile, withFiles: ReadonlySet<string>): void {
  const { notes } = conversion
  const { node } = documentOfXml(xml.path, xml.root)
  const { table, columns } = splitTable(node)
  const lists = emptiedLists.filter((name) => entryOf(node, name) === null)
  const emptied = lists.filter((name) => !withFiles.has(name))
  const absent = emptiedLists.filter((name) => withFiles.has(name) && entryOf(node, name) === undefined)
  if (emptied.length > 0) notes.emptied[xml.path] = emptied
  if (absent.length > 0) notes.absent[xml.path] = absent
  const nodes = [...columns.values()].map((column) => column.node)
  const order = inOrderOfNames(nodes).every((column, at) => column === nodes[at]) ? [] : [...columns.keys()]
  if (order.length > 0) notes.columns[xml.path] = order
  noteDeviations(notes, xml, { root: 'Entity', node: joinTable({ table, columns: nodes, order, lists }) })
  const folder = folderOf(yamlPathOf(xml.path, true))
  const tableName = xml.path.split('/')[1] ?? ''
  if (nameOfTable(table) !== tableName) notes.tables[tableName.toLowerCase()] = tableName
  add(conversion, `${folder}/Entity.yml`, { root: 'Entity', node: table })
  for (const [name, column] of columns) add(conversion, `${folder}/attributes/${name}.yml`, column)
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

/** One file a relationship where they say all that the lists of the XML layout say; else those lists as they are. */
function addRelationships(conversion: Conversion, lists: readonly PackageFile[]): void {
  const all = lists.flatMap((file) => (file.path === relationshipIndex ? [] : relationshipsIn(file)))
  const files = relationshipFiles(all)
  const rebuilt = relationshipDocuments(all)
  const isSame = rebuilt.size === lists.length && lists.every((file) => saysSame(file, rebuilt.get(file.path)))
  if (files !== undefined && isSame) for (const [path, document] of files) add(conversion, path, document)
  else for (const file of lists) addOther(conversion, file)
}

function relationshipsIn(file: PackageFile): YamlList {
  const xml = readSplitOut(file)
  return xml === undefined ? [] : entriesOf(documentOfXml(xml.path, xml.root).node, 'EntityRelationship')
}

function saysSame({ path, bytes }: PackageFile, document: YamlDocument | undefined): boolean {
  return document !== undefined && saysAllOf(path, document, bytes)
}

function relationshipFiles(all: readonly YamlNode[]): Map<string, YamlDocument> | undefined {
  const files = new Map<string, YamlDocument>()
  const taken = new Set<string>()
  for (const node of all) {
    const name = relationshipName(node)
    if (name === undefined || !isFileName(name) || taken.has(name.toLowerCase())) return undefined
    taken.add(name.toLowerCase())
    files.set(`entityrelationships/${name}.yml`, { root: 'EntityRelationship', node })
  }
  return files
}

function tableNamesOf(files: readonly PackageFile[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const { path } of files) {
    const [top, table, file] = path.split('/')
    if (top === 'Entities' && table !== undefined && file === 'Entity.xml') names.set(table.toLowerCase(), table)
  }
  return names
}
