import type { DescribedComponent } from '#domain/difference'
import type { Digest } from '#domain/kernel'
import { describeSolution, readPackage } from '#format'
import type { ArtifactStore } from './ports/index.ts'

type Content = readonly DescribedComponent[]

/**
 * What solution files say, by the digest of their bytes, from the one asked for longest ago to the last: a promotion is planned at its request,
 * before each word on it and before its first step, and a large file takes seconds to describe.
 */
const described = new WeakMap<ArtifactStore, Map<Digest, Kept>>()

interface Kept {
  readonly content: Promise<Content>
  /** Components of it; 0 while it is read. */
  size: number
}

/** A little more than the largest solution known has (14,803 components, 0.1 to 0.2 GB of memory). */
const mostComponents = 20_000

/**
 * The components of a stored solution file. Its bytes are taken from the store each time, which says when they are gone or are not what
 * they were; they are opened once for those who ask about them one after the other, or at the same time. What was asked for last is kept
 * whatever its size, others while all have at most `most` components.
 */
export async function describeArtifact(artifacts: ArtifactStore, digest: Digest, most = mostComponents): Promise<Content> {
  const bytes = await artifacts.get(digest)
  const all = described.get(artifacts) ?? new Map<Digest, Kept>()
  described.set(artifacts, all)
  const kept = all.get(digest) ?? { content: readPackage(bytes).then(describeSolution), size: 0 }
  all.delete(digest)
  all.set(digest, kept)
  try {
    const content = await kept.content
    kept.size = content.length
    forgetOthers(all, { except: digest, most })
    return content
  } catch (error) {
    if (all.get(digest) === kept) all.delete(digest)
    throw error
  }
}

function forgetOthers(all: Map<Digest, Kept>, { except, most }: { readonly except: Digest; readonly most: number }): void {
  let total = [...all.values()].reduce((sum, { size }) => sum + size, 0)
  for (const [digest, { size }] of all) {
    if (total <= most) return
    if (digest === except || size === 0) continue
    total -= size
    all.delete(digest)
  }
}
