import type { Fact } from '#domain/difference'
import type { ComponentPart, PackageFile, XmlElement } from '../package.ts'
import { pathNamed } from '../path-named.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { openedCanvasApp } from './canvas-app.ts'
import { digestFact } from './canvas-app-files.ts'
import { digestOfBytes } from './digest.ts'
import { describeFlowFile } from './flow.ts'
import { jsonFacts } from './flatten-json.ts'
import { flattenElement } from './flatten-xml.ts'
import { escaped, type Spot } from './spot.ts'
import { attributeOf, childText } from '../xml/tree.ts'
import { termOf } from './terms.ts'
import { describeXaml } from './xaml.ts'

/** A file of a component, under a name that says what it is for: paths inside the zip are made by the platform. */
interface NamedFile {
  readonly file: PackageFile
  readonly spot: Spot
}

/** The files of a part, named by the elements that name them, and those elements. */
export function filesOf(part: ComponentPart): { elements: ReadonlySet<XmlElement>; named: readonly NamedFile[] } {
  const elements = new Set<XmlElement>()
  const byPath = new Map(part.files.map((file) => [file.path.toLowerCase(), file]))
  const named = new Map<PackageFile, NamedFile>()
  const taken = new Map<string, number>()
  for (const element of part.xml === undefined ? [] : leavesOf(part.xml)) {
    const [only] = element.children
    const file = only?.type === 'text' ? byPath.get(pathIn(only.text)) : undefined
    if (file === undefined) continue
    elements.add(element)
    if (!named.has(file)) named.set(file, { file, spot: unique(taken, nameBy(element, file, part), wordsBy(element, file, part)) })
  }
  for (const file of part.files) {
    if (named.has(file)) continue
    const own = ownName(part, file.path)
    named.set(file, { file, spot: unique(taken, own, own) })
  }
  return { elements, named: [...named.values()] }
}

// Lists of files: what tells them apart is the name of the file itself.
const listsOfFiles: ReadonlySet<string> = new Set(['AdditionalUri', 'CodeAppPackageUri'])

function nameBy(element: XmlElement, file: PackageFile, part: ComponentPart): string {
  return listsOfFiles.has(element.name) ? shortName(file, part) : element.name
}

function wordsBy(element: XmlElement, file: PackageFile, part: ComponentPart): string {
  if (listsOfFiles.has(element.name)) return `file ${shortName(file, part)}`
  return termOf(part.kind, element.name).words || 'definition'
}

