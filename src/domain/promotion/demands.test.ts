import { describe, expect, it } from 'vitest'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { GateDefinition } from '#domain/pipeline'
import type { PlannedComponent } from '#domain/plan'
import { applyOverride, shippedPolicy } from '#domain/policy'
import {
  buildConfiguration,
  buildObserved,
  buildPlan,
  buildRelease,
  buildRequestFacts,
  peopleGate,
  productionGates,
  version,
} from '../../../test/support/domain-builders.ts'
import { decideRequest } from './decide-request.ts'
import { classifyChange } from './demands.ts'
import { judgeStanding } from './judge-standing.ts'
import type { RequestFacts } from './request-facts.ts'

/** Whose board is asked only where something demands it. */
const board: GateDefinition = { ...peopleGate('cab', ['carl', 'cleo']), whenDemanded: true } as GateDefinition // a gate of people

function requestOf(
  from: string,
  to: string,
  more: { readonly gates?: readonly GateDefinition[]; readonly changes?: Partial<RequestFacts> } = {},
) {
  const release = buildRelease({ tier: 3, version: version(to) })
  const solutions = [{ uniqueName: 'Permits', version: version(from), isManaged: true, installedAt: undefined }]
  const plan = buildPlan({ release, observed: buildObserved({ solutions } as never), removedComponents: [] }) // as an inspection gives it
  const base = buildConfiguration(3)
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) =>
      stage.id === 'to-prod' ? { ...stage, gates: [...productionGates(3), ...(more.gates ?? [])] } : stage,
    ),
  }))
  const configuration = { ...base, pipelines }
  return buildRequestFacts(3, { release, plan: { ...plan, unseen: [] }, configuration, ...more.changes })
}

function kindsOf(facts: RequestFacts): readonly string[] {
  const decided = decideRequest(facts)
  if (!decided.ok) return [decided.refusal.code, ...decided.refusal.reasons.map(({ subject }) => subject)]
  const [event] = decided.value
  return event?.type === 'promotion-requested' ? event.data.request.gates.map(({ kind }) => kind) : []
}

describe('the size of a change', () => {
  const seen = { content: [] as readonly PlannedComponent[], unseen: [] }
  const sized = (fromVersion: string | undefined, toVersion: string) =>
    classifyChange({ ...seen, fromVersion: fromVersion === undefined ? undefined : version(fromVersion), toVersion: version(toVersion) })
      .size

  it('is major where the first part of the version rises or data goes, and minor where it only adds', () => {
    expect([sized('1.9.0.0', '2.0.0.0'), sized('1.9.0.0', '1.10.0.0'), sized('1.9.0.0', '1.9.1.0'), sized(undefined, '2.0.0.0')]).toEqual([
      'major',
      'standard',
      'minor',
      'standard',
    ])
    const gone = { effect: 'destroy', class: 'destructive', losses: [], kind: 'Entity' } as unknown as PlannedComponent // as far as it is looked at
    expect(classifyChange({ ...seen, content: [gone], fromVersion: version('1.0'), toVersion: version('1.1') })).toMatchObject({
      size: 'major',
      destroys: true,
      kinds: ['Entity'],
    })
  })

  it('is unknown where not all of the target was seen, unless it is major anyway', () => {
    const unseen = [{}] as never // one thing that nobody could see
    expect(classifyChange({ ...seen, unseen, fromVersion: version('1.0'), toVersion: version('1.1') }).size).toBeUndefined()
    expect(classifyChange({ ...seen, unseen, fromVersion: version('1.0'), toVersion: version('2.0') }).size).toBe('major')
  })
})

describe('a demand under a condition', () => {
  it('adds the board to a major change of Tier 3, and to no other', () => {
    expect(kindsOf(requestOf('1.0.0.0', '2.0.0.0', { gates: [board] }))).toContain('cab')
    expect(kindsOf(requestOf('1.0.0.0', '1.1.0.0', { gates: [board] }))).not.toContain('cab')
  })

  it('refuses a request where the stage does not offer what it demands, and says what to add', () => {
    const facts = requestOf('1.0.0.0', '2.0.0.0')
    expect(kindsOf(facts)).toEqual(['TIER-04', 'change advisory board (CAB) approval'])
    const decided = decideRequest(facts)
    expect(decided.ok ? '' : decided.refusal.reasons[0]?.message).toContain('changeClasses.major.3')
    expect(kindsOf(requestOf('1.0.0.0', '1.1.0.0'))).toContain('approval')
  })

  it('holds where its condition cannot be evaluated, or nobody is there to evaluate it', () => {
    const policy = applyOverride(shippedPolicy, {
      values: [],
      demands: [{ id: 'x', when: 'tier == 4', gates: ['cab'], reason: 'this test' }],
    })
    const minor = (changes: Partial<RequestFacts>) =>
      kindsOf(requestOf('1.0.0.0', '1.1.0.0', { gates: [board], changes: { policy, ...changes } }))
    expect(minor({})).not.toContain('cab')
    expect(minor({ conditions: undefined })).toContain('cab')
    expect(minor({ conditions: { check: () => undefined, evaluate: () => 'unknown' } })).toContain('cab')
  })

  it('of a configuration adds gates of machines by itself, and can be let go', () => {
    const demand = (gates: readonly ('train' | 'cab')[], when: string, id: string) => ({ id, when, gates, reason: 'this test' })
    const travelling = applyOverride(shippedPolicy, { values: [], demands: [demand(['train'], 'tier == 3', 'only-by-train')] })
    const silent = applyOverride(shippedPolicy, {
      values: [{ path: 'changeClasses.major.3', value: ['approval'], reason: 'this test' }],
      demands: [demand(['cab'], 'true', 'always'), demand([], 'true', 'always')],
    })
    expect(kindsOf(requestOf('1.0.0.0', '1.1.0.0', { changes: { policy: travelling } }))).toContain('train')
    expect(kindsOf(requestOf('1.0.0.0', '1.1.0.0'))).not.toContain('train')
    expect(kindsOf(requestOf('1.0.0.0', '2.0.0.0', { changes: { policy: silent } }))).toContain('approval')
  })

  it('sees a role of the requester that is granted for this place alone', () => {
    const demands = [{ id: 'new-makers', when: '"release-manager" in requester.roles', gates: ['train' as const], reason: 'this test' }]
    const facts = requestOf('1.0.0.0', '1.1.0.0', { changes: { policy: applyOverride(shippedPolicy, { values: [], demands }) } })
    const grant = {
      to: { person: facts.requester },
      role: 'release-manager' as const,
      environment: toId<EnvironmentId>('prod'),
      reason: 'Away',
    }
    expect(kindsOf(facts)).not.toContain('train')
    expect(kindsOf({ ...facts, configuration: { ...facts.configuration, grants: [grant] } })).toContain('train')
  })

  it('outdates a request that waits when it comes into force afterwards', () => {
    const facts = requestOf('1.0.0.0', '1.1.0.0', { gates: [board] })
    const decided = decideRequest(facts)
    const [event] = decided.ok ? decided.value : []
    if (event?.type !== 'promotion-requested') throw new Error('It should have been requested.')
    const demands = [{ id: 'cab-always', when: 'tier == 3', gates: ['cab' as const], reason: 'this test' }]
    const standing = judgeStanding(
      { request: event.data.request, decisions: [], status: { state: 'pending' }, acknowledgements: [] } as never, // a promotion that waits
      { ...facts, policy: { ...applyOverride(shippedPolicy, { values: [], demands }), version: facts.policy.version } },
    )
    expect(standing.outdated.map(({ subject }) => subject)).toEqual(['change advisory board (CAB) approval'])
  })
})
