import { describe, expect, it } from 'vitest'
import type { ArrivedImport } from '#domain/promotion'
import { toId } from '#domain/kernel'
import { decideRequest } from '#domain/promotion'
import { buildConfiguration, buildRelease, buildRequestFacts } from '../../../test/support/domain-builders.ts'
import type { AttemptRun } from '../promotion/run.ts'
import { fakeAttempt } from '../../../test/support/fake-attempt.ts'
import { observe } from './observe.ts'

const before = { layers: [{ kind: 'Workflow', componentId: 'f' }], flows: [] }
const earlier = (job: string): ArrivedImport => ({ attemptId: toId(`a-${job}`), importJobId: job, importState: 'sent', before })

describe('an attempt that looks before it acts', () => {
  it('refuses a release that names other bytes than those approved, and one whose seal does not hold', async () => {
    const release = buildRelease()
    const other = fakeAttempt({}, { release, boundTo: 'sha256:approved' })
    expect(await observe(other.run)).toMatchObject({ end: 'failed', refusal: { code: 'PIP-02' } })
    const resealed = fakeAttempt({}, { release: { ...release, managed: { ...release.managed, digest: toId('sha256:other') } } })
    expect(await observe(resealed.run)).toMatchObject({ end: 'failed', refusal: { code: 'PIP-02' } })
  })

  it('follows the import of an earlier attempt, with what that attempt had seen before it', async () => {
    const found = fakeAttempt({ find: ['operation'] }, { earlierImports: [earlier('job-0')] })
    expect(await observe(found.run)).toMatchObject({
      end: 'done',
      facts: { earlierImport: { attemptId: 'a-job-0', importJobId: 'job-0', asyncOperationId: 'operation' }, before },
    })
  })

  it('follows one that is at work without an operation, as one that may not be read yet', async () => {
    const running = fakeAttempt({ find: ['running'] }, { earlierImports: [earlier('job-0')] })
    expect(await observe(running.run)).toMatchObject({
      end: 'done',
      facts: { earlierImport: { importJobId: 'job-0', asyncOperationId: null } },
    })
  })

  it('finds an earlier import that shows only after a while', async () => {
    const late = fakeAttempt({ find: ['absent', 'no-answer', 'operation'] }, { earlierImports: [earlier('job-0')] })
    expect(await observe(late.run)).toMatchObject({ end: 'done', facts: { earlierImport: { importJobId: 'job-0' } } })
  })

  it('holds the promotion when nobody answers what became of an earlier import', async () => {
    const silent = fakeAttempt({ find: ['no-answer'] }, { earlierImports: [earlier('job-0')] })
    expect((await observe(silent.run)).end).toBe('indeterminate')
  })

  it('asks for each earlier import, and notes those that stay absent through the settle window', async () => {
    const attempt = fakeAttempt(
      { find: ['absent', 'absent', 'absent', 'absent', 'finished'] },
      { earlierImports: [earlier('job-1'), earlier('job-0')] },
    )
    expect(await observe(attempt.run)).toMatchObject({ end: 'done', facts: { earlierImport: { importJobId: 'job-0' } } })
    expect(attempt.asked).toEqual(['job-1', 'job-1', 'job-1', 'job-1', 'job-0'])
    expect((await attempt.events()).map((event) => event.data)).toEqual([
      { attemptId: 'a-job-1', importJobId: 'job-1', importState: 'not-arrived' },
    ])
  })

  it('starts nothing when it may only follow, and what was sent did not arrive', async () => {
    const gone = fakeAttempt({ find: ['absent'] }, { earlierImports: [earlier('job-0')], followsOnly: true })
    expect(await observe(gone.run)).toMatchObject({ end: 'failed', refusal: { code: 'promotion.not-imported' } })
    const there = fakeAttempt({ find: ['finished'] }, { earlierImports: [earlier('job-0')], followsOnly: true })
    expect((await observe(there.run)).end).toBe('done')
  })

  it('does not act on what was asked for before a rule was tightened, though its gates had opened', async () => {
    const facts = buildRequestFacts()
    const decided = decideRequest(facts)
    if (!decided.ok) throw new Error(decided.refusal.message)
    const inForce = (tier: 2 | 4) => {
      const configuration = { ...buildConfiguration(tier), solutions: facts.configuration.solutions.map((each) => ({ ...each, tier })) }
      const rows = { configuration: { version: 2, configuration }, release: facts.release }
      const load = async (kind: 'configuration' | 'release') => rows[kind]
      const listSummaries = async () => ({ rows: [], next: undefined })
      return { policy: facts.policy, readModel: { load, list: async () => [], listSummaries } }
    }
    const { run, ledger } = fakeAttempt({}, { release: facts.release, boundTo: facts.release.managed.digest })
    await ledger.append({ stream: `promotion/${run.promotionId}`, expectedVersion: 0, actor: 'maria', events: decided.value })
    // Only what judging again reads is there.
    const tightened = { ...run, deps: { ...run.deps, ...inForce(4) } } as unknown as AttemptRun
    expect(await observe(tightened)).toMatchObject({ end: 'failed', refusal: { code: 'promotion.request-outdated' } })
  })
})
