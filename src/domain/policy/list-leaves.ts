import type { Sourced } from './sourced.ts'

/** A number or demand of a policy, by where it stands in it. */
export interface PolicyLeaf {
  /** Such as `tiers.3.reviewWindowHours`. */
  readonly path: string
  readonly sourced: Sourced<unknown>
}

/** Every sourced value of a policy, or of a part of it, in the order in which it is written. */
export function listLeaves(part: object, above = ''): PolicyLeaf[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    const path = above === '' ? key : `${above}.${key}`
    if (isSourced(value)) return [{ path, sourced: value }]
    return typeof value === 'object' && value !== null ? listLeaves(value, path) : []
  })
}

/** Where a policy holds something that has no source. */
export function findUnsourced(part: object, above = ''): string[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    const path = above === '' ? key : `${above}.${key}`
    if (isSourced(value)) return []
    return typeof value === 'object' && value !== null ? findUnsourced(value, path) : [path]
  })
}

export function isSourced(value: unknown): value is Sourced<unknown> {
  return typeof value === 'object' && value !== null && 'value' in value && 'source' in value && 'status' in value
}
