import type { SourceHost } from '#domain/pipeline'
import type { PullRequest } from '#domain/promotion'

/** Hosts of source code, asked about pull requests. */
export interface PullRequests {
  /**
   * As its host tells it now. Throws `forge.not-a-pull-request` for an address that is none there, `forge.unknown` where the host knows none or
   * does not show it, `forge.not-let-in` for a token that it does not take, and `forge.unreachable`, which may pass.
   */
  load(host: SourceHost, url: string): Promise<PullRequest>
}
