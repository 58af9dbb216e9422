import { describe, expect, it } from 'vitest'
import type { NewEvent } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { NewPromotionEvent, PromotionRequest } from '#domain/promotion'
import { decideRequest } from '#domain/promotion'
import type { Release } from '#domain/release'
import { sealRelease } from '#domain/release'
import { buildConfiguration, buildRequestFacts, sha256 } from '../../../test/support/domain-builders.ts'
import type { TargetScript } from '../../../test/support/fake-attempt.ts'
import { fakeAttempt } from '../../../test/support/fake-attempt.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { attemptDefinition } from './run-attempt.ts'

const facts = buildRequestFacts(2)
const flow = { id: 'f-1', name: 'Notify', desired: 'off' as const, action: 'leave' as const, why: '' }

function requested(): PromotionRequest {
  const decided = decideRequest(facts)
  const event = decided.ok ? decided.value[0] : undefined
  if (event?.type !== 'promotion-requested') throw new Error('the request was refused')
  const { request } = event.data
  const parameters = { connectionReferences: [], environmentVariables: [] }
  return { ...request, plan: { ...request.plan, flows: [flow], parameters, steps: ['observe', 'stage', 'import', 'verify'] } }
}

/** Runs attempt a-2 of a promotion whose ledger holds the events before it, and the release. */
async function attempt(options: {
  readonly release?: Release
  readonly earlier?: readonly NewPromotionEvent[]
  readonly script?: TargetScript
}) {
  const request = requested()
  const { run, ledger, sent, switched } = fakeAttempt({
    ...options.script,
    observed: (options.script?.observed ?? [{}]).map((state) => ({ solutions: [installed(request)], ...state })),
  })
  const append = (stream: string, events: readonly NewEvent[]) =>
    ledger.append({ stream, expectedVersion: undefined, actor: 'drover', events })
  await append(`release/${request.releaseId}`, [{ type: 'release-sealed', data: { release: options.release ?? facts.release } }])
  const before: readonly NewPromotionEvent[] = [
    { type: 'promotion-requested', data: { request } },
    ...(options.earlier ?? []),
    { type: 'attempt-started', data: { attemptId: toId('a-2') } },
  ]
  await append(`promotion/${request.promotionId}`, before)
  const deps = {
    ...run.deps,
    paceOf: () => run.pace,
    readModel: {
      load: async (kind: string) => {
        if (kind === 'configuration') return { version: 1, configuration: buildConfiguration() }
        throw new DroverError('unexpected', `nothing that goes into a target may hang on the read model of a ${kind}`)
      },
    },
    fence: {
      hold: async (_key: string, _holder: string, fn: (lease: { check(): Promise<void> }) => Promise<void>) =>
        fn({ check: async () => undefined }),
    },
    environments: { open: () => run.target },
    openSourceControl: () => ({ tag: async () => undefined }),
  } as unknown as WorkerDependencies // only what an attempt touches on the way is there
  await attemptDefinition(deps).run(run.ctx, { promotionId: request.promotionId, attemptId: toId('a-2') })
  const events = (await ledger.read(`promotion/${request.promotionId}`)).slice(before.length)
  return { events, ended: events.findLast((event) => event.type.startsWith('attempt-')), sent, switched }
}

function installed({ solution, version }: PromotionRequest) {
  return { id: 's', uniqueName: solution, version, isManaged: true, publisherPrefix: 'con' }
}

const imported: readonly NewPromotionEvent[] = [
  { type: 'attempt-started', data: { attemptId: toId('a-1') } },
  {
    type: 'target-observed',
    data: { attemptId: toId('a-1'), before: { layers: [{ kind: 'Workflow', componentId: 'old' }], flows: [{ id: 'f-1', state: 'off' }] } },
  },
  { type: 'job-recorded', data: { attemptId: toId('a-1'), importJobId: 'job-0', importState: 'sent' } },
  { type: 'attempt-errored', data: { attemptId: toId('a-1'), code: 'dataverse.forbidden', message: '' } },
]

describe('an attempt', () => {
  it('puts nothing in when the sealed release of the ledger names other bytes than those approved', async () => {
    const { seal: _seal, ...content } = facts.release
    const other = sealRelease({ ...content, managed: { ...content.managed, digest: toId('sha256:other') } }, sha256)
    const { ended, sent } = await attempt({ release: other })
    expect(ended).toMatchObject({ type: 'attempt-failed', data: { refusal: { code: 'PIP-02' }, isResumable: false } })
    expect(sent).toEqual([])
  })

  it('resumed after an import that went in: verifies against what was there before it, and sends nothing', async () => {
    const layers = { [facts.release.solution]: [{ kind: 'Workflow', componentId: 'old', changed: ['clientdata'] }] }
    const observed = [{ flows: [{ id: 'f-1', name: 'Notify', state: 'off' as const, ownerId: undefined }] }]
    const { ended, sent } = await attempt({ earlier: imported, script: { find: ['finished'], layers, observed } })
    expect(ended?.type, JSON.stringify(ended)).toBe('attempt-succeeded')
    expect(sent).toEqual([])
  })

  it('looks at flows that are left alone too, and stops again one that the import started', async () => {
    const state = (on: 'on' | 'off') => ({ flows: [{ id: 'f-1', name: 'Notify', state: on, ownerId: undefined }] })
    const { ended, switched } = await attempt({ earlier: imported, script: { find: ['finished'], observed: [state('on'), state('off')] } })
    expect([ended?.type, switched]).toEqual(['attempt-succeeded', ['f-1 off']])
  })

  it('that fails after the import can be resumed', async () => {
    const { ended } = await attempt({ earlier: imported, script: { find: ['finished'], observed: [{ flows: [] }] } })
    expect(ended).toMatchObject({ type: 'attempt-failed', data: { refusal: { code: 'verification.failed' }, isResumable: true } })
  })

  it('is held as indeterminate when nobody tells what became of an earlier import', async () => {
    const { ended, sent } = await attempt({ earlier: imported, script: { find: ['no-answer'] } })
    expect([ended?.type, sent]).toEqual(['attempt-indeterminate', []])
  })
})
