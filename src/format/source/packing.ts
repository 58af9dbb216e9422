import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import { XmlCopier } from '../xml/copy-xml.ts'
import { rootOf } from '../xml/parse-xml.ts'
import { scanOutline, scanXml } from '../xml/scan-xml.ts'
import { nodeFlag, type XmlTape } from '../xml/tape.ts'
import { serverStyle } from '../xml/write-xml.ts'
import type { Carried } from './carried.ts'
import type { ComponentPlace } from './component-places.ts'
import type { SourceIndex } from './source-index.ts'

/** A pack under way. */
export interface Packing {
  readonly source: FileTree
  readonly index: SourceIndex
  readonly carried: Carried
  readonly copier: XmlCopier
  /** Files whose root says xmlns:xsi itself. */
  readonly ownNamespaces: ReadonlySet<string>
  /** Memory of tapes that are done with: making it anew for thousands of small files would cost more than scanning them. */
  readonly spare: Uint32Array[]
  /** Called with each component's file and element when it has been read. */
  readonly onComponent: (component: PackedComponent) => void
}

export interface PackedComponent {
  readonly section: string
  /** Undefined for tables and for sections that are one file. */
  readonly place: ComponentPlace | undefined
  readonly path: string
  readonly tape: XmlTape
  readonly item: number
  /** It stands in Other/Customizations.xml: unpacking did not split it out, for its section is there twice. */
  readonly isKept?: boolean
}

export function serverCopier(): XmlCopier {
  return new XmlCopier({ lineEnd: serverStyle.lineEnd ?? '\r\n', indent: serverStyle.indent ?? 2 })
}

export async function readTape(source: FileTree, path: string): Promise<XmlTape> {
  const bytes = source.read(path)
  return scanXml(bytes instanceof Promise ? await bytes : bytes, path)
}

/** Reads a part of the folder; to be given back with `doneWith`. */
export async function readPart({ source, spare }: Packing, path: string): Promise<XmlTape> {
  const bytes = source.read(path)
  return scanXml(bytes instanceof Promise ? await bytes : bytes, path, spare.pop())
}

/** The same, for what is copied more than read. */
export async function readOutline({ source, spare }: Packing, path: string): Promise<XmlTape> {
  const bytes = source.read(path)
  return scanOutline(bytes instanceof Promise ? await bytes : bytes, path, spare.pop())
}

/** The content of files, all of them before any is used: what is made of many small ones need not wait for each. */
export async function contentOf(source: FileTree, paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const content = new Map<string, Uint8Array>()
  for (const path of paths) {
    const bytes = source.read(path)
    content.set(path, bytes instanceof Promise ? await bytes : bytes)
  }
  return content
}

export function doneWith({ spare }: Packing, tape: XmlTape): void {
  spare.push(tape.release())
}

/** The root of a split-out file, which must be what its place says. */
export function demandRoot(tape: XmlTape, name: string): number {
  const root = rootOf(tape)
  if (tape.isNamed(root, name)) return root
  throw new DroverError('solution.bad-part', `${tape.path} begins with <${tape.name(root)}>; a file in this place begins with <${name}>.`, {
    hint: 'Move the file to the folder of its kind, or take it out of the solution.',
  })
}

/** A root of which only the content is packed: what it said itself would be lost. */
export function demandGroup(tape: XmlTape, name: string): number {
  const root = demandRoot(tape, name)
  const said = tape.attributes(root).find((attribute) => !attribute.name.startsWith('xmlns'))
  if (said === undefined) return root
  throw badPart(tape.path, `<${name}> has the attribute "${said.name}", and there is no place for it`)
}

export function badPart(path: string, problem: string): DroverError {
  return new DroverError('solution.bad-part', `${path}: ${problem}.`, {
    hint: 'Restore the file from source control, or delete it to take its component out of the solution.',
  })
}

/** Nothing is in it but white space, which says nothing, also where it is written as references. */
export function isBlank(tape: XmlTape, section: number): boolean {
  for (let at = section + 1; at < tape.next(section); at = tape.next(at)) {
    if ((tape.flags(at) & nodeFlag.text) === 0 || tape.content(at).trim() !== '') return false
  }
  return true
}

/** Every node directly inside of the element, each with its line break. */
export function copyInside(copier: XmlCopier, { tape, parent, depth }: { tape: XmlTape; parent: number; depth: number }): void {
  for (let at = parent + 1; at < tape.next(parent); at = tape.next(at)) {
    copier.lineBreak(depth)
    copier.node(tape, at, depth)
  }
}

/** The root of a split-out file without the namespace that the layout gave it. */
export function copyRoot({ copier, ownNamespaces }: Packing, { tape, path, depth }: { tape: XmlTape; path: string; depth: number }): void {
  copier.element(tape, rootOf(tape), depth, ownNamespaces.has(path) ? 'as it is' : 'dropped')
}
