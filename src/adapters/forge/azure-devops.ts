import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { SourceHost } from '#domain/pipeline'
import type { PullRequest } from '#domain/promotion'
import { askHost, listAt, part, textAt } from './ask-host.ts'
import { notAPullRequest } from './not-a-pull-request.ts'

/**
 * Azure DevOps REST, `GET {project}/_apis/git/repositories/{repository}/pullrequests/{id}?api-version=7.1`: status, closedDate, createdBy and
 * reviewers with uniqueName, vote (10 approved, 5 approved with suggestions, -5 waiting for the author, -10 rejected), isContainer of groups,
 * lastMergeCommit [learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request]. It tells of no vote which state it was of:
 * whether votes fall when something is pushed is a policy of the branch there.
 */
export async function loadFromAzureDevOps(
  host: SourceHost,
  url: string,
  { token, answersWithinMs }: { readonly token: string | undefined; readonly answersWithinMs: number },
): Promise<PullRequest> {
  const [, project, repository, number] =
    /^\/((?:[\w.%~-]+\/)+)_git\/([\w.%~-]+)\/pullrequest\/(\d{1,10})$/.exec(url.slice(host.site.length)) ?? []
  if (project === undefined || repository === undefined || number === undefined) {
    throw notAPullRequest(url, host, '<organisation>/<project>/_git/<repository>/pullrequest/<number>')
  }
  const found = await askHost(`${host.api}/${project}_apis/git/repositories/${repository}/pullrequests/${number}?api-version=7.1`, {
    headers: azureHeaders(token),
    answersWithinMs,
  })
  const closedAt = textAt(found, 'closedDate')
  const status = textAt(found, 'status')
  const isMerged = status === 'completed'
  return {
    url,
    state: isMerged ? 'merged' : status === 'active' ? 'open' : 'closed',
    author: textAt(found, 'createdBy', 'uniqueName') ?? '',
    mergedAt: isMerged && closedAt !== undefined ? toId<Instant>(new Date(closedAt).toISOString()) : undefined,
    commit: textAt(found, 'lastMergeCommit', 'commitId'),
    reviews: listAt(found, 'reviewers').flatMap(readVote),
  }
}

/** The vote of a group repeats those of its members. */
function readVote(reviewer: unknown): PullRequest['reviews'] {
  const by = textAt(reviewer, 'uniqueName')
  const vote = part(reviewer, 'vote')
  if (by === undefined || typeof vote !== 'number' || vote === 0 || part(reviewer, 'isContainer') === true) return []
  return [{ by, verdict: vote > 0 ? 'approved' : 'rejected', isOfMerged: true }]
}

export function azureHeaders(token: string | undefined): Readonly<Record<string, string>> {
  return { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Basic ${btoa(`:${token}`)}` }) }
}
