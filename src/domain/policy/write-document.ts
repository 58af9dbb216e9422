import type { ConditionalDemand } from './conditions.ts'
import { isSourced } from './list-leaves.ts'
import type { Policy } from './policy.ts'
import type { Sourced } from './sourced.ts'

/**
 * A policy as a document: each value with its source and status, the conditional demands as a list. {@link readPolicyChanges} reads it: what is
 * shipped, written so, changes nothing.
 */
export function writePolicyDocument(policy: Policy): Readonly<Record<string, unknown>> {
  const { demands, ...rest } = policy
  return { ...(writePart(rest) as Record<string, unknown>), demands: Object.entries(demands).map(writeDemand) } // a part with named keys is written as one
}

function writePart(part: unknown): unknown {
  if (isSourced(part)) return { value: part.value ?? null, source: part.source, status: part.status }
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]: [string, unknown]) => [key, writePart(value)]))
}

function writeDemand([id, { value, source, status }]: readonly [string, Sourced<ConditionalDemand>]): Readonly<Record<string, unknown>> {
  return { id, ...value, source, status }
}
