import { DroverError } from '#domain/kernel'
import { emptySkeleton } from '../compose-customizations.ts'
import type { FileTree } from '../file-tree.ts'
import type { PackageFile } from '../package.ts'
import { carriedPath } from '../source/carried.ts'
import { badYaml } from './bad-yaml.ts'
import { noteOf, readSidecar, sidecarFile, type Sidecar } from './carried-yaml.ts'
import { withZipNames } from './component-files.ts'
import { isDocumentPath, isInPackagerShape } from './document-paths.ts'
import { placeByContent } from './foreign-shapes.ts'
import { addTables, isTableFile } from './join-tables.ts'
import { xmlPathOf } from './layout-paths.ts'
import { placeFiles } from './place-files.ts'
import { relationshipDocuments } from './relationships.ts'
import { bareId, refuseWithoutSource } from './root-sources.ts'
import { joinSolution, type SolutionFiles } from './solution-files.ts'
import { findPath, solutionTree } from './source-tree.ts'
import { wrapped } from './wrapped-items.ts'
import { addDocument, addFile, newConversion, readDocument, type ToXmlOptions, type XmlConversion } from './xml-conversion.ts'
import { documentOfXml } from './xml-file.ts'
import { entryOf, textOfNode, type YamlDocument, type YamlNode } from './yaml-node.ts'

/**
 * The files of a solution in the XML layout, from a tree in the YAML layout of Dataverse Git integration: as `toYamlLayout` writes
 * it, as Dataverse commits it, or edited by hand. Nothing that lies in the tree is left out without an error.
 */
export async function toXmlLayout(tree: FileTree, options: ToXmlOptions = {}): Promise<PackageFile[]> {
  const source = await solutionTree(tree, options.solution)
  const sidecar = await readOwnSidecar(tree)
  const conversion = newConversion(tree, source, { sidecar, options })
  warnOfIgnored(conversion)
  const documents = source.paths.filter((path) => noteOf(conversion.notes.copies, path) === undefined && isDocumentPath(path))
  const manifest = await addManifest(conversion)
  await addTables(conversion, documents)
  await addRelationships(conversion, documents)
  for (const path of documents) if (!isTableFile(path) && !isRelationshipFile(path)) await addComponent(conversion, path)
  await addCopies(conversion, new Set(documents))
  refuseWithoutSource(manifest, conversion)
  if (!conversion.files.has(skeletonPath)) addDocument(conversion, skeletonPath, documentOfXml(skeletonPath, emptySkeleton()))
  addSidecar(conversion, sidecar)
  return [...conversion.files].map(([path, bytes]) => ({ path, bytes })).sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
}

const skeletonPath = 'Other/Customizations.xml'

async function readOwnSidecar(tree: FileTree): Promise<Sidecar> {
  return tree.paths.includes(carriedPath) ? readSidecar(await tree.read(carriedPath)) : {}
}

function warnOfIgnored({ source, options }: XmlConversion): void {
  for (const path of source.ignored) {
    if (path.startsWith('.') || !path.includes('/')) continue
    const message = `${path} lies in no folder of components and is not packed.`
    options.onWarning?.({ code: 'solution.not-listed', message, path })
  }
}

async function addManifest(conversion: XmlConversion): Promise<SolutionFiles> {
  const { tree, source } = conversion
  const folder = `solutions/${source.solution}`
  const solutionPath = findPath(tree.paths, `${folder}/solution.yml`) ?? ''
  const solution = await readDocument(conversion, solutionPath)
  const publisherName = textOfNode(entryOf(solution.node, 'SolutionManifest', 'Publisher', 'UniqueName'))
  const publisher = publisherName === undefined ? undefined : await readIfThere(conversion, `publishers/${publisherName}/publisher.yml`)
  if (publisherName !== undefined && publisher === undefined) throw noPublisher(solutionPath, publisherName)
  const rootComponents = await readIfThere(conversion, `${folder}/rootcomponents.yml`)
  const missingDependencies = await readIfThere(conversion, `${folder}/missingdependencies.yml`)
  const files = {
    solution,
    ...(publisher !== undefined && { publisher }),
    ...(rootComponents !== undefined && { rootComponents }),
    ...(missingDependencies !== undefined && { missingDependencies }),
  }
  addDocument(conversion, 'Other/Solution.xml', joinSolution(files))
  return files
}

async function readIfThere(conversion: XmlConversion, wanted: string): Promise<YamlDocument | undefined> {
  const path = findPath(conversion.tree.paths, wanted)
  return path === undefined ? undefined : readDocument(conversion, path)
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

function isRelationshipFile(path: string): boolean {
  return /^entityrelationships\//i.test(path)
}

async function addRelationships(conversion: XmlConversion, documents: readonly string[]): Promise<void> {
  const all: YamlNode[] = []
  for (const path of documents.filter(isRelationshipFile)) {
    const { root, node } = await readDocument(conversion, path)
    if (root !== 'EntityRelationship') throw badYaml({ path }, `an "EntityRelationship" is expected in it, not "${root}".`)
    all.push(node)
  }
  for (const [path, document] of relationshipDocuments(all)) addDocument(conversion, path, document)
}

async function addComponent(conversion: XmlConversion, path: string): Promise<void> {
  const document = await readDocument(conversion, path)
  const isOurs = isInPackagerShape(path)
  const exported = withZipNames(document)
  const xmlPath = isOurs ? xmlPathOf(path, true, conversion.tableNames) : placeByContent(path, exported, conversion.tableNames)
  if (xmlPath === undefined) throw badYaml({ path }, `"${document.root}" is no component that belongs here.`, unknownPlace)
  noteSource(conversion, document)
  if (!isOurs || exported !== document) await placeFiles(conversion, { path, document })
  addDocument(conversion, xmlPath, wrapped(xmlPath, exported))
}

const unknownPlace = 'Put it into the folder of its kind, with the name or id of the component in it, or take it out of the solution.'

function noteSource({ found }: XmlConversion, { root, node }: YamlDocument): void {
  const id = entryOf(node, root === 'PluginAssembly' ? '@PluginAssemblyId' : '@SdkMessageProcessingStepId')
  if (typeof id === 'string') found.add(bareId(id))
}

async function addCopies(conversion: XmlConversion, documents: ReadonlySet<string>): Promise<void> {
  const { tree, source, notes, tableNames, moved } = conversion
  for (const path of source.paths) {
    if (documents.has(path)) continue
    const noted = noteOf(notes.copies, path)
    const target = noted ?? (moved.has(path) ? moved.get(path) : xmlPathOf(path, false, tableNames))
    if (target !== undefined) addFile(conversion, target, await tree.read(path))
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
