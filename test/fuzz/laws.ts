import { errorCode, errorMessage } from '#domain/kernel'
import { memoryTree, openZip, type PackageFile, type PackWarning, packSolution, readZip, unpackSolution, writeZip } from '#format'
import { toXmlLayout, toYamlLayout } from '../../src/format/yaml/index.ts'
import type { Base } from './bases.ts'
import { canonicalXml } from './canonical-xml.ts'
import { editFiles, type FileEdit } from './file-edits.ts'

/** What reading, unpacking and packing must hold for any zip that they take. Answers `ok`, or how packing what was unpacked was refused. */
export async function demandRoundTripOfZip(zip: Uint8Array): Promise<string> {
  const read = await readZip(zip)
  demandSafe(read)
  const source = await collect(unpackSolution(openZip(zip)))
  demandSafe(source)
  demandApart(source)
  const packed = await packAgain(source)
  if (typeof packed === 'string') return packed
  demandSame(read, packed)
  demandEqual(await collect(unpackSolution(memoryTree(packed))), source, 'unpacked again')
  demandEqual(await readZip(await writeZip(packed)), packed, 'written as a zip and read')
  return 'ok'
}

/** A folder of both forms gives back each of them. */
export async function demandRoundTripOfBoth(unmanaged: Uint8Array, managed: Uint8Array): Promise<string> {
  const source = await collect(unpackSolution(openZip(unmanaged), { type: 'both', managed: openZip(managed) }))
  demandSafe(source)
  demandApart(source)
  for (const [type, zip] of [
    ['unmanaged', unmanaged],
    ['managed', managed],
  ] as const) {
    const packed = await packAgain(source, type)
    if (typeof packed === 'string') return packed
    demandSame(await readZip(zip), packed)
  }
  return 'ok'
}

/** The same for any folder that is packed; and nothing that lies in it gets lost. */
export async function demandRoundTripOfFolder(files: readonly PackageFile[]): Promise<string> {
  const folder = onePerPath(files)
  const warnings: PackWarning[] = []
  const packed = await collect(packSolution(memoryTree(folder), { onWarning: (warning) => warnings.push(warning) }))
  demandSafe(packed)
  demandApart(packed)
  demandEqual(await collect(packSolution(memoryTree([...folder].reverse()))), packed, 'packed from the other end')
  const source = await collect(unpackSolution(memoryTree(packed)))
  demandSafe(source)
  // What two files say of one component is carried, in a form of its own.
  if (!source.some(({ path }) => path.startsWith('.drover/'))) demandKept(withoutLeftOut(folder, warnings), source)
  const again = await packAgain(source)
  if (typeof again === 'string') return again
  demandSame(packed, again)
  demandEqual(await collect(unpackSolution(memoryTree(again))), source, 'unpacked again')
  return warnings.length === 0 ? 'ok' : 'ok, warned'
}

/** YAML and back gives the folder; so it does for what an edited YAML folder means, when it means something. */
export async function demandRoundTripOfYaml(source: readonly PackageFile[], edits: readonly FileEdit[]): Promise<string> {
  const edited = onePerPath(editFiles(toYamlLayout(source), edits))
  demandEqual(await toXmlLayout(memoryTree(toYamlLayout(source))), source, 'turned to YAML and back')
  const meant = await toXmlLayout(memoryTree(edited))
  demandSafe(meant)
  demandEqual(await toXmlLayout(memoryTree([...edited].reverse())), meant, 'read from the other end')
  const again = toYamlLayout(meant)
  demandSafe(again)
  demandEqual(await toXmlLayout(memoryTree(again)), meant, 'turned to YAML and back')
  await collect(packSolution(memoryTree(meant)))
  return 'ok'
}

const sources = new Map<string, Promise<PackageFile[]>>()

/** The base as a folder of source. */
export function sourceOf(base: Base): Promise<PackageFile[]> {
  const known = sources.get(base.name) ?? collect(unpackSolution(memoryTree(base.files)))
  sources.set(base.name, known)
  return known
}

/** As a file system has it: the last one that was written there. */
function onePerPath(files: readonly PackageFile[]): PackageFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()]
}

export async function collect(files: AsyncIterable<PackageFile>): Promise<PackageFile[]> {
  const all: PackageFile[] = []
  for await (const file of files) all.push(file)
  return all
}

/** What may be wrong with a zip so that it unpacks, and its folder is refused: the solution itself says two things. */
const contradictions: ReadonlySet<string> = new Set(['solution.component-not-listed', 'solution.file-missing'])

async function packAgain(source: readonly PackageFile[], type?: 'managed' | 'unmanaged'): Promise<PackageFile[] | string> {
  try {
    return await collect(packSolution(memoryTree(source), type === undefined ? {} : { type }))
  } catch (error) {
    if (contradictions.has(errorCode(error))) return `ok, then ${errorCode(error)}`
    if (errorCode(error) === 'unexpected') throw error
    throw new Error(`law: what was unpacked cannot be packed: ${errorCode(error)} ${errorMessage(error)}`)
  }
}

