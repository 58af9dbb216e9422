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
  'token',
  'indentation',
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
    case 'carried':
      return [...files.filter(({ path }) => path !== carriedPath), { path: carriedPath, bytes: carriedFile(edit) }]
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
    case 'token':
      return textual(bytes, (text) => withOtherToken(text, edit))
    case 'indentation':
      return textual(bytes, (text) => withOtherIndentation(text, edit))
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

const carriedPath = '.drover/carried.json'
const tokens = [
  'null',
  'true',
  '0',
  '-1.5e400',
  '""',
  '[]',
  '{}',
  '[[]]',
  '{"__proto__":{"a":1}}',
  '"../x"',
  ',',
  '}',
  '*alias',
  '&anchor x',
  '!!js/function x',
  '|',
  '- - -',
]

/** One scalar or bracket of JSON or YAML replaced by another one, or by what does not belong there. */
function withOtherToken(text: string, edit: { readonly at: number; readonly other: number; readonly text: string }): string {
  const found = [...text.matchAll(/"(?:[^"\\]|\\.)*"|'[^'\n]*'|[\w.-]+|[[\]{},:]/g)]
  const token = found[edit.other % Math.max(found.length, 1)]
  if (token === undefined) return text
  const replacement = edit.at % 3 === 0 ? JSON.stringify(edit.text) : (tokens[edit.at % tokens.length] ?? '')
  return text.slice(0, token.index) + replacement + text.slice(token.index + token[0].length)
}

/** One line further in or out, twice, or gone. */
function withOtherIndentation(text: string, edit: { readonly at: number; readonly other: number }): string {
  const lines = text.split('\n')
  const index = edit.other % lines.length
  const line = lines[index] ?? ''
  const changed = [[`  ${line}`], [line.replace(/^ {1,2}/, '')], [line, line], [], [`\t${line}`]][edit.at % 5] ?? []
  return [...lines.slice(0, index), ...changed, ...lines.slice(index + 1)].join('\n')
}

/** A sidecar of this shape, filled with what is not to be trusted. */
function carriedFile(edit: { readonly at: number; readonly other: number; readonly text: string }): Uint8Array {
  const files = [{ path: edit.text, bytes: 'AAAA', text: [edit.text], base64: 'AAAA' }]
  const bodies = [
    {},
    { format: 1 },
    { format: 2 },
    { format: 1, xml: null },
    { format: 1, xml: { files } },
    { format: 1, both: { files } },
    { format: 1, yaml: { files } },
    [],
    'x',
  ]
  return new Uint8Array(Buffer.from(edit.at % 7 === 0 ? edit.text : JSON.stringify(bodies[edit.other % bodies.length])))
}
