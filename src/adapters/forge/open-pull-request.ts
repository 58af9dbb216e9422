import { DroverError, errorCode } from '#domain/kernel'
import type { HostedRepository } from '#domain/pipeline'
import type { WantedPullRequest } from '#engine/ports'
import type { Asking } from './ask-host.ts'
import { askHost, listAt, numberAt } from './ask-host.ts'
import { azureHeaders } from './azure-devops.ts'
import { githubHeaders } from './github.ts'

interface Access {
  readonly token: string | undefined
  readonly answersWithinMs: number
}

/** How one kind of host is asked for, and given, pull requests of one branch. */
interface Desk {
  readonly asking: Asking
  /** Where those of the branch are listed. */
  readonly listUrl: string
  readonly postUrl: string
  readonly post: unknown
  /** Pull requests of a listing. */
  listed(answer: unknown): readonly unknown[]
  numberOf(pull: unknown): number | undefined
  addressOf(number: number): string
}

/** Asks first, opens then, and asks again where the host says that there is one: two who open at once get the same. */
export async function openPullRequest(wanted: WantedPullRequest, access: Access): Promise<{ readonly url: string }> {
  const desk = wanted.repository.host.kind === 'github' ? githubDesk(wanted, access) : azureDesk(wanted, access)
  const known = await findOpened(desk)
  if (known !== undefined) return { url: known }
  try {
    const made = desk.numberOf(await askHost(desk.postUrl, { ...desk.asking, post: desk.post }))
    if (made !== undefined) return { url: desk.addressOf(made) }
    throw new DroverError('forge.refused', `${wanted.repository.host.site} answered without the number of the pull request.`)
  } catch (error) {
    if (errorCode(error) !== 'forge.refused') throw error
    const meanwhile = await findOpened(desk)
    if (meanwhile === undefined) throw error
    return { url: meanwhile }
  }
}

/** The newest: hosts list those first. */
async function findOpened(desk: Desk): Promise<string | undefined> {
  const [number] = desk.listed(await askHost(desk.listUrl, desk.asking)).flatMap((pull) => desk.numberOf(pull) ?? [])
  return number === undefined ? undefined : desk.addressOf(number)
}

/** GitHub takes 65,536 characters, and a title of 256; Azure DevOps 4,000 and 400 [learn.microsoft.com/azure/devops/repos/git/pull-requests]. */
const github = { body: 65_000, title: 250 }
const azure = { body: 3_900, title: 390 }

/**
 * `GET /repos/{owner}/{repo}/pulls?state=all&head={owner}:{branch}&base={into}` and `POST /repos/{owner}/{repo}/pulls` with title, head, base and
 * body; 422 where there is one already [docs.github.com/rest/pulls/pulls, version 2022-11-28].
 */
function githubDesk({ repository, branch, into, title, body }: WantedPullRequest, access: Access): Desk {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository.path) ?? []
  if (owner === undefined || name === undefined) throw notARepository(repository, '<owner>/<repository>')
  const { site, api } = repository.host
  const pulls = `${api}/repos/${owner}/${name}/pulls`
  const head = encodeURIComponent(`${owner}:${branch}`)
  return {
    asking: { headers: githubHeaders(access.token), answersWithinMs: access.answersWithinMs },
    listUrl: `${pulls}?state=all&head=${head}&base=${encodeURIComponent(into)}&sort=created&direction=desc`,
    postUrl: pulls,
    post: { title: cut(title, github.title), head: branch, base: into, body: cut(body, github.body) },
    listed: (answer) => listAt(answer),
    numberOf: (pull) => numberAt(pull, 'number'),
    addressOf: (number) => `${site}/${owner}/${name}/pull/${number}`,
  }
}

/**
 * `GET {project}/_apis/git/repositories/{repository}/pullrequests?searchCriteria.sourceRefName=…&searchCriteria.targetRefName=…&searchCriteria.status=all`
 * and `POST …/pullrequests` with sourceRefName, targetRefName, title and description; 409 where one is active already
 * [learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests and …/create, 7.1].
 */
function azureDesk({ repository, branch, into, title, body }: WantedPullRequest, access: Access): Desk {
  const [, project, name] = /^((?:[\w.%~-]+\/)+)_git\/([\w.%~-]+)$/.exec(repository.path) ?? []
  if (project === undefined || name === undefined) throw notARepository(repository, '<organisation>/<project>/_git/<repository>')
  const { site, api } = repository.host
  const pulls = `${api}/${project}_apis/git/repositories/${name}/pullrequests`
  const refs = { sourceRefName: `refs/heads/${branch}`, targetRefName: `refs/heads/${into}` }
  const criteria = Object.entries({ ...refs, status: 'all' }).map(([key, value]) => `searchCriteria.${key}=${encodeURIComponent(value)}`)
  return {
    asking: { headers: azureHeaders(access.token), answersWithinMs: access.answersWithinMs },
    listUrl: `${pulls}?${criteria.join('&')}&api-version=7.1`,
    postUrl: `${pulls}?api-version=7.1`,
    post: { ...refs, title: cut(title, azure.title), description: cut(body, azure.body) },
    listed: (answer) => listAt(answer, 'value'),
    numberOf: (pull) => numberAt(pull, 'pullRequestId'),
    addressOf: (number) => `${site}/${project}_git/${name}/pullrequest/${number}`,
  }
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

function notARepository({ host, path }: HostedRepository, form: string): DroverError {
  return new DroverError('forge.refused', `${path} is not the name of a repository at ${host.site}.`, {
    hint: `Write sourceRepository in drover.yaml as ${host.site}/${form}.`,
  })
}
