import type { XmlElement } from '../package.ts'

/** How one component kind lies in customizations.xml: where, under which element, and by what it is known. */
export interface KindFormat {
  readonly kind: string
  /** Element names from the root of customizations.xml down to its container; empty when it stands directly in the root. */
  readonly section: readonly string[]
  readonly elementName: string
  /** Its identity; undefined leaves the element where it is. `ownerKey` is the key of the component that it lies in. */
  keyOf(xml: XmlElement, ownerKey: string | undefined): string | undefined
  nameOf(xml: XmlElement): string | undefined
  /** Folders of the zip that are its own whole, with a slash at the end; files that its XML names by path are found without this. */
  foldersOf?(xml: XmlElement): readonly string[]
  /** Prefixes of further files that are its own though its XML does not name them. */
  filePrefixesOf?(xml: XmlElement): readonly string[]
}
