import type { ComponentPart } from '#format'
import type { ReadTransaction } from '../store/store.ts'
import { readStoredPart } from './content.ts'

/** Facts kept per memo; the oldest go first. */
const maxFacts = 50_000

/**
 * Remembers what is derived from a stored part by the part's digest. A digest names its content for good, in every environment, so
 * nothing remembered can go stale; `derive` must read nothing but the part. For small facts only: lists of thousands of components
 * would otherwise read every definition again for each page.
 */
export function memoByDigest<T>(derive: (part: ComponentPart) => T): (tx: ReadTransaction, digest: string) => T {
  const facts = new Map<string, { readonly value: T }>()
  return (tx, digest) => {
    const known = facts.get(digest)
    if (known !== undefined) return known.value
    const value = derive(readStoredPart(tx, digest))
    const [oldest] = facts.size < maxFacts ? [] : facts.keys()
    if (oldest !== undefined) facts.delete(oldest)
    facts.set(digest, { value })
    return value
  }
}
