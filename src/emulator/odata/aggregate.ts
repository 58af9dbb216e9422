import { ODataError } from '../errors.ts'
import type { Scalar } from './compare.ts'
import { compareScalars } from './compare.ts'
import { aggregateCap } from './limits.ts'

/** `count` counts rows, `countcolumn` rows with a value, `countdistinct` different values. */
export type Measure = 'count' | 'countcolumn' | 'countdistinct' | 'sum' | 'min' | 'max' | 'avg'

/** Throws the service's error when an aggregate would examine more rows than it may; `limit` can only lower the cap (facts-2 §2). */
export function checkAggregateLimit(examined: number, limit: number = aggregateCap): void {
  if (examined > Math.min(limit, aggregateCap))
    throw new ODataError(400, '0x8004E023', 'AggregateQueryRecordLimit exceeded. Cannot perform this operation.')
}

/** The value of a measure over the values of a column; null where there is nothing to measure. */
export function measureValues(measure: Measure, values: readonly Scalar[]): Scalar {
  const present = values.filter((value) => value !== null && value !== undefined)
  switch (measure) {
    case 'count':
      return values.length
    case 'countcolumn':
      return present.length
    case 'countdistinct':
      return new Set(present.map(keyOf)).size
    case 'sum':
      return present.length === 0 ? null : total(present)
    case 'avg':
      return present.length === 0 ? null : total(present) / present.length
    case 'min':
      return present.length === 0 ? null : present.reduce((least, value) => (compareScalars(value, least) < 0 ? value : least))
    case 'max':
      return present.length === 0 ? null : present.reduce((most, value) => (compareScalars(value, most) > 0 ? value : most))
  }
}

export interface Group<T> {
  readonly keys: readonly Scalar[]
  readonly members: readonly T[]
}

/** Members with the same keys together, in the order in which the groups appear. Text of another case is the same. */
export function groupMembers<T>(members: readonly T[], keysOf: (member: T) => readonly Scalar[]): Group<T>[] {
  const groups = new Map<string, { readonly keys: readonly Scalar[]; readonly members: T[] }>()
  for (const member of members) {
    const keys = keysOf(member)
    const name = JSON.stringify(keys.map(keyOf))
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { keys, members: [member] })
    else group.members.push(member)
  }
  return [...groups.values()]
}

function keyOf(value: Scalar): Scalar {
  return typeof value === 'string' ? value.toLowerCase() : (value ?? null)
}

function total(values: readonly Scalar[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value), 0)
}
