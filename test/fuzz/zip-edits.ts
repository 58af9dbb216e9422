import type { PackageFile } from '#format'
import fc from 'fast-check'
import { hostileText } from './hostile-text.ts'
import { rawZip, type CentralClaims, type EndClaims, type RawEntry } from './raw-zip.ts'

const numbers = ['flags', 'method', 'crc', 'packed', 'unpacked', 'madeBy', 'disk', 'external', 'offset'] as const
const endNumbers = ['disk', 'entries', 'size', 'offset'] as const

/** One lie of a zip about itself, or one damage of its bytes. */
export type ZipEdit =
  | {
      readonly kind: 'number'
      readonly at: number
      readonly where: 'local' | 'central' | 'both'
      readonly field: (typeof numbers)[number]
      readonly value: number
    }
  | { readonly kind: 'name'; readonly at: number; readonly where: 'local' | 'central' | 'both'; readonly name: Uint8Array }
  | {
      readonly kind: 'extra'
      readonly at: number
      readonly where: 'local' | 'central' | 'both'
      readonly id: number
      readonly data: Uint8Array
      readonly length: number
    }
  | { readonly kind: 'again'; readonly at: number }
  | { readonly kind: 'end'; readonly field: (typeof endNumbers)[number]; readonly value: number }
  | { readonly kind: 'truncate'; readonly from: number; readonly to: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'splice'; readonly at: number; readonly remove: number; readonly insert: Uint8Array }

const where = fc.constantFrom('local' as const, 'central' as const, 'both' as const)
const at = fc.nat(2000)
/** Small numbers are near the truth; the large ones are the edges of 16 and 32 bits. */
const value = fc.oneof(
  fc.nat(70),
  fc.constantFrom(1, 8, 9, 12, 99, 0x41, 0x800, 0x801, 0xffff, 0x7fffffff, 0xffffffff, 0xa1ff0000, 0x31a),
  fc.nat(),
)
const bytes = fc.uint8Array({ maxLength: 40 })

export const zipEdit: fc.Arbitrary<ZipEdit> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('number' as const), at, where, field: fc.constantFrom(...numbers), value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('name' as const), at, where, name: fc.oneof(hostileText.map(utf8), bytes) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('extra' as const),
      at,
      where,
      id: fc.constantFrom(1, 0x7075, 0x9901, 0x17, 0x5455, 0xcafe),
      data: bytes,
      length: fc.oneof(fc.constant(-1), fc.nat(65_535)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), field: fc.constantFrom(...endNumbers), value }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('truncate' as const), from: fc.oneof(fc.constant(0), fc.nat(100)), to: fc.nat(60_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: fc.nat(60_000), bit: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('splice' as const), at: fc.nat(60_000), remove: fc.nat(50), insert: bytes }) },
)

/** A zip of the files that tells the lies and has the damages. */
export function editedZip(files: readonly PackageFile[], edits: readonly ZipEdit[]): Uint8Array {
  let entries: RawEntry[] = [...files]
  let end: Partial<EndClaims> = {}
  for (const edit of edits) {
    if (edit.kind === 'end') end = { ...end, [edit.field]: edit.value }
    else if (edit.kind === 'again') entries = [...entries, ...entries.slice(edit.at % Math.max(entries.length, 1)).slice(0, 1)]
    else entries = withLie(entries, edit)
  }
  return edits.reduce(damaged, rawZip(entries, end))
}

function withLie(entries: RawEntry[], edit: ZipEdit): RawEntry[] {
  if (edit.kind !== 'number' && edit.kind !== 'name' && edit.kind !== 'extra') return entries
  const index = edit.at % Math.max(entries.length, 1)
  const entry = entries[index]
  if (entry === undefined) return entries
  const lie = lieOf(edit)
  return entries.with(index, {
    ...entry,
    ...(edit.where === 'central' ? {} : { local: { ...entry.local, ...lie } }),
    ...(edit.where === 'local' ? {} : { central: { ...entry.central, ...lie } }),
  })
}

function lieOf(edit: Extract<ZipEdit, { kind: 'number' | 'name' | 'extra' }>): Partial<CentralClaims> {
  if (edit.kind === 'name') return { name: edit.name }
  if (edit.kind === 'number') return { [edit.field]: edit.value }
  const head = Buffer.alloc(4)
  head.writeUInt16LE(edit.id, 0)
  head.writeUInt16LE(edit.length < 0 ? edit.data.length : edit.length, 2)
  return { extra: Buffer.concat([head, edit.data]) }
}

function damaged(zip: Uint8Array, edit: ZipEdit): Uint8Array {
  switch (edit.kind) {
    case 'truncate':
      return zip.slice(edit.from, Math.max(edit.from, zip.length - (edit.to % (zip.length + 1))))
    case 'flip': {
      const copy = zip.slice()
      const index = edit.at % Math.max(zip.length, 1)
      copy[index] = (zip[index] ?? 0) ^ (1 << edit.bit)
      return copy
    }
    case 'splice': {
      const from = edit.at % (zip.length + 1)
      return Buffer.concat([zip.subarray(0, from), edit.insert, zip.subarray(from + edit.remove)])
    }
    default:
      return zip
  }
}

function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text))
}
