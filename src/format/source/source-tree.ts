import type { XmlElement } from '../package.ts'
import { attributeOf } from '../xml/tree.ts'
import { packagerStyle, writeXml } from '../xml/write-xml.ts'

/** Files of an unpacked solution as they are collected: path → content. */
export class SourceTree {
  readonly files = new Map<string, Uint8Array>()
  /** Where files of the zip go whose place differs from their path in the zip; keys in lower case. */
  readonly moved = new Map<string, string>()
  readonly isManaged: boolean

  constructor(isManaged: boolean) {
    this.isManaged = isManaged
  }

  /** Writes an element split out of customizations.xml; its root is given the xsi namespace, as SolutionPackager does. */
  addXml(path: string, root: XmlElement): void {
    this.addPlainXml(path, withXsi(root))
  }

  addPlainXml(path: string, root: XmlElement): void {
    this.files.set(path, new TextEncoder().encode(writeXml(root, packagerStyle)))
  }

  /** `base.xml`, or `base_managed.xml` for the kinds of which both forms live side by side. */
  twinPath(base: string): string {
    return this.isManaged ? `${base}_managed.xml` : `${base}.xml`
  }

  move(zipPath: string | undefined, sourcePath: string): void {
    if (zipPath !== undefined) this.moved.set(zipPath.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase(), sourcePath)
  }
}

function withXsi(root: XmlElement): XmlElement {
  if (attributeOf(root, 'xmlns:xsi') !== undefined) return root
  return { ...root, attributes: [...root.attributes, { name: 'xmlns:xsi', value: 'http://www.w3.org/2001/XMLSchema-instance' }] }
}

/** A name as it can stand in a path on every file system. */
export function pathName(name: string): string {
  return name.replace(/[<>:"/\\|?*\x00-\x1f]/g, '_')
}
