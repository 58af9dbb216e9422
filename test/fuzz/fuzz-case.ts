import fc from 'fast-check'
import { type FileEdit, fileEdit, xmlFileEdit } from './file-edits.ts'
import { type ZipEdit, zipEdit } from './zip-edits.ts'

/** One input: a base, and what is done to it. Plain data, so that it can be printed and shrunk. */
export type FuzzCase =
  | { readonly kind: 'zip'; readonly base: number; readonly files: readonly FileEdit[]; readonly zip: readonly ZipEdit[] }
  /** Of the zip's files; of the files of a folder; of a folder in YAML; of a zip that is really written to disk. */
  | { readonly kind: 'content' | 'folder' | 'yaml' | 'disk'; readonly base: number; readonly files: readonly FileEdit[] }
  /** Two variants of one base: compared, or unpacked into one folder as the unmanaged and the managed form. */
  | {
      readonly kind: 'difference' | 'both'
      readonly base: number
      readonly files: readonly FileEdit[]
      readonly others: readonly FileEdit[]
    }
  | { readonly kind: 'canvas app'; readonly base: number; readonly files: readonly FileEdit[]; readonly zip: readonly ZipEdit[] }

const base = fc.nat(1000)
/** The two manifests come first in every base. */
const manifestEdit = xmlFileEdit(fc.constantFrom(0, 0, 0, 1))
const anyXmlEdit = xmlFileEdit(fc.nat(2000))
const contentEdits = fc.array(
  fc.oneof({ weight: 4, arbitrary: manifestEdit }, { weight: 1, arbitrary: anyXmlEdit }, { weight: 1, arbitrary: fileEdit }),
  { minLength: 1, maxLength: 3 },
)
const folderEdits = fc.array(fc.oneof(anyXmlEdit, fileEdit), { minLength: 1, maxLength: 3 })
const twinEdits = fc.array(fc.oneof({ weight: 3, arbitrary: xmlFileEdit(fc.constant(0)) }, { weight: 1, arbitrary: fileEdit }), {
  maxLength: 2,
})
const fileEdits = fc.array(fileEdit, { minLength: 1, maxLength: 3 })

export const fuzzCase: fc.Arbitrary<FuzzCase> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('zip' as const),
      base,
      files: fc.array(fileEdit, { maxLength: 1 }),
      zip: fc.array(zipEdit, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('content' as const), base, files: contentEdits }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('folder' as const), base, files: folderEdits }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('yaml' as const), base, files: fileEdits }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('difference' as const), base, files: contentEdits, others: contentEdits }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('both' as const), base, files: twinEdits, others: twinEdits }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('canvas app' as const),
      base,
      files: fileEdits,
      zip: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(zipEdit, { maxLength: 2 }) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disk' as const), base, files: contentEdits }) },
)
