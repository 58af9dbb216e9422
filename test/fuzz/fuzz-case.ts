import fc from 'fast-check'
import { type FileEdit, fileEdit, xmlFileEdit } from './file-edits.ts'
import { type ZipEdit, zipEdit } from './zip-edits.ts'

/** One input: a base, and what is done to it. Plain data, so that it can be printed and shrunk. */
export type FuzzCase =
  | { readonly kind: 'zip'; readonly base: number; readonly files: readonly FileEdit[]; readonly zip: readonly ZipEdit[] }
  | { readonly kind: 'content' | 'folder'; readonly base: number; readonly files: readonly FileEdit[] }

const base = fc.nat(1000)
/** The two manifests come first in every base. */
const manifestEdit = xmlFileEdit(fc.constantFrom(0, 0, 0, 1))
const anyXmlEdit = xmlFileEdit(fc.nat(2000))

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
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('content' as const),
      base,
      files: fc.array(
        fc.oneof({ weight: 4, arbitrary: manifestEdit }, { weight: 1, arbitrary: anyXmlEdit }, { weight: 1, arbitrary: fileEdit }),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('folder' as const),
      base,
      files: fc.array(fc.oneof({ weight: 2, arbitrary: anyXmlEdit }, { weight: 2, arbitrary: fileEdit }), { minLength: 1, maxLength: 3 }),
    }),
  },
)