/** `new_app_1_AdditionalUris0_identity.json` → `additionaluris0_identity.json`; of a code app the path in what was built. */
function shortName(file: PackageFile, part: ComponentPart): string {
  const path = file.path.toLowerCase()
  const own = `${part.key.toLowerCase()}_`
  const built = `canvasapps/${own}codeapppackages/`
  if (path.startsWith(built)) return path.slice(built.length)
  const name = path.replace(/^.*\//, '')
  return name.startsWith(own) ? name.slice(own.length) : name
}

function unique(taken: Map<string, number>, name: string, words: string): Spot {
  const count = (taken.get(name) ?? 0) + 1
  taken.set(name, count)
  return { path: `file[${escaped(count === 1 ? name : `${name}#${count}`)}]`, words }
}

function pathIn(text: string): string {
  return pathNamed(text).toLowerCase()
}

function leavesOf(root: XmlElement): XmlElement[] {
  const leaves: XmlElement[] = []
  const open: XmlElement[] = [root]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const elements = at.children.filter((node) => node.type === 'element')
    if (elements.length === 0 && at.children.length === 1) leaves.push(at)
    for (let i = elements.length - 1; i >= 0; i--) {
      const inner = elements[i]
      if (inner !== undefined) open.push(inner)
    }
  }
  return leaves
}

/** Without the folder of the component; the key may stand in it, and ids in names are of no interest. */
function ownName(part: ComponentPart, path: string): string {
  const inFolder = part.xml === undefined ? path.split('/').slice(path.split('/').length > 2 ? 2 : 1) : [path]
  return inFolder.join('/').toLowerCase()
}

/** Facts of the files: canvas apps are opened now, since that takes waiting; the rest is made when it is asked for. */
export async function fileFacts(part: ComponentPart, files: readonly NamedFile[]): Promise<() => Fact[]> {
  const opened = new Map<NamedFile, readonly Fact[]>()
  for (const one of files) {
    if (!/\.msapp$/i.test(one.file.path)) continue
    opened.set(one, await appFileFacts(one))
  }
  return () => files.flatMap((one) => opened.get(one) ?? factsOfFile(one.file, one.spot, part.kind))
}

/** What an app says, and its bytes for the case that the app of the other side cannot be opened. */
async function appFileFacts({ file, spot }: NamedFile): Promise<Fact[]> {
  const { facts, problem } = await openedCanvasApp(file.bytes)
  const bytes = await digestFact(file)
  const whole: Fact = { ...bytes, path: `${spot.path}#bytes`, words: spot.words, whole: { below: spot.path, noun: 'app', problem } }
  if (problem !== undefined) return [whole]
  const placed = facts.map((fact) => ({
    ...fact,
    path: `${spot.path}/${fact.path}`,
    ...(fact.within === undefined ? {} : { within: `${spot.path}/${fact.within}` }),
  }))
  return [...placed, whole]
}

/** Facts of any file: JSON and XML by what they say, text by lines, anything else by a digest of its bytes. */
export function factsOfFile(file: PackageFile, spot: Spot, kind = 'Files'): Fact[] {
  const text = textOf(file.bytes)
  if (kind === 'Workflow' && /\.json$/i.test(file.path))
    return describeFlowFile(file.bytes).map((fact) => ({ ...fact, path: `${spot.path}/${fact.path}` }))
  if (text === undefined) return [{ ...spot, shape: 'digest', value: `${file.bytes.length} bytes, ${digestOfBytes(file.bytes)}` }]
  const there: Fact = { path: spot.path, words: spot.words, shape: 'item', value: '' }
  const json = jsonFacts(text, { path: `${spot.path}/json`, words: spot.words })
  if (json !== undefined) return [there, ...json]
  if (kind === 'Workflow' && /\.xaml$/i.test(file.path)) return describeXaml(file, spot) ?? [{ ...spot, shape: 'text', value: text }]
  const xml = /^\s*</.test(text) && !/\.(html?|svg)$/i.test(file.path) ? parsedXml(file) : undefined
  if (xml === undefined) return [{ ...spot, shape: 'text', value: text }]
  const facts: Fact[] = [there]
  const path = `${spot.path}/${xml.name}`
  const isRow = file.path.toLowerCase().endsWith(`/${xml.name.toLowerCase()}.xml`)
  // The file of a row of a solution-aware table is the component itself, or a row below it: its words need no file name before them.
  const words = isRow ? rowWords(xml, kind) : spot.words
  const row = isRow ? { kind: xml.name, rowPath: path } : { kind }
  flattenElement({ ...row, facts, special: new Map(), depth: 0 }, xml, { path, words })
  return facts
}

/** "response property HasRole" for a row below the component; '' for the component. */
function rowWords(row: XmlElement, kind: string): string {
  if (row.name.toLowerCase() === kind.toLowerCase()) return ''
  const name = ['uniquename', 'schemaname', 'name']
    .map((one) => attributeOf(row, one) ?? childText(row, one))
    .find((one) => one !== undefined)
  return [termOf(row.name, row.name).words, name].join(' ').trim()
}

function parsedXml(file: PackageFile): XmlElement | undefined {
  try {
    return parseXml(file.bytes, file.path)
  } catch {
    return undefined
  }
}

/** The text of a file, with LF line ends and without a mark at its start; undefined for bytes that are no UTF-8 text. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8000).includes(0)) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\u0000') ? undefined : text.replace(/\r\n?/g, '\n')
  } catch {
    return undefined
  }
}
