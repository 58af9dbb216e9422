import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPullRequests } from '#adapters/forge'
import { createSourceControl } from '#adapters/git'
import type { PromotionId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { ours, shippedPolicy } from '#domain/policy'
import type { Result } from '#domain/kernel'
import type { SourceControl } from '#engine/ports'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

/*
 * Tests, a pull request and the watch over a pet as their gates see them: a real local environment, a real repository, and a host of source code
 * that answers in the form of GitHub.
 */

let world: PromotionWorld
let folder: string
let source: SourceControl
let host: Server
let origin = ''
/** What the host says of pull request 7. */
let merged: { readonly commit: string; readonly approvedBy: readonly string[] }
let minor = 0

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-gates-'))
  source = createSourceControl({ repository: join(folder, 'source.git'), workFolder: join(folder, 'work'), log })
  host = createServer((request, response) => {
    const pull = {
      merged: true,
      state: 'closed',
      merged_at: '2026-11-20T10:00:00Z',
      merge_commit_sha: merged.commit,
      user: { login: 'ada' },
      head: { sha: 'head' },
    }
    const reviews = merged.approvedBy.map((login) => ({ user: { login }, state: 'APPROVED', commit_id: 'head' }))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(request.url?.includes('/reviews') === true ? reviews : pull))
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  // A TCP server has an address of this form.
  origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
  const tier = {
    ...shippedPolicy.tiers[4],
    reviewWindowHours: ours(0, 'ours: nobody waits in a test'),
    recovery: ours({ kind: 'documented' } as const, 'ours: nobody rehearses in a test'),
  }
  world = await openPromotionWorld({
    tier: 4,
    policy: { ...shippedPolicy, tiers: { ...shippedPolicy.tiers, 4: tier } },
    change: (configuration) => ({
      ...configuration,
      solutions: configuration.solutions.map((solution) => ({
        ...solution,
        monitoring: { url: 'https://monitor.example', contact: 'remy' },
      })),
      sourceHosts: [{ kind: 'github', site: origin, api: origin }],
    }),
    besides: { pullRequests: createPullRequests({ secrets: { resolve: async () => '' } }), openSourceControl: () => source },
  })
})
afterAll(async () => {
  await world?.close()
  host?.close()
  await rm(folder, { recursive: true, force: true })
})

async function commit(text: string): Promise<string> {
  const files = new Map([['Other/Solution.xml', new TextEncoder().encode(text)]])
  return source.commitSource({ folder: 'solutions/Permits', files, message: text, author: 'maria' })
}

async function asked(text = 'first'): Promise<PromotionId> {
  minor++
  const release = await world.seal({ name: 'Permits', version: `1.${minor}.0.0`, tables: [] }, { tier: 4, commit: await commit(text) })
  return (await world.request(release)).promotion.request.promotionId
}

const report = (promotionId: PromotionId, xml: string, by = 'tess') =>
  world.engine.reportTests({
    promotionId,
    gate: 'automated-tests',
    reports: [{ name: 'results.xml', xml }],
    comment: 'Nightly',
    command: 'npm test',
    actor: personId(by),
  })

const green = '<testsuite name="permits" tests="2"><testcase name="opens"/><testcase name="saves"/></testsuite>'

async function stateOf(promotionId: PromotionId, kind: string): Promise<string | undefined> {
  return (await world.view(promotionId)).gates.find((gate) => gate.kind === kind)?.state
}

const withdraw = (promotionId: PromotionId) => world.engine.withdrawPromotion({ promotionId, actor: personId('maria') })

describe('a report of tests', () => {
  it('opens its gate where it is green, and is kept byte for byte under its digest', async () => {
    const promotionId = await asked()
    const word = { promotionId, gate: 'automated-tests', verdict: 'approve', comment: 'They ran', actor: personId('tess') } as const
    expect(codeOf(await world.engine.decideApproval(word))).toBe('gate.needs-report')
    expect(codeOf(await report(promotionId, '<html/>'))).toBe('tests.unreadable')
    expect(codeOf(await report(promotionId, '<testsuite/>'))).toBe('tests.nothing-ran')
    expect(codeOf(await report(promotionId, green, 'sam'))).toBe('approval.not-named')
    expect(await stateOf(promotionId, 'automated-tests')).toBe('pending')
    const view = granted(await report(promotionId, green))
    expect(await stateOf(promotionId, 'automated-tests')).toBe('open')
    const evidence = view.promotion.decisions[0]?.evidence
    expect(evidence).toMatchObject({ kind: 'test-report', tests: 2, failures: 0, command: 'npm test' })
    const kept = evidence?.kind === 'test-report' ? await world.deps.artifacts.get(evidence.report) : new Uint8Array()
    expect(new TextDecoder().decode(kept)).toBe(green)
    granted(await withdraw(promotionId))
  })

  it('with a failure ends the promotion, and names what failed', async () => {
    const promotionId = await asked()
    const view = granted(
      await report(
        promotionId,
        '<testsuite><testcase name="opens"/><testcase name="saves"><failure message="lost"/></testcase></testsuite>',
      ),
    )
    expect(view.promotion.status).toMatchObject({
      state: 'rejected',
      by: 'tess',
      comment: expect.stringContaining('saves: lost') as string,
    })
  })
})

