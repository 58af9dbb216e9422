import type { SecretRef } from '#domain/environment'
import type { PullRequests } from '#engine/ports'
import { loadFromAzureDevOps } from './azure-devops.ts'
import { loadFromGitHub } from './github.ts'
import { notAPullRequest } from './not-a-pull-request.ts'

/** Asks GitHub and Azure DevOps, with the token that the configuration names for each, resolved for each question. */
export function createPullRequests(options: {
  readonly secrets: { resolve(ref: SecretRef): Promise<string> }
  readonly answersWithinMs?: number
}): PullRequests {
  return {
    async load(host, url) {
      // Segments such as `..` would lead the token to other places of the host.
      if (new URL(url).href !== url) throw notAPullRequest(url, host, 'the address without anything after it')
      const token = host.token === undefined ? undefined : await options.secrets.resolve(host.token)
      const by = { token, answersWithinMs: options.answersWithinMs ?? 15_000 }
      return host.kind === 'github' ? loadFromGitHub(host, url, by) : loadFromAzureDevOps(host, url, by)
    },
  }
}