/** Every path stays in its folder, on every system. */
function demandSafe(files: readonly PackageFile[]): void {
  for (const { path } of files) {
    const isSafe = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
    if (!isSafe || /[\\\u0000-\u001f]/.test(path) || /^[a-z]:/i.test(path))
      throw new Error(`law: a path is not safe: ${JSON.stringify(path)}`)
  }
}

/** No two files are one where capitals do not count, and none lies inside of another. */
function demandApart(files: readonly PackageFile[]): void {
  const seen = new Set<string>()
  for (const { path } of files) {
    const folded = path.normalize('NFC').toLowerCase()
    if (seen.has(folded)) throw new Error(`law: two files of one path: ${path}`)
    seen.add(folded)
  }
  for (const path of seen) {
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      if (seen.has(path.slice(0, at))) throw new Error(`law: a file is also a folder: ${path.slice(0, at)}`)
    }
  }
}

/** The files of a zip and of its round trip: the same, the manifests as unordered XML; [Content_Types].xml follows from the others. */
function demandSame(before: readonly PackageFile[], after: readonly PackageFile[]): void {
  const late = byPath(after)
  const early = byPath(before)
  for (const [path, bytes] of early) {
    const twin = late.get(path)
    if (twin === undefined) throw new Error(`law: a file is lost: ${path}`)
    const isSame = manifest.test(path) ? manifestForm(bytes) === manifestForm(twin) : Buffer.compare(bytes, twin) === 0
    if (!isSame) throw new Error(`law: not the same after a round trip: ${path}`)
  }
  for (const path of late.keys()) if (!early.has(path)) throw new Error(`law: a file was made up: ${path}`)
}

/** Lists of components without a component: the white space in them says nothing. */
const emptySection = /<([A-Z][A-Za-z]*s|optionsets)\|([^|<]*)\|\s+\|>/g

function manifestForm(bytes: Uint8Array): string {
  return canonicalXml(bytes).replace(emptySection, '<$1|$2||>')
}

const manifest = /^(solution|customizations)\.xml$/i

/** The manifests are known by their names in any capitals. */
function byPath(files: readonly PackageFile[]): Map<string, Uint8Array> {
  const kept = files.filter(({ path }) => path.toLowerCase() !== '[content_types].xml')
  return new Map(kept.map(({ path, bytes }) => [manifest.test(path) ? path.toLowerCase() : path, bytes]))
}

/** Byte for byte, in whatever order. */
export function demandEqual(after: readonly PackageFile[], before: readonly PackageFile[], when: string): void {
  const late = new Map(after.map(({ path, bytes }) => [path, bytes]))
  for (const { path, bytes } of before) {
    const twin = late.get(path)
    if (twin === undefined) throw new Error(`law: a file is lost when ${when}: ${path}`)
    if (Buffer.compare(bytes, twin) !== 0) throw new Error(`law: a file is another when ${when}: ${path}`)
  }
  if (after.length !== before.length) throw new Error(`law: ${after.length - before.length} files more when ${when}`)
}

/** The content of every file is there still, wherever it lies; of XML, as unordered XML. The manifest and the index may be put in order. */
function demandKept(before: readonly PackageFile[], after: readonly PackageFile[]): void {
  const left = after.flatMap(contentsOf)
  for (const file of before) {
    if (/^(Other\/(Solution|Customizations|Relationships)\.xml|\.drover\/.*)$/i.test(file.path)) continue
    for (const content of contentsOf(file)) {
      const at = left.indexOf(content)
      if (at < 0) throw new Error(`law: the content of a file is lost: ${file.path}`)
      left.splice(at, 1)
    }
  }
}

/** Packing said that it leaves them out. */
function withoutLeftOut(folder: readonly PackageFile[], warnings: readonly PackWarning[]): PackageFile[] {
  const leftOut = new Set(warnings.flatMap(({ code, path }) => (code === 'solution.other-package-type' ? [path] : [])))
  return folder.filter(({ path }) => !leftOut.has(path))
}

/** A relationship lies in the file of the table that it names, whichever file it was written to. */
function contentsOf(file: PackageFile): string[] {
  const content = contentOf(file)
  return content.startsWith('<EntityRelationships|')
    ? content
        .split(/(?=<EntityRelationship\|)/)
        .slice(1)
        .map((one) => one.replace(/>+$/, ''))
    : [content]
}

function contentOf({ path, bytes }: PackageFile): string {
  const isXml = /\.xml$/i.test(path) && Buffer.from(bytes.subarray(0, 64)).includes('<')
  if (!isXml) return Buffer.from(bytes).toString('latin1')
  // Unpacking writes the xsi namespace into every root. An Entity.xml marks the places of what lies in files beside it; the marks may
  // come or go with those files.
  const form = canonicalXml(bytes)
    // What stands outside of the root is the file's own.
    .replace(/^<\|\|\|(?:<!--[^]*?-->|<\?[^]*?\?>)*/, '')
    .replace(/\|xmlns:xsi=[^|]*(?=\|)/, '|')
    .replace(/\|{2,}/g, '|')
  return form.replace(/<(FormXml|SavedQueries|Visualizations|RibbonDiffXml)\|>/g, '')
}
