import type { DescribedComponent } from '#domain/difference'
import type { Digest } from '#domain/kernel'
import { describeSolution, readPackage } from '#format'
import type { ArtifactStore } from './ports/index.ts'

type Content = readonly DescribedComponent[]

/**
 * What solution files say, by the digest of their bytes, for as long as one question follows the other: a promotion is planned at its request,
 * before each word on it and before its first step, and a large file takes seconds to describe.
 */
const described = new WeakMap<ArtifactStore, Map<Digest, Kept>>()

interface Kept {
  readonly content: Promise<Content>
  /** Components of it; 0 while it is read. */
  size: number
  forget: ReturnType<typeof setTimeout> | undefined
}

/** Twice the largest solution known (14,803 components, about 0.2 GB); what was asked for last is kept whatever its size. */
const mostComponents = 30_000
const unusedFor = 60_000 // milliseconds

/**
 * The components of a stored solution file. Its bytes are taken from the store each time, which says when they are gone or are not what
 * they were; they are opened once for those who ask about them one after the other, or at the same time.
 */
export async function describeArtifact(artifacts: ArtifactStore, digest: Digest): Promise<Content> {
  const bytes = await artifacts.get(digest)
  const all = described.get(artifacts) ?? new Map<Digest, Kept>()
  described.set(artifacts, all)
  const kept = all.get(digest) ?? { content: readPackage(bytes).then(describeSolution), size: 0, forget: undefined }
  try {
    // The last that was asked for stands last.
    all.delete(digest)
    all.set(digest, kept)
    const content = await kept.content
    kept.size = content.length
    forgetOthers(all, digest)
    forgetLater(all, digest, kept)
    return content
  } catch (error) {
    if (all.get(digest) === kept) all.delete(digest)
    throw error
  }
}

/** Those that were asked for longest ago, until the rest is few enough. */
function forgetOthers(all: Map<Digest, Kept>, except: Digest): void {
  let total = [...all.values()].reduce((sum, { size }) => sum + size, 0)
  for (const [digest, kept] of all) {
    if (total <= mostComponents) return
    if (digest === except || kept.size === 0) continue
    total -= kept.size
    forget(all, digest, kept)
  }
}

function forgetLater(all: Map<Digest, Kept>, digest: Digest, kept: Kept): void {
  clearTimeout(kept.forget)
  kept.forget = setTimeout(() => forget(all, digest, kept), unusedFor).unref()
}

function forget(all: Map<Digest, Kept>, digest: Digest, kept: Kept): void {
  clearTimeout(kept.forget)
  if (all.get(digest) === kept) all.delete(digest)
}
