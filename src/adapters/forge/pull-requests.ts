import type { SecretRef } from '#domain/environment'
import type { SourceHost } from '#domain/pipeline'
import type { PullRequests } from '#engine/ports'
import { loadFromAzureDevOps } from './azure-devops.ts'
import { loadFromGitHub } from './github.ts'
import { notAPullRequest } from './not-a-pull-request.ts'
import { openPullRequest } from './open-pull-request.ts'

/** Asks GitHub and Azure DevOps, and opens pull requests there, with the token that the configuration names for each, resolved for each question. */
export function createPullRequests(options: {
  readonly secrets: { resolve(ref: SecretRef): Promise<string> }
  readonly answersWithinMs?: number
}): PullRequests {
  const accessOf = async ({ token }: SourceHost) => ({
    token: token === undefined ? undefined : await options.secrets.resolve(token),
    answersWithinMs: options.answersWithinMs ?? 15_000,
  })
  return {
    open: async (wanted) => openPullRequest(wanted, await accessOf(wanted.repository.host)),
    async load(host, url) {
      // Segments such as `..` would lead the token to other places of the host.
      if (new URL(url).href !== url) throw notAPullRequest(url, host, 'the address without anything after it')
      const by = await accessOf(host)
      return host.kind === 'github' ? loadFromGitHub(host, url, by) : loadFromAzureDevOps(host, url, by)
    },
  }
}
