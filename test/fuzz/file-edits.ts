import type { PackageFile } from '#format'
import fc from 'fast-check'
import { hostileText } from './hostile-text.ts'
import { editXml, type XmlEdit, xmlEdit } from './xml-edits.ts'

const kinds = [
  'drop',
  'rename',
  'move',
  'add',
  'copy',
  'content of another',
  'cut',
  'flip',
  'windows line ends',
  'byte order mark',
  'empty',
  'other capitals',
  'carried',
] as const

/** One change of a list of files: a zip's or a folder's. Files are picked by number, modulo how many there are. */
export type FileEdit =
  | { readonly kind: 'xml'; readonly at: number; readonly edits: readonly XmlEdit[] }
  | { readonly kind: (typeof kinds)[number]; readonly at: number; readonly other: number; readonly text: string }

export const fileEdit: fc.Arbitrary<FileEdit> = fc.record({
  kind: fc.constantFrom(...kinds),
  at: fc.nat(2000),
  other: fc.nat(10_000),
  text: hostileText,
})

/** Edits of XML; `at` is fixed where a test wants a certain file. */
export function xmlFileEdit(at: fc.Arbitrary<number>): fc.Arbitrary<FileEdit> {
  return fc.record({ kind: fc.constant('xml' as const), at, edits: fc.array(xmlEdit, { minLength: 1, maxLength: 4 }) })
}

export function editFiles(files: readonly PackageFile[], edits: readonly FileEdit[]): PackageFile[] {
  return edits.reduce<PackageFile[]>((list, edit) => (list.length === 0 ? list : editOne(list, edit)), [...files])
}

function editOne(files: readonly PackageFile[], edit: FileEdit): PackageFile[] {
  const index = edit.at % files.length
  const file = files[index]
  if (file === undefined) return [...files]
  if (edit.kind === 'xml') return files.with(index, { ...file, bytes: edited(file.bytes, edit.edits) })
  const other = files[edit.other % files.length] ?? file
  switch (edit.kind) {
    case 'drop':
      return files.toSpliced(index, 1)
    case 'rename':
      return files.with(index, { ...file, path: edit.text })
    case 'move':
      return files.with(index, { ...file, path: `${file.path.slice(0, file.path.lastIndexOf('/') + 1)}${edit.text}` })
    case 'add':
      return [...files, { path: edit.text, bytes: file.bytes }]
    case 'copy':
      return [...files, { path: beside(other.path, edit.text), bytes: file.bytes }]
    case 'other capitals':
      return files.with(index, { ...file, path: file.path.toUpperCase() })
    default:
      return files.with(index, { ...file, bytes: otherContent(file.bytes, other.bytes, edit) })
  }
}

function otherContent(bytes: Uint8Array, other: Uint8Array, edit: Exclude<FileEdit, { kind: 'xml' }>): Uint8Array {
  switch (edit.kind) {
    case 'content of another':
      return other
    case 'cut':
      return bytes.slice(0, edit.other % (bytes.length + 1))
    case 'flip': {
      const at = edit.other % Math.max(bytes.length, 1)
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << (edit.at % 8)) : byte))
    }
    case 'windows line ends':
      return textual(bytes, (text) => text.replace(/\r?\n/g, '\r\n'))
    case 'byte order mark':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])
    case 'empty':
      return new Uint8Array()
    default:
      return new Uint8Array(Buffer.from(edit.text))
  }
}

function edited(bytes: Uint8Array, edits: readonly XmlEdit[]): Uint8Array {
  return textual(bytes, (text) => (text.trimStart().startsWith('<') ? editXml(text, edits) : text))
}

function textual(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  return new Uint8Array(Buffer.from(change(Buffer.from(bytes).toString('utf8'))))
}

function beside(path: string, text: string): string {
  const dot = path.lastIndexOf('.')
  return dot < 0 ? `${path}${text}` : `${path.slice(0, dot)}${text}${path.slice(dot)}`
}
