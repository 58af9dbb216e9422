import type { HostedRepository, SourceHost } from '#domain/pipeline'
import type { PullRequest } from '#domain/promotion'

/** Hosts of source code, asked about pull requests and for new ones. */
export interface PullRequests {
  /**
   * As its host tells it now. Throws `forge.not-a-pull-request` for an address that is none there, `forge.unknown` where the host knows none or
   * does not show it, `forge.not-let-in` for a token that it does not take, and `forge.unreachable`, which may pass.
   */
  load(host: SourceHost, url: string): Promise<PullRequest>
  /**
   * Opens one, and gives its address. The host is asked first whether one of this branch is there, whatever its state: after a crash, or an
   * answer that was lost, that one is given. Throws as `load` does, and `forge.refused` with the host's own words.
   */
  open(wanted: WantedPullRequest): Promise<{ readonly url: string }>
}

export interface WantedPullRequest {
  readonly repository: HostedRepository
  /** The branch whose commits are proposed, and the one that they are proposed for. */
  readonly branch: string
  readonly into: string
  readonly title: string
  /** Markdown; cut where the host takes no more. */
  readonly body: string
}
