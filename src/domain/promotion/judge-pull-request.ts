import type { DecisionEvidence } from '#domain/approval'
import type { Instant, Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'

/** A pull request as its host tells it; people by their names there. */
export interface PullRequest {
  readonly url: string
  readonly state: 'open' | 'merged' | 'closed'
  readonly author: string
  /** Undefined unless it was merged. */
  readonly mergedAt: Instant | undefined
  /** The commit that the merge made. */
  readonly commit: string | undefined
  /** The last word of each reviewer. */
  readonly reviews: readonly {
    readonly by: string
    readonly verdict: 'approved' | 'rejected'
    /** Whether what was merged is what they looked at; the host may know of no later change. */
    readonly isOfMerged: boolean
  }[]
}

/** Files of a release in the source repository, by their path, each told by its content. */
export type SourceTree = ReadonlyMap<string, string>

/** Whether a pull request is a review by somebody else of what was merged: merged, approved as it is, by nobody who wrote it, and against nobody's no. */
export function judgePullRequest(found: PullRequest): Result<Extract<DecisionEvidence, { readonly kind: 'pull-request' }>> {
  const { url, state, author, mergedAt, commit, reviews } = found
  if (state !== 'merged' || mergedAt === undefined || commit === undefined) {
    return refuse(
      'review.not-merged',
      `The pull request ${url} is ${state === 'merged' ? 'merged, and its host names no commit' : state}.`,
      'Merge it first, and prepare the release from what was merged.',
    )
  }
  const isAuthor = (name: string) => name.toLowerCase() === author.toLowerCase()
  const against = reviews.filter(({ verdict }) => verdict === 'rejected')
  const approved = reviews.filter(({ by, verdict, isOfMerged }) => verdict === 'approved' && isOfMerged && !isAuthor(by))
  if (approved.length > 0 && against.length === 0)
    return accept({ kind: 'pull-request', url, mergedAt, commit, author, approvedBy: approved.map(({ by }) => by) })
  return refuse(
    'review.not-approved',
    against.length > 0
      ? `The pull request ${url} was merged although ${against.map(({ by }) => by).join(', ')} asked for changes.`
      : `Nobody but its author ${author} approved what the pull request ${url} merged.`,
    'Have somebody else review what is in the release, and approve by a word: leave --pull-request out.',
    reviews.map(describeReview),
  )
}

function describeReview({ by, verdict, isOfMerged }: PullRequest['reviews'][number]): Reason {
  return {
    subject: by,
    message: `${verdict === 'approved' ? 'Approved' : 'Asked for changes'}${isOfMerged ? '' : ', of an earlier state'}.`,
  }
}

/** What was merged holds the source of the very release; else what differs, by file. */
export function compareSources(
  merged: SourceTree,
  released: SourceTree,
  of: { readonly url: string; readonly release: string },
): Result<true> {
  const paths = [...new Set([...merged.keys(), ...released.keys()])].filter((path) => merged.get(path) !== released.get(path)).sort()
  if (paths.length === 0 && released.size > 0) return accept(true)
  return refuse(
    'review.other-source',
    released.size === 0
      ? `Release ${of.release} has no source files to compare.`
      : `What the pull request ${of.url} merged is not the source of release ${of.release}: ${paths.length} ${paths.length === 1 ? 'file differs' : 'files differ'}.`,
    'Name the pull request that brought this very source, or have what differs reviewed by a word: leave --pull-request out.',
    paths.slice(0, 20).map((path) => ({ subject: path, message: tell(merged.has(path), released.has(path)) })),
  )
}

function tell(isMerged: boolean, isReleased: boolean): string {
  if (!isMerged) return 'It is in the release, and not in what was merged.'
  return isReleased ? 'Its content differs.' : 'It was merged, and is not in the release.'
}
