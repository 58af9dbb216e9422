/** What a column holds on the wire; undefined is read as null. */
export type Scalar = string | number | boolean | null | undefined

/** Order of two column values: empty first, then numbers, text without regard to case. */
export function compareScalars(left: Scalar, right: Scalar): number {
  const a = left ?? null
  const b = right ?? null
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const x = String(a).toLowerCase()
  const y = String(b).toLowerCase()
  if (x === y) return 0
  return x < y ? -1 : 1
}
