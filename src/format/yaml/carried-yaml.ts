import { DroverError, ownMember } from '#domain/kernel'
import type { PackageFile } from '../package.ts'
import { type CarriedFile, carriedPath } from '../source/carried.ts'

/**
 * What the YAML layout cannot say of the files of the XML layout, kept under the key `yaml` of `.drover/carried.json`. Each note
 * binds to the shape that it was made from: a file that somebody edited since is written as it is now, not as it was.
 */
export interface CarriedYaml {
  /** Order of children that alternate, by file of the XML layout and path of the element. */
  readonly order?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Lists that stand emptied in a table of which there is no file, by the table's Entity.xml. */
  readonly emptied?: Readonly<Record<string, readonly string[]>>
  /** Lists that a table does not have although there are files of them, by the table's Entity.xml: in a folder of both package types. */
  readonly absent?: Readonly<Record<string, readonly string[]>>
  /** Order of a table's columns where it is not that of their physical names, by the table's Entity.xml. */
  readonly columns?: Readonly<Record<string, readonly string[]>>
  /** Names of the folders of tables that have another name, or none, by the folder's name in lower case. */
  readonly tables?: Readonly<Record<string, string>>
  /** Files of the XML layout with CRLF line ends. */
  readonly crlf?: readonly string[]
  /** Files of the XML layout that are written otherwise than their content asks for. */
  readonly texts?: Readonly<Record<string, CarriedText>>
  /** Files that are copied from the one layout to the other, where their path or their kind does not follow from the rule. */
  readonly copies?: Readonly<Record<string, string>>
  /** The sidecar that the XML layout had, where it is not written as this product writes it. */
  readonly sidecar?: CarriedFile
}

export interface CarriedText {
  /** Checksum of what the file would be without this note; the note holds only for that. */
  readonly insteadOf: string
  readonly lines: readonly string[]
}

/** Notes as they are collected. */
export class CarriedNotes {
  readonly order: Record<string, Record<string, string>> = {}
  readonly emptied: Record<string, readonly string[]> = {}
  readonly absent: Record<string, readonly string[]> = {}
  readonly columns: Record<string, readonly string[]> = {}
  readonly tables: Record<string, string> = {}
  readonly crlf: string[] = []
  readonly texts: Record<string, CarriedText> = {}
  readonly copies: Record<string, string> = {}
  sidecar: CarriedFile | undefined

  /** All of them, in a fixed order; undefined when there are none. */
  collected(): CarriedYaml | undefined {
    const { order, emptied, absent, columns, tables, crlf, texts, copies, sidecar } = this
    const notes = Object.entries({ order, emptied, absent, columns, tables, crlf: crlf.sort(), texts, copies, sidecar })
    const filled = notes.filter(([, value]) => value !== undefined && Object.keys(value).length > 0)
    return filled.length === 0 ? undefined : Object.fromEntries(filled.map(([key, value]) => [key, sortedKeys(value)]))
  }
}

function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b))))
}

/** A sidecar: its parts by key. `yaml` is this layout's, every other one is somebody else's and is passed on. */
export type Sidecar = Readonly<Record<string, unknown>>

/** The sidecar's file, as this product writes it. */
export function sidecarFile(sidecar: Sidecar): PackageFile {
  return { path: carriedPath, bytes: new TextEncoder().encode(`${JSON.stringify(sidecar, undefined, 2)}\n`) }
}

export function readSidecar(bytes: Uint8Array): Sidecar {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof TypeError)) throw cause
    throw badSidecar(cause)
  }
  throw badSidecar()
}

function badSidecar(cause?: unknown): DroverError {
  return new DroverError('solution.bad-carried', `${carriedPath}: this is not the JSON that Drover wrote.`, {
    hint: 'Take the file from version control again. Without it, only what the layout itself can say is packed: delete it to accept that.',
    cause,
  })
}

/** The notes of this layout, each checked for its form: the file may have been edited by hand. */
export function yamlNotes(sidecar: Sidecar): CarriedYaml {
  const notes = sidecar['yaml']
  if (notes === undefined) return {}
  if (!isRecord(notes)) throw badSidecar()
  const { order = {}, emptied = {}, absent = {}, columns = {}, tables = {}, crlf = [], texts = {}, copies = {}, sidecar: raw } = notes
  const isGood =
    isRecordOf(order, (value) => isRecordOf(value, isText)) &&
    isRecordOf(emptied, isTexts) &&
    isRecordOf(absent, isTexts) &&
    isRecordOf(columns, isTexts) &&
    isRecordOf(tables, isText) &&
    isTexts(crlf) &&
    isRecordOf(texts, isCarriedText) &&
    isRecordOf(copies, isText) &&
    (raw === undefined || isCarriedFile(raw))
  if (!isGood) throw badSidecar()
  return { order, emptied, absent, columns, tables, crlf, texts, copies, ...(raw !== undefined && { sidecar: raw }) }
}

/** The note of one path; paths may be called anything, also like what every object has. */
export function noteOf<T>(notes: Readonly<Record<string, T>> | undefined, path: string): T | undefined {
  return notes === undefined ? undefined : ownMember(notes, path)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRecordOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is Readonly<Record<string, T>> {
  return isRecord(value) && Object.values(value).every((item) => isItem(item))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

function isCarriedText(value: unknown): value is CarriedText {
  return isRecord(value) && isText(value['insteadOf']) && isTexts(value['lines'])
}

function isCarriedFile(value: unknown): value is CarriedFile {
  if (!isRecord(value) || !isText(value['path'])) return false
  return [value['lines'], value['base64']].every((list) => list === undefined || isTexts(list))
}
