/** The first extra field of this id; undefined where there is none, or where the fields do not add up from there on. */
export function extraField(extra: DataView, id: number): DataView | undefined {
  let at = 0
  while (at + 4 <= extra.byteLength) {
    const length = extra.getUint16(at + 2, true)
    if (at + 4 + length > extra.byteLength) return undefined
    if (extra.getUint16(at, true) === id) return new DataView(extra.buffer, extra.byteOffset + at + 4, length)
    at += 4 + length
  }
  return undefined
}

/**
 * Values of the zip64 field (APPNOTE 4.5.3) for those of `fields` that say "too large for 32 bits", in their order.
 * Undefined when the field lacks one of them, or says a number that no file reaches.
 */
export function zip64Values(extra: DataView, fields: readonly number[]): number[] | undefined {
  if (!fields.includes(max32)) return [...fields]
  const field = extraField(extra, zip64Field)
  let at = 0
  const values: number[] = []
  for (const value of fields) {
    if (value !== max32) {
      values.push(value)
      continue
    }
    if (field === undefined || at + 8 > field.byteLength) return undefined
    const wide = Number(field.getBigUint64(at, true))
    if (!Number.isSafeInteger(wide)) return undefined
    values.push(wide)
    at += 8
  }
  return values
}

export const zip64Field = 0x0001
/** Stands in a 32-bit field for a value that only the zip64 field holds. */
export const max32 = 0xffffffff
/** Likewise in a 16-bit field. */
export const max16 = 0xffff
