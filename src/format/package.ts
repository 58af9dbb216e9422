import type { BegunPacking } from './zip/begun-packing.ts'

/** An XML tree that keeps what a faithful writer needs. Text and attribute values are decoded; comments and CDATA are kept. */
export interface XmlElement {
  readonly type: 'element'
  readonly name: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlNode[]
  /** Written as `<a/>`, not as `<a></a>`: the two are told apart by SolutionPackager. */
  readonly isSelfClosed: boolean
}

export interface XmlAttribute {
  readonly name: string
  readonly value: string
}

export type XmlNode =
  | XmlElement
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'cdata'; readonly text: string }
  | { readonly type: 'comment'; readonly text: string }
  /** A processing instruction, without its `<?` and `?>`. */
  | { readonly type: 'instruction'; readonly text: string }

export interface PackageFile {
  /** Path inside the solution zip, with forward slashes. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** A file whose packing began before its path in the zip was known. */
export interface BegunFile extends PackageFile {
  readonly begun: BegunPacking
}

/** A file that is made while it is read. A piece is good until the next one, or the file after it, is asked for. */
export interface FileInPieces {
  readonly path: string
  readonly pieces: AsyncIterable<Uint8Array>
}

/**
 * One component as a solution file carries it: its own XML without the components inside it, and its files.
 * The unit that layers stack on and that an export is composed from.
 */
export interface ComponentPart {
  /** Layer-table name: Entity, Attribute, SystemForm, SavedQuery, SavedQueryVisualization, EntityRelationship, OptionSet, Role, Workflow, WebResource, … */
  readonly kind: string
  /** Stable identity: logical or schema name, or a guid in lower case without braces. An attribute's key is `<table>.<column>`, lower case. */
  readonly key: string
  readonly displayName: string | undefined
  /** `kind:key` of the part that it is written into (an attribute's table); undefined at the top. */
  readonly parent: string | undefined
  /** Names of the elements from the root of customizations.xml down to its container, for example ['Entities'] or ['Entities', 'Entity', 'EntityInfo', 'entity', 'attributes']; empty when it lives in files only or directly in the root. Containers of one name that stand side by side are told apart: 'forms[type=main]', 'forms[type=main]#2'. */
  readonly section: readonly string[]
  readonly xml: XmlElement | undefined
  readonly files: readonly PackageFile[]
}

/** A solution file taken apart, without loss. */
export interface SolutionPackage {
  /** ImportExportXml of solution.xml, whole. */
  readonly manifest: XmlElement
  /** ImportExportXml of customizations.xml with every section emptied of parts, in its own order. */
  readonly skeleton: XmlElement
  /** In document order. */
  readonly parts: readonly ComponentPart[]
  /** Files that belong to no component. */
  readonly otherFiles: readonly PackageFile[]
}
