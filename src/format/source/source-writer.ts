import type { PackageFile } from '../package.ts'
import { XmlCopier, type XsiRule } from '../xml/copy-xml.ts'
import { plannedFile } from './planned-file.ts'
import type { XmlTape } from '../xml/tape.ts'
import { packagerStyle } from '../xml/write-xml.ts'
import { safeEntryPath } from '../zip/entry-path.ts'
import { CarriedParts } from './carried-parts.ts'
import { isFolderNoise } from './folder-noise.ts'
import { PathClaims } from './path-claims.ts'
import type { FileMove } from './component-places.ts'

/** An unpack under way: which paths are taken, what moves where, and what the layout has no place for. */
export class SourceWriter {
  readonly copier = new XmlCopier({ ...copyStyle, isPlanning: true })
  readonly carried = new CarriedParts()
  readonly isManaged: boolean
  /** Files of the zip that components name. */
  readonly named = new Set<string>()
  readonly #claims = new PathClaims()
  /** The folder of the last path; '' at the top. */
  #safeFolder: string | undefined
  /** Where files of the zip go whose place differs; keys in lower case. */
  readonly #moves = new Map<string, FileMove[]>()

  constructor(isManaged: boolean) {
    this.isManaged = isManaged
  }

  /**
   * Takes all of these paths, or none when one of them is taken already: by a file, or by a folder of that name. Paths are made of
   * names that stand in the solution: one that some system cannot hold is not taken either, and one that would lead out of the tree, or
   * into the workings of Git, is refused.
   */
  take(paths: readonly string[]): boolean {
    if (!paths.every((path) => this.canHold(path))) return false
    return this.#claims.take(paths)
  }

  /** Whether every system can hold a file of this path, and reading the folder would not skip it. */
  canHold(path: string): boolean {
    if (oddOnWindows.test(path)) return false
    this.#refuseEscape(path)
    return !isFolderNoise(path)
  }

  /** What makes a path unsafe lies within one name, so that the names of a folder are judged once, not with each file in it. */
  #refuseEscape(path: string): void {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    if (folder === this.#safeFolder) safeEntryPath(path.slice(folder.length))
    else {
      safeEntryPath(path)
      this.#safeFolder = folder
    }
  }

  move(move: FileMove): void {
    const key = move.zipPath.toLowerCase()
    const known = this.#moves.get(key)
    if (known === undefined) this.#moves.set(key, [move])
    else known.push(move)
  }

  /** Where components say that a file of the zip lies in the layout; undefined when none says anything. */
  movesOf(zipPath: string): readonly FileMove[] | undefined {
    return this.#moves.get(zipPath.toLowerCase())
  }

  /** `base.xml`, or `base_managed.xml` for the kinds of which both forms live side by side. */
  twinPath(base: string): string {
    return this.isManaged ? `${base}_managed.xml` : `${base}.xml`
  }

  /** The element as a file; its root is given the xsi namespace, as SolutionPackager does. */
  file(path: string, tape: XmlTape, item: number): PackageFile {
    return this.xmlFile(path, () => this.copier.element(tape, item, 0, this.namespaceFor(path, tape, item)))
  }

  /** What `write` writes with the copier, as a file. */
  xmlFile(path: string, write: () => void): PackageFile {
    this.copier.text(prolog)
    write()
    return plannedFile(path, this.copier.takePlan())
  }

  /** The element as lines of text. */
  lines(tape: XmlTape, item: number): string[] {
    this.copier.element(tape, item, 0)
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.copier.take()).split('\n')
  }

  /** What the root of a split-out file is given in addition. One that has it already is noted, so that packing leaves it there. */
  namespaceFor(path: string, tape: XmlTape, item: number): XsiRule {
    if (!tape.hasAttribute(item, 'xmlns:xsi')) return 'added'
    this.carried.ownNamespaces.push(path)
    return 'as it is'
  }
}

const copyStyle = { lineEnd: packagerStyle.lineEnd ?? '\n', indent: packagerStyle.indent ?? 2 }

/**
 * Names that components may have, and files may not have on Windows: those of devices, with a colon, with a dot or space at the end.
 * https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
const oddOnWindows = /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:[./]|$)|:|[^./][. ]+(?:\/|$)/i

export const prolog = '\uFEFF<?xml version="1.0" encoding="utf-8"?>\n'
