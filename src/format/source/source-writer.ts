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
   * names that stand in the solution: none may lead out of the tree, or into the workings of Git.
   */
  take(paths: readonly string[]): boolean {
    for (const path of paths) this.#refuseEscape(path)
    // Reading the folder would skip it.
    if (paths.some(isFolderNoise)) return false
    return this.#claims.take(paths)
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

export const prolog = '\uFEFF<?xml version="1.0" encoding="utf-8"?>\n'