describe('a pull request', () => {
  const approve = (promotionId: PromotionId, by = 'rita', url = `${origin}/contoso/permits/pull/7`) =>
    world.engine.approveByPullRequest({ promotionId, url, comment: '', actor: personId(by) })

  it('is a review where somebody else approved it and it brought this very source', async () => {
    const promotionId = await asked('reviewed')
    merged = { commit: await commit('reviewed'), approvedBy: ['ada'] }
    expect(codeOf(await approve(promotionId))).toBe('review.not-approved')
    merged = { ...merged, approvedBy: ['rosa'] }
    expect(codeOf(await approve(promotionId, 'maria'))).toBe('PIP-10')
    expect(codeOf(await approve(promotionId, 'sam'))).toBe('approval.not-named')
    expect(codeOf(await approve(promotionId, 'rita', 'https://elsewhere.example/contoso/permits/pull/7'))).toBe('forge.no-host')
    const view = granted(await approve(promotionId))
    expect(view.promotion.decisions[0]?.evidence).toMatchObject({
      kind: 'pull-request',
      author: 'ada',
      approvedBy: ['rosa'],
      commit: merged.commit,
    })
    expect(await stateOf(promotionId, 'review')).toBe('open')
    granted(await withdraw(promotionId))
  })

  it('that brought another source is refused, with what differs', async () => {
    const before = await commit('of another day')
    const promotionId = await asked('of today')
    merged = { commit: before, approvedBy: ['rosa'] }
    const refused = await approve(promotionId)
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'review.other-source', reasons: [{ subject: 'Other/Solution.xml' }] } })
    merged = { ...merged, commit: 'f'.repeat(40) }
    expect(codeOf(await approve(promotionId))).toBe('review.other-source')
    expect(await stateOf(promotionId, 'review')).toBe('pending')
    granted(await withdraw(promotionId))
  })
})

describe('the watch over a pet', () => {
  it('that goes badly holds it and offers the ways back; the next release waits until somebody says that all is well', async () => {
    const promotionId = await asked()
    const say = (gate: PeopleGateKind, by: string) =>
      world.engine.decideApproval({ promotionId, gate, verdict: 'approve', comment: '', actor: personId(by) })
    granted(await report(promotionId, green))
    for (const [gate, by] of [
      ['review', 'rita'],
      ['uat', 'olga'],
      ['security', 'sam'],
      ['test-lead', 'tess'],
      ['cab', 'carl'],
      ['approval', 'ben'],
    ] as const)
      granted(await say(gate, by))
    await world.work()
    const validate = (outcome: 'passed' | 'failed', by: string) =>
      world.engine.validatePromotion({ promotionId, of: 'watch', outcome, note: 'Looked at saving', actor: personId(by) })
    const arrived = await world.view(promotionId)
    expect([arrived.promotion.status.state, arrived.watch?.state, arrived.offers]).toEqual(['succeeded', 'watching', []])
    expect(await stateOf(await asked('next'), 'validation')).toBe('pending')
    const sayable = async (by: string) => (await world.engine.loadPromotion(promotionId, personId(by)))?.maySay
    expect([await sayable('remy'), await sayable('sam')]).toEqual([
      [
        { of: 'watch', outcome: 'failed' },
        { of: 'review', outcome: 'failed' },
      ],
      [],
    ])
    expect(codeOf(await validate('passed', 'remy'))).toBe('validation.too-early')
    expect(codeOf(await validate('failed', 'sam'))).toBe('promotion.not-allowed')
    const failed = granted(await validate('failed', 'remy'))
    expect(failed.hold).toMatchObject({ promotionId, reason: expect.stringContaining('Looked at saving') as string })
    expect(failed.offers.length).toBeGreaterThan(0)
    const [next] = (await world.engine.listPromotions({ limit: 1 })).rows
    expect(
      codeOf(
        await world.engine.decideApproval({
          promotionId: next!.promotionId,
          gate: 'security',
          verdict: 'approve',
          comment: '',
          actor: personId('sam'),
        }),
      ),
    ).toBe('ok')
    expect(
      (await world.view(next!.promotionId)).gates
        .filter(({ state, next: turn }) => state === 'closed' && turn === 'fix')
        .map(({ kind }) => kind),
    ).toContain('validation')
  })
})
