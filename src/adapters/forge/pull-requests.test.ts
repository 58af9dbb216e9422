import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SourceHost } from '#domain/pipeline'
import { createPullRequests } from './pull-requests.ts'

/** What the host answers, by path and query, and what it was asked. */
const answers = new Map<string, { readonly status?: number; readonly body: unknown; readonly location?: string }>()
const asked: { readonly url: string; readonly method: string; readonly authorization: string | undefined; body: string }[] = []
let server: Server
let origin = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url ?? ''
    const method = request.method ?? ''
    const question = { url, method, authorization: request.headers.authorization, body: '' }
    asked.push(question)
    request.on('data', (chunk: Buffer) => (question.body += chunk.toString()))
    const answer = answers.get(method === 'GET' ? url : `${method} ${url}`) ?? { status: 404, body: { message: 'Not Found' } }
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    response.writeHead(answer.status ?? 200, {
      'content-type': 'application/json',
      ...(answer.location === undefined ? {} : { location: answer.location }),
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server has an address of this form.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => void server.close())

beforeEach(() => {
  answers.clear()
  asked.length = 0
})

const pullRequests = createPullRequests({ secrets: { resolve: async () => 'the-token' }, answersWithinMs: 2_000 })
const token = { kind: 'environment', variable: 'FORGE_TOKEN' } as const
const github = (): SourceHost => ({ kind: 'github', site: origin, api: `${origin}/api/v3`, token })
const azure = (): SourceHost => ({ kind: 'azure-devops', site: origin, api: origin, token })
const failed = (code: string) => expect.objectContaining({ code })

/** In the form of https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request and …/reviews#list-reviews-for-a-pull-request, cut to what is read. */
function onGitHub(changes: object, reviews: readonly object[]): void {
  const pull = {
    number: 7,
    state: 'closed',
    merged: true,
    merged_at: '2026-11-20T10:00:00Z',
    merge_commit_sha: 'e5bd3914',
    user: { login: 'ada' },
    head: { sha: '6dcb09b5' },
  }
  answers.set('/api/v3/repos/contoso/permits/pulls/7', { body: { ...pull, ...changes } })
  answers.set('/api/v3/repos/contoso/permits/pulls/7/reviews?per_page=100&page=1', { body: reviews })
}

const review = (login: string, state: string, commit = '6dcb09b5') => ({
  user: { login },
  state,
  commit_id: commit,
  submitted_at: '2026-11-20T09:00:00Z',
})

describe('GitHub', () => {
  const load = () => pullRequests.load(github(), `${origin}/contoso/permits/pull/7`)

  it('tells of a merged pull request and the last word of each reviewer', async () => {
    onGitHub({}, [
      review('rosa', 'CHANGES_REQUESTED'),
      review('rosa', 'APPROVED'),
      review('rosa', 'COMMENTED'),
      review('sam', 'APPROVED', 'older'),
      review('tom', 'APPROVED'),
      review('tom', 'DISMISSED'),
    ])
    expect(await load()).toEqual({
      url: `${origin}/contoso/permits/pull/7`,
      ...{ state: 'merged', author: 'ada', mergedAt: '2026-11-20T10:00:00.000Z', commit: 'e5bd3914' },
      reviews: [
        { by: 'rosa', verdict: 'approved', isOfMerged: true },
        { by: 'sam', verdict: 'approved', isOfMerged: false },
      ],
    })
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer the-token', 'Bearer the-token'])
  })

  it('is asked for further pages of reviews', async () => {
    onGitHub(
      {},
      Array.from({ length: 100 }, (_, at) => review(`r${at}`, 'COMMENTED')),
    )
    answers.set('/api/v3/repos/contoso/permits/pulls/7/reviews?per_page=100&page=2', { body: [review('rosa', 'CHANGES_REQUESTED')] })
    expect((await load()).reviews).toEqual([{ by: 'rosa', verdict: 'rejected', isOfMerged: true }])
  })

  it('tells what is open or was closed as that', async () => {
    onGitHub({ merged: false, merged_at: null, state: 'open' }, [])
    expect((await load()).state).toBe('open')
    onGitHub({ merged: false, merged_at: null }, [])
    expect(await load()).toMatchObject({ state: 'closed', mergedAt: undefined })
  })
})

describe('Azure DevOps', () => {
  const path = '/contoso/Permits/_apis/git/repositories/permits/pullrequests/22?api-version=7.1'
  const load = () => pullRequests.load(azure(), `${origin}/contoso/Permits/_git/permits/pullrequest/22`)
  const voted = (uniqueName: string, vote: number, more: object = {}) => ({ uniqueName, vote, ...more })

  it('tells of a completed pull request and its votes, and not those of groups', async () => {
    // In the form of https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request, cut to what is read.
    const reviewers = [
      voted('rosa@contoso.example', 10),
      voted('sam@contoso.example', 0),
      voted('tom@contoso.example', -5),
      voted('vstfs:///Team', 10, { isContainer: true }),
    ]
    answers.set(path, {
      body: {
        status: 'completed',
        closedDate: '2026-11-20T10:00:00.55Z',
        createdBy: { uniqueName: 'ada@contoso.example' },
        lastMergeCommit: { commitId: '39f52d24' },
        reviewers,
      },
    })
    expect(await load()).toMatchObject({
      ...{ state: 'merged', author: 'ada@contoso.example', mergedAt: '2026-11-20T10:00:00.550Z', commit: '39f52d24' },
      reviews: [
        { by: 'rosa@contoso.example', verdict: 'approved' },
        { by: 'tom@contoso.example', verdict: 'rejected' },
      ],
    })
    expect(asked[0]?.authorization).toBe(`Basic ${btoa(':the-token')}`)
  })

  it('tells what is active or abandoned as not merged', async () => {
    answers.set(path, { body: { status: 'active' } })
    expect(await load()).toMatchObject({ state: 'open', mergedAt: undefined, reviews: [] })
    answers.set(path, { body: { status: 'abandoned', closedDate: '2026-11-20T10:00:00Z' } })
    expect(await load()).toMatchObject({ state: 'closed', mergedAt: undefined })
  })
})

describe('opening a pull request', () => {
  const branch = 'drift/prod/Permits/w-1'
  const about = { branch, into: 'main', title: 'Bring back a change of Permits', body: 'What changes in the source' }
  const onGitHubOf = (repository = 'contoso/permits') => ({ repository: { host: github(), path: repository }, ...about })
  const pulls = '/api/v3/repos/contoso/permits/pulls'
  const list = `${pulls}?state=all&head=${encodeURIComponent(`contoso:${branch}`)}&base=main&sort=created&direction=desc`

  it('asks GitHub for one of the branch first, and opens it with its title and words', async () => {
    answers.set(list, { body: [] })
    answers.set(`POST ${pulls}`, { status: 201, body: { number: 8 } })
    const { url } = await pullRequests.open(onGitHubOf())
    expect(url).toBe(`${origin}/contoso/permits/pull/8`)
    expect(asked.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['GET', 'Bearer the-token'],
      ['POST', 'Bearer the-token'],
    ])
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({ title: about.title, body: about.body, head: branch, base: 'main' })
  })

  it('finds the one that was opened before a crash, or by somebody else in between, and opens no second', async () => {
    answers.set(list, { body: [{ number: 8, state: 'closed' }, { number: 3 }] })
    expect(await pullRequests.open(onGitHubOf())).toEqual({ url: `${origin}/contoso/permits/pull/8` })
    expect(asked.map(({ method }) => method)).toEqual(['GET'])
    // The listing of a moment before did not have it yet.
    answers.set(list, { body: [] })
    const said = { message: 'Validation Failed', errors: [{ message: 'A pull request already exists for contoso:drift.' }] }
    answers.set(`POST ${pulls}`, { status: 422, body: said })
    await expect(pullRequests.open(onGitHubOf())).rejects.toMatchObject({
      code: 'forge.refused',
      message: expect.stringContaining('Validation Failed A pull request already exists'),
    })
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST', 'GET'])
  })

  it('opens one at Azure DevOps, whose address can be asked about', async () => {
    const repository = { host: azure(), path: 'contoso/Permits/_git/permits' }
    const at = '/contoso/Permits/_apis/git/repositories/permits/pullrequests'
    const from = encodeURIComponent(`refs/heads/${branch}`)
    const criteria = `searchCriteria.sourceRefName=${from}&searchCriteria.targetRefName=${encodeURIComponent('refs/heads/main')}&searchCriteria.status=all`
    answers.set(`${at}?${criteria}&api-version=7.1`, { body: { value: [], count: 0 } })
    answers.set(`POST ${at}?api-version=7.1`, { status: 201, body: { pullRequestId: 22 } })
    const { url } = await pullRequests.open({ repository, ...about, body: 'x'.repeat(5_000) })
    expect(url).toBe(`${origin}/contoso/Permits/_git/permits/pullrequest/22`)
    const sent = JSON.parse(asked[1]?.body ?? '') as { readonly description: string }
    expect(sent).toMatchObject({ sourceRefName: `refs/heads/${branch}`, targetRefName: 'refs/heads/main', title: about.title })
    expect(sent.description.length).toBeLessThanOrEqual(4_000)
    answers.set(`${at}/22?api-version=7.1`, { body: { status: 'active' } })
    expect(await pullRequests.load(azure(), url)).toMatchObject({ state: 'open' })
  })

  it.each([
    ['may not write there', { status: 403, body: {} }, 'forge.not-let-in'],
    ['is shown no such repository', { status: 404, body: {} }, 'forge.unknown'],
    ['meets a host that is broken', { status: 500, body: {} }, 'forge.unreachable'],
  ])('tells so when the token %s', async (_what, answer, code) => {
    answers.set(list, { body: [] })
    answers.set(`POST ${pulls}`, answer)
    await expect(pullRequests.open(onGitHubOf())).rejects.toEqual(failed(code))
  })

  it('asks nothing about what is no repository of the host', async () => {
    await expect(pullRequests.open(onGitHubOf('contoso'))).rejects.toEqual(failed('forge.refused'))
    expect(asked).toHaveLength(0)
  })
})

