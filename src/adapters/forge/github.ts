import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { SourceHost } from '#domain/pipeline'
import type { PullRequest } from '#domain/promotion'
import { askHost, listAt, part, textAt } from './ask-host.ts'
import { notAPullRequest } from './not-a-pull-request.ts'

/** Reviews come a hundred at a time; more pages than these nobody reads. */
const mostPages = 20

/**
 * GitHub REST, `GET /repos/{owner}/{repo}/pulls/{number}` (merged, merged_at, merge_commit_sha, user.login, head.sha) and
 * `GET …/reviews` (user.login, state, commit_id), in order of time [docs.github.com/rest/pulls/pulls, …/rest/pulls/reviews, version 2022-11-28].
 */
export async function loadFromGitHub(
  host: SourceHost,
  url: string,
  { token, answersWithinMs }: { readonly token: string | undefined; readonly answersWithinMs: number },
): Promise<PullRequest> {
  const [, owner, repository, number] = /^\/([\w.-]+)\/([\w.-]+)\/pull\/(\d{1,10})$/.exec(url.slice(host.site.length)) ?? []
  if (owner === undefined || repository === undefined || number === undefined)
    throw notAPullRequest(url, host, '<owner>/<repository>/pull/<number>')
  const base = `${host.api}/repos/${owner}/${repository}/pulls/${number}`
  const asking = { headers: githubHeaders(token), answersWithinMs }
  const found = await askHost(base, asking)
  const head = textAt(found, 'head', 'sha')
  const reviews: unknown[] = []
  for (let page = 1; page <= mostPages; page++) {
    const some = listAt(await askHost(`${base}/reviews?per_page=100&page=${page}`, asking))
    reviews.push(...some)
    if (some.length < 100) break
  }
  const mergedAt = textAt(found, 'merged_at')
  return {
    url,
    state: part(found, 'merged') === true ? 'merged' : textAt(found, 'state') === 'open' ? 'open' : 'closed',
    author: textAt(found, 'user', 'login') ?? '',
    mergedAt: mergedAt === undefined ? undefined : toId<Instant>(new Date(mergedAt).toISOString()),
    commit: textAt(found, 'merge_commit_sha'),
    reviews: lastWords(reviews, head),
  }
}

/** A comment takes no word back; a dismissal does. */
function lastWords(reviews: readonly unknown[], head: string | undefined): PullRequest['reviews'] {
  const words = new Map<string, PullRequest['reviews'][number]>()
  for (const review of reviews) {
    const by = textAt(review, 'user', 'login')
    const state = textAt(review, 'state')
    if (by === undefined) continue
    if (state === 'DISMISSED') words.delete(by)
    if (state !== 'APPROVED' && state !== 'CHANGES_REQUESTED') continue
    const isOfMerged = head !== undefined && textAt(review, 'commit_id') === head
    words.set(by, { by, verdict: state === 'APPROVED' ? 'approved' : 'rejected', isOfMerged })
  }
  return [...words.values()]
}

export function githubHeaders(token: string | undefined): Readonly<Record<string, string>> {
  return {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': 'drover',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
}
