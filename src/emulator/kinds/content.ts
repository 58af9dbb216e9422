import type { ComponentPart, PackageFile, XmlElement, XmlNode } from '#format'
import type { ReadTransaction, Transaction } from '../store/store.ts'

/** Compact XML: `[name, attributes, children, isSelfClosed]`; text as a string, CDATA as `{c}`, a comment as `{n}`, an instruction as `{i}`. */
type CompactNode = string | { readonly c: string } | { readonly n: string } | { readonly i: string } | CompactElement
type CompactElement = readonly [name: string, attributes: readonly string[], children: readonly CompactNode[], isSelfClosed: 0 | 1]

interface StoredPart {
  readonly kind: string
  readonly key: string
  readonly displayName?: string
  readonly parent?: string
  readonly section: readonly string[]
  readonly xml?: CompactElement
  readonly files: readonly (readonly [path: string, digest: string])[]
}

/** Stores one say about a component under the digest of its content, so that equal layers and environments share it. */
export function putPart(tx: Transaction, part: ComponentPart): string {
  const known = digests.get(part)
  // Its files were stored before it, so they are there, too.
  const digest = known !== undefined && tx.hasBlob(known) ? known : storePart(tx, part)
  digests.set(part, digest)
  remember(digest, part)
  return digest
}

/** Of parts that were stored by this process: a solution file goes into one environment after the other. */
const digests = new WeakMap<ComponentPart, string>()

function storePart(tx: Transaction, part: ComponentPart): string {
  const stored: StoredPart = {
    kind: part.kind,
    key: part.key,
    ...(part.displayName === undefined ? {} : { displayName: part.displayName }),
    ...(part.parent === undefined ? {} : { parent: part.parent }),
    section: part.section,
    ...(part.xml === undefined ? {} : { xml: compact(part.xml) }),
    files: part.files.map((file) => [file.path, tx.putBlob(file.bytes)] as const),
  }
  return tx.putBlob(Buffer.from(JSON.stringify(stored)))
}

/** The part with its files; throws when the store lost a blob, which it never may. */
export function readPart(tx: ReadTransaction, digest: string): ComponentPart {
  return recentParts.get(digest) ?? readStoredPart(tx, digest)
}

/** As {@link readPart}; `atHand` is given where the digest is that of its content. */
export function partOf(tx: ReadTransaction, digest: string, atHand: ComponentPart): ComponentPart {
  return digests.get(atHand) === digest ? atHand : readPart(tx, digest)
}

/** As {@link readPart}, always from the store: its texts are copies of their own, which keep no solution file in memory. */
export function readStoredPart(tx: ReadTransaction, digest: string): ComponentPart {
  const stored = readStored(tx, digest)
  const files = stored.files.map(([path, fileDigest]): PackageFile => ({ path, bytes: blobOf(tx, fileDigest) }))
  return {
    kind: stored.kind,
    key: stored.key,
    displayName: stored.displayName,
    parent: stored.parent,
    section: stored.section,
    xml: stored.xml === undefined ? undefined : expand(stored.xml),
    files,
  }
}

/** The parts stored last: saving a component reads what was put a moment ago several times. A digest names its content for good. */
const recentParts = new Map<string, ComponentPart>()
const maxRecent = 16

function remember(digest: string, part: ComponentPart): void {
  const [oldest] = recentParts.size < maxRecent ? [] : recentParts.keys()
  if (oldest !== undefined) recentParts.delete(oldest)
  recentParts.set(digest, part)
}

function readStored(tx: ReadTransaction, digest: string): StoredPart {
  // Written by putPart only, and named by its own hash.
  return JSON.parse(Buffer.from(blobOf(tx, digest)).toString('utf8')) as StoredPart
}

function blobOf(tx: ReadTransaction, digest: string): Uint8Array {
  const bytes = tx.blob(digest)
  if (bytes === undefined) throw new Error(`The emulator's store has lost blob ${digest}.`)
  return bytes
}

function compact(element: XmlElement): CompactElement {
  const attributes = element.attributes.flatMap((attribute) => [attribute.name, attribute.value])
  return [element.name, attributes, element.children.map(compactNode), element.isSelfClosed ? 1 : 0]
}

function compactNode(node: XmlNode): CompactNode {
  switch (node.type) {
    case 'element':
      return compact(node)
    case 'text':
      return node.text
    case 'cdata':
      return { c: node.text }
    case 'comment':
      return { n: node.text }
    case 'instruction':
      return { i: node.text }
  }
}

function expand([name, flat, children, isSelfClosed]: CompactElement): XmlElement {
  const attributes = []
  for (let i = 0; i < flat.length; i += 2) attributes.push({ name: flat[i] ?? '', value: flat[i + 1] ?? '' })
  return { type: 'element', name, attributes, children: children.map(expandNode), isSelfClosed: isSelfClosed === 1 }
}

function expandNode(node: CompactNode): XmlNode {
  if (typeof node === 'string') return { type: 'text', text: node }
  if ('c' in node) return { type: 'cdata', text: node.c }
  if ('n' in node) return { type: 'comment', text: node.n }
  if ('i' in node) return { type: 'instruction', text: node.i }
  return expand(node)
}
