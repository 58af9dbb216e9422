import { parseJson } from '../json-value.ts'
import type { PackageFile, XmlElement } from '../package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { writeXml } from '../xml/write-xml.ts'
import { isSameJson, mergeJson } from './merge-json.ts'
import { mergeLines } from './merge-lines.ts'
import { mergeElements, type MergeNotes } from './merge-xml.ts'
import { pick, type Versions } from './pick.ts'

/** A file of a component, which may be absent in any of the three; XML, JSON and the lines of text web resources are merged inside, all else is taken whole. */
export function mergeFile(notes: MergeNotes, versions: Versions<PackageFile | undefined>): PackageFile | undefined {
  const { base, theirs, ours } = versions
  const side = pick(versions, isSameFile)
  if (side !== 'both') return side === 'theirs' ? theirs : ours
  if (base !== undefined && theirs !== undefined && ours !== undefined) {
    const merged = mergeInside(notes, { base, theirs, ours }) ?? mergeText(notes, { base, theirs, ours })
    if (merged !== undefined) return merged
  }
  notes.conflicts.push({
    component: notes.component,
    where: (ours ?? theirs ?? base)?.path ?? '',
    base: textOfFile(base),
    theirs: textOfFile(theirs),
    ours: textOfFile(ours),
  })
  return ours
}

/** Undefined when it cannot be read as what its name says. */
function mergeInside(notes: MergeNotes, { base, theirs, ours }: Versions<PackageFile>): PackageFile | undefined {
  const isXml = /\.xml$/i.test(ours.path)
  const text = new TextDecoder().decode(ours.bytes)
  if (isXml) {
    const trees = [base, theirs, ours].map(treeOfFile)
    if (!isWhole(trees)) return undefined
    const merged = mergeElements(notes, { base: trees[0], theirs: trees[1], ours: trees[2] })
    const style = styleOf(text)
    const isAsBefore = writeXml(merged, style) === writeXml(trees[2], style)
    return isAsBefore ? ours : { path: ours.path, bytes: encode(writeXml(merged, style)) }
  }
  const values = { base: parseJson(base.bytes), theirs: parseJson(theirs.bytes), ours: parseJson(ours.bytes) }
  if (Object.values(values).includes(undefined)) return undefined
  const merged = mergeJson(notes, values, ours.path)
  return isSameJson(merged, values.ours)
    ? ours
    : { path: ours.path, bytes: encode(JSON.stringify(merged, null, text.includes('\n') ? 2 : 0)) }
}

/** Scripts, styles and pages; what else is text has an order or ids that lines know nothing of. */
function mergeText({ kind }: MergeNotes, { base, theirs, ours }: Versions<PackageFile>): PackageFile | undefined {
  if (kind.toLowerCase() !== 'webresource') return undefined
  const merged = mergeLines({ base: base.bytes, theirs: theirs.bytes, ours: ours.bytes })
  return merged === undefined ? undefined : { path: ours.path, bytes: merged }
}

function isWhole(trees: readonly (XmlElement | undefined)[]): trees is readonly [XmlElement, XmlElement, XmlElement] {
  return trees.length === 3 && trees.every((tree) => tree !== undefined)
}

function treeOfFile(file: PackageFile): XmlElement | undefined {
  try {
    return parseXml(file.bytes, file.path)
  } catch {
    return undefined
  }
}

function styleOf(text: string): Parameters<typeof writeXml>[1] {
  const hasByteOrderMark = text.startsWith('\uFEFF')
  return {
    indent: text.includes('\n') ? 2 : 0,
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    hasDeclaration: /^\uFEFF?<\?xml/.test(text),
    hasByteOrderMark,
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function isSameFile(a: PackageFile | undefined, b: PackageFile | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return isSameBytes(a.bytes, b.bytes)
}

export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/** Undefined for what is no text. */
function textOfFile(file: PackageFile | undefined): string | undefined {
  if (file === undefined) return undefined
  const text = new TextDecoder().decode(file.bytes)
  return text.includes('\u0000') || text.includes('\uFFFD') ? `${file.bytes.length} bytes that are no text` : text
}