describe('a host', () => {
  const load = () => pullRequests.load(github(), `${origin}/contoso/permits/pull/7`)
  const at = '/api/v3/repos/contoso/permits/pulls/7'

  it.each([
    ['knows no such pull request', { status: 404, body: {} }, 'forge.unknown'],
    ['does not take the token', { status: 401, body: {} }, 'forge.not-let-in'],
    ['leads elsewhere, where the token must not go', { status: 302, body: '', location: 'http://127.0.0.1:9/' }, 'forge.not-let-in'],
    ['is broken', { status: 502, body: 'Bad Gateway' }, 'forge.unreachable'],
    ['answers with a page', { body: '<html>' }, 'forge.unreachable'],
  ])('that %s is told so', async (_what, answer, code) => {
    answers.set(at, answer)
    await expect(load()).rejects.toEqual(failed(code))
    expect(asked).toHaveLength(1)
  })

  it('that is not there is told so', async () => {
    const gone = { ...github(), api: 'http://127.0.0.1:9' }
    await expect(pullRequests.load(gone, `${origin}/contoso/permits/pull/7`)).rejects.toEqual(failed('forge.unreachable'))
  })

  it.each(['/contoso/permits/pull/7/files', '/contoso/permits/issues/7', '/contoso/../pull/7', '/contoso/permits/pull/7?x=1'])(
    'is not asked for %s, which is no pull request',
    async (path) => {
      await expect(pullRequests.load(github(), `${origin}${path}`)).rejects.toEqual(failed('forge.not-a-pull-request'))
      expect(asked).toHaveLength(0)
    },
  )
})
