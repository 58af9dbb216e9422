import { describe, expect, it } from 'vitest'
import type { Environment } from '#domain/environment'
import type { EnvironmentId, PipelineId, StageId } from '#domain/kernel'
import { canonicalJson, toId } from '#domain/kernel'
import type { Configuration, GateDefinition, Pipeline, PolicyChanges, Stage } from '#domain/pipeline'
import { fillConfiguration } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import {
  buildConfiguration,
  buildEnvironment,
  buildGoverned,
  buildPerson,
  peopleGate,
  personId,
  productionGates,
  sha256,
} from '../../../test/support/domain-builders.ts'
import { decideConfiguration } from './decide-configuration.ts'
import { demandedGates, requiredDistinctPeople } from './demanded-gates.ts'
import { authorityOver } from './judge-change.ts'
import { findGuide } from './policy-guide.ts'
import { applyOverride } from './policy-in-force.ts'
import { readPolicyChanges, writePolicyChanges } from './read-changes.ts'
import { writePolicyDocument } from './write-document.ts'
import { findUnsourced, listLeaves } from './list-leaves.ts'
import { shippedPolicy } from './shipped-policy.ts'
import { findValueProblem } from './value-form.ts'

const pet = { careClass: 'pet' } as const
const cattle = { careClass: 'cattle' } as const

describe('changing the policy by a file', () => {
  const leaves = listLeaves(shippedPolicy)
  const authority = (path: string, was: unknown, is: unknown) => authorityOver(path, was, is)

  it('knows of every value which way it is weaker, and in which words it is told', () => {
    expect(leaves.map(({ path }) => path).filter((path) => findGuide(path) === undefined)).toEqual([])
  })

  it('lets no value be changed in both directions by one person', () => {
    for (const { path, sourced } of leaves) {
      if (typeof sourced.value !== 'number') continue
      const [up, down] = [authority(path, sourced.value, sourced.value + 1), authority(path, sourced.value, sourced.value - 1)]
      expect([path, [up, down].includes('two-people')]).toEqual([path, true])
    }
  })

  it('takes two people for whatever asks less, and one for what asks more', () => {
    const table: readonly (readonly [string, unknown, unknown, string])[] = [
      ['tiers.3.reviewWindowHours', 24, 2, 'two-people'],
      ['tiers.3.reviewWindowHours', 24, 48, 'platform-admin'],
      ['tiers.4.distinctPeople', 4, 3, 'two-people'],
      ['tiers.2.pet', ['approval'], ['approval', 'uat'], 'platform-admin'],
      ['tiers.2.pet', ['approval', 'uat'], ['approval', 'review'], 'two-people'],
      ['tiers.3.checksBlockFrom', 'critical', 'high', 'platform-admin'],
      ['tiers.3.checksBlockFrom', 'critical', null, 'two-people'],
      ['tiers.3.recovery', { kind: 'rehearsed', within: 365 }, { kind: 'documented' }, 'two-people'],
      ['tiers.3.recovery', { kind: 'rehearsed', within: 365 }, { kind: 'rehearsed', within: 180 }, 'platform-admin'],
      ['tiers.3.recovery', { kind: 'rehearsed', within: 365 }, { kind: 'rehearsed', within: 'major' }, 'two-people'],
      ['tiers.3.managedOnly', true, false, 'two-people'],
      ['tiers.2.restorePoint', 'wanted', 'required', 'platform-admin'],
      ['checksValidForDays', 90, 120, 'two-people'],
      ['mayRequest', ['maker'], ['maker', 'cab'], 'two-people'],
      ['positions.C6.chosen', 'with-its-losses', 'never', 'two-people'],
      ['nobody.knows', 1, 2, 'two-people'],
    ]
    for (const [path, was, is, wanted] of table) expect([path, is, authority(path, was, is)]).toEqual([path, is, wanted])
  })

  it('takes two people for a condition that is changed, and one for a demand that is new or has more gates', () => {
    const demand = (gates: readonly string[], when = 'tier == 3') => ({ when, gates })
    expect(authority('demands.x', undefined, demand(['cab']))).toBe('platform-admin')
    expect(authority('demands.x', demand(['cab']), demand(['cab', 'uat']))).toBe('platform-admin')
    expect(authority('demands.x', demand(['cab']), demand(['cab', 'uat'], 'tier == 4'))).toBe('two-people')
    expect(authority('demands.x', demand(['cab']), demand([]))).toBe('two-people')
    expect(authority('demands.x', demand(['cab']), undefined)).toBe('two-people')
  })

  it('changes nothing when it is given what is shipped, whole', () => {
    const document = JSON.parse(JSON.stringify(writePolicyDocument(shippedPolicy))) as unknown
    expect(readPolicyChanges(shippedPolicy, document)).toEqual({ changes: { values: [], demands: [] }, faults: [] })
  })

  it('reads back what it wrote, of every value', () => {
    for (const { path, sourced } of leaves.filter((leaf) => !leaf.path.startsWith('demands.'))) {
      const changes = setting(path, sourced.value ?? null)
      expect(readPolicyChanges(shippedPolicy, writePolicyChanges(changes))).toEqual({ changes, faults: [] })
    }
  })

  it.each([
    [{ tiers: { 3: { reviewWindow: 2 } }, reason: 'x' }, 'tiers.3.reviewWindow', 'is not known here'],
    [{ tiers: { 3: { reviewWindowHours: 'two' } }, reason: 'x' }, 'tiers.3.reviewWindowHours', 'a number of hours'],
    [{ tiers: { 3: { reviewWindowHours: -1 } }, reason: 'x' }, 'tiers.3.reviewWindowHours', 'from 0 to 100000'],
    [{ tiers: { 3: { rescueKeptDays: 1e300 } }, reason: 'x' }, 'tiers.3.rescueKeptDays', 'from 0 to 100000'],
    [{ tiers: { 3: { pet: ['approvals'] } }, reason: 'x' }, 'tiers.3.pet', '"approvals" is not known here'],
    [{ mayRequest: ['king'], reason: 'x' }, 'mayRequest', '"king" is not known here'],
    [{ tiers: { 1: { pet: ['king'] } }, reason: 'x' }, 'tiers.1.pet', '"king" is not known here'],
    [{ tiers: { 3: { checksBlockFrom: 'grave' } }, reason: 'x' }, 'tiers.3.checksBlockFrom', 'one of'],
    [{ tiers: { 2: { recovery: { kind: 'none' } } }, reason: 'x' }, 'tiers.2.recovery', 'REL-08'],
    [{ positions: { C6: { chosen: 'perhaps' } }, reason: 'x' }, 'positions.C6.chosen', 'with-its-losses'],
    [{ positions: { C4: { chosen: 'lightweight-start' } }, reason: 'x' }, 'positions.C4.chosen', 'this must be one of: test-required'],
    [{ tiers: { 3: { reviewWindowHours: 2 } } }, 'tiers.3.reviewWindowHours', 'without a reason'],
    [{ demands: [{ id: 'a', when: 'true', gates: ['king'], reason: 'x' }] }, 'demands.0.gates.0', 'no such gate'],
    [{ demands: [{ id: 'a', when: 'true', gates: ['cab'] }] }, 'demands.0', 'has its reason'],
    [{ demands: [{ id: 'a', gates: ['cab'], reason: 'x' }] }, 'demands.0.when', 'in CEL'],
    [{ tiers: 3, reason: 'x' }, 'tiers', 'a map'],
  ])('refuses %j', (document, path, message) => {
    const { faults } = readPolicyChanges(shippedPolicy, document)
    expect(faults.map((fault) => [fault.path.join('.'), fault.message.includes(message)])).toEqual([[path, true]])
  })

  it('gives two different changes two versions, and the same one the same', () => {
    const versions = [1, 2, 1].map((hours) => applyOverride(shippedPolicy, setting('tiers.3.reviewWindowHours', hours)).version)
    expect(new Set(versions).size).toBe(2)
    expect(versions[0]).toBe(versions[2])
  })

  it('reads what configurations said when only some numbers could be set', () => {
    const earlier = { reviewWindowHours: { 3: 2 }, recoveryRehearsedWithinDays: { 4: 'not-asked' as const }, reason: 'then' }
    const policy = applyOverride(shippedPolicy, fillConfiguration({ policy: earlier }).policy)
    expect(policy.tiers[3].reviewWindowHours.value).toBe(2)
    expect(policy.tiers[4].recovery.value).toEqual({ kind: 'documented' })
    expect(policy.tiers[4].recovery.source).toContain('then')
  })
})

describe('the shipped policy', () => {
  it('names a source for every number and demand, and why we chose what is ours', () => {
    const leaves = listLeaves(shippedPolicy)
    expect(leaves.length).toBeGreaterThan(90)
    for (const { path, sourced } of leaves) {
      expect([path, ['stated', 'ours'].includes(sourced.status)]).toEqual([path, true])
      expect([path, sourced.source.trim().length > 8]).toEqual([path, true])
      if (sourced.status === 'ours') expect([path, sourced.source.length > 15]).toEqual([path, true])
    }
  })

  it('has no number or demand that is not sourced', () => {
    // Of a disagreement of the sources, the question and the answers are theirs; what is chosen is sourced.
    const said = /^positions\.C\d+\.(question|options\..+|effect\..+)$/
    expect(findUnsourced(shippedPolicy).filter((path) => !said.test(path))).toEqual(['version'])
  })

  // Decisions are bound to the version of the policy: a value that changed under the same version would leave a yes standing that was given to other demands.
  it('has another version whenever a value of it is another', () => {
    const values = listLeaves(shippedPolicy).map(({ path, sourced }) => [path, sourced.value ?? null])
    const fingerprint = sha256(canonicalJson(values)).slice(0, 16)
    const versions = { 'shipped-4': '2ab43a0c658f723a' }
    const what = 'Values of the shipped policy changed: raise its version, and write that and this fingerprint here'
    expect({ what, [shippedPolicy.version]: fingerprint }).toEqual({ what, ...versions })
  })

  it('demands more of each higher tier, never less', () => {
    const tiers: readonly Tier[] = [1, 2, 3, 4]
    for (const tier of tiers.slice(1)) {
      const lower = (tier - 1) as Tier // 1 to 3
      for (const environment of [pet, cattle]) {
        expect(demandedGates(shippedPolicy, tier, environment)).toEqual(
          expect.arrayContaining(demandedGates(shippedPolicy, lower, environment)),
        )
        expect(requiredDistinctPeople(shippedPolicy, tier, environment)).toBeGreaterThanOrEqual(
          requiredDistinctPeople(shippedPolicy, lower, environment),
        )
      }
      expect(shippedPolicy.tiers[tier].reviewWindowHours.value).toBeGreaterThanOrEqual(shippedPolicy.tiers[lower].reviewWindowHours.value)
    }
  })

  it('blocks on critical from Tier 2 and on high in Tier 4, and never in Tier 1', () => {
    expect([1, 2, 3, 4].map((tier) => shippedPolicy.tiers[tier as Tier].checksBlockFrom.value)).toEqual([
      undefined,
      'critical',
      'critical',
      'high',
    ])
  })

  it('keeps Tier 1 out of pets', () => {
    expect([1, 2, 3, 4].map((tier) => shippedPolicy.tiers[tier as Tier].mayEnterPet.value)).toEqual([false, true, true, true])
  })

  it('asks no people before cattle, and 1, 2, 3, 4 different ones before a pet', () => {
    expect([1, 2, 3, 4].map((tier) => requiredDistinctPeople(shippedPolicy, tier as Tier, pet))).toEqual([1, 2, 3, 4])
    expect(demandedGates(shippedPolicy, 4, cattle)).toEqual(['checks', 'settings', 'preflight', 'version-rises', 'source-control'])
  })

  it('demands the board, the tests and the test lead in Tier 4 only', () => {
    for (const kind of ['cab', 'automated-tests', 'test-lead'] as const) {
      expect(demandedGates(shippedPolicy, 4, pet)).toContain(kind)
      expect(demandedGates(shippedPolicy, 3, pet)).not.toContain(kind)
    }
  })

  it('takes a changed number with the reason for it as its source', () => {
    const changed = applyOverride(shippedPolicy, setting('tiers.3.reviewWindowHours', 2))
    expect(changed.tiers[3].reviewWindowHours.value).toBe(2)
    expect(changed.tiers[3].reviewWindowHours.source).toContain('rehearsal')
    expect(changed.tiers[4]).toEqual(shippedPolicy.tiers[4])
    expect(changed.version).not.toBe(shippedPolicy.version)
  })

  it.each(['2026-12-25', 'DE 2026-02-30', 'DE 25.12.2026'])('takes no holiday without a region and a day that there is: %s', (holiday) => {
    const of = { policy: shippedPolicy, path: 'calendar.holidays', shipped: [] }
    expect(findValueProblem({ ...of, value: [holiday] })).toContain('DE-BY 2026-12-25')
    expect(findValueProblem({ ...of, value: ['DE-BY 2026-12-25'] })).toBeUndefined()
  })
})

function setting(path: string, value: unknown, reason = 'rehearsal'): PolicyChanges {
  return { values: [{ path, value, reason }], demands: [] }
}

function withGates(tier: Tier, gates: readonly GateDefinition[]): Configuration {
  const base = buildConfiguration(tier)
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, gates } : stage)),
  }))
  return { ...base, pipelines }
}

function withoutProduction(base: Configuration): Configuration {
  return {
    ...base,
    solutions: [],
    pipelines: base.pipelines.map((pipeline) => ({ ...pipeline, stages: pipeline.stages.filter((stage) => stage.id !== 'to-prod') })),
  }
}

function decideFirst(after: Configuration, actor = 'pat') {
  return decideConfiguration({ before: undefined, after, actor: personId(actor) })
}

function decideNext(before: Configuration, after: Configuration, [actor, confirmedBy]: readonly [string, string?] = ['pat']) {
  return decideConfiguration({
    before,
    after,
    actor: personId(actor),
    confirmedBy: confirmedBy === undefined ? undefined : personId(confirmedBy),
  })
}

function codeOf(result: ReturnType<typeof decideConfiguration>): string {
  if (result.ok) return result.value.outcome === 'apply' ? 'ok' : 'needs a second person'
  return result.refusal.code
}

describe('applying a first configuration', () => {
  it('is allowed to a declared platform-admin, and to nobody else', () => {
    expect(codeOf(decideFirst(buildConfiguration()))).toBe('ok')
    expect(codeOf(decideFirst(buildConfiguration(), 'maria'))).toBe('configuration.not-authorised')
    expect(codeOf(decideFirst(buildConfiguration(), 'ghost'))).toBe('configuration.not-authorised')
  })

  it('refuses a topology that does not fit, with the rule that says so', () => {
    const base = buildConfiguration()
    const environments = base.environments.map((environment) => ({ ...environment, owner: personId('ghost') }))
    expect(codeOf(decideFirst({ ...base, environments }))).toBe('TOP-01')
    const pipelines = base.pipelines.map((pipeline) => ({ ...pipeline, stages: pipeline.stages.slice(1) }))
    expect(codeOf(decideFirst({ ...base, pipelines }))).toBe('TOP-02')
  })

  it.each([2, 3, 4] as const)('refuses a pipeline that lacks any one gate that Tier %i demands', (tier) => {
    expect(codeOf(decideFirst(withGates(tier, productionGates(tier))))).toBe('ok')
    for (const lacking of productionGates(tier)) {
      const result = decideFirst(
        withGates(
          tier,
          productionGates(tier).filter((gate) => gate.kind !== lacking.kind),
        ),
      )
      expect([lacking.kind, codeOf(result)]).toEqual([lacking.kind, 'TIER-04'])
    }
  })

  it('names the missing gate and where the demand comes from', () => {
    const result = decideFirst(
      withGates(
        4,
        productionGates(4).filter((gate) => gate.kind !== 'cab'),
      ),
    )
    expect(result.ok ? '' : result.refusal.reasons[0]?.message).toContain('change advisory board')
    expect(result.ok ? '' : result.refusal.reasons[0]?.message).toContain('ALM at Scale')
  })

  it.each(['approval', 'review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab'] as const)(
    'refuses somebody at the gate %s who has no role that fits it',
    (kind) => {
      const gates = productionGates(4).map((gate) => (gate.kind === kind ? peopleGate(kind, ['maria']) : gate))
      const result = decideFirst(withGates(4, gates))
      expect(codeOf(result)).toBe('ROL-03')
      expect(result.ok ? '' : result.refusal.reasons[0]?.message).toContain('names maria')
    },
  )

  it('refuses gates that separation of duties leaves without different people (ROL-07)', () => {
    const same = ['anna']
    const gates = productionGates(3).map((gate) =>
      gate.kind === 'review' || gate.kind === 'approval' ? peopleGate(gate.kind, same) : gate,
    )
    const result = decideFirst(withGates(3, gates))
    expect(codeOf(result)).toBe('TIER-04')
    expect(result.ok ? '' : result.refusal.reasons[0]?.message).toContain('ROL-07')
  })

  it('finds the one way to staff separated gates, also when the first choice has to give way', () => {
    const gates = (review: readonly string[]) =>
      productionGates(3).map((gate) => {
        if (gate.kind === 'review') return peopleGate('review', review)
        return gate.kind === 'approval' ? peopleGate('approval', ['anna']) : gate
      })
    expect(codeOf(decideFirst(withGates(3, gates(['anna', 'rita']))))).toBe('ok')
    expect(codeOf(decideFirst(withGates(3, gates(['anna']))))).toBe('TIER-04')
  })

  it('refuses too few deciders for the number of different people, whatever gates are kept apart', () => {
    const tier2 = { ...shippedPolicy.tiers[2], distinctPeople: { value: 4, source: 'this test', status: 'ours' as const } }
    const policy = { ...shippedPolicy, tiers: { ...shippedPolicy.tiers, 2: tier2 } }
    const apply = (people: readonly string[]) =>
      codeOf(
        decideConfiguration({ before: undefined, after: withGates(2, [peopleGate('approval', people)]), actor: personId('pat'), policy }),
      )
    expect([apply(['anna', 'ben']), apply(['anna', 'ben', 'olga'])]).toEqual(['TIER-04', 'ok'])
  })

  it('refuses gates that the same two people fill, because one of them would have to ask', () => {
    const base = withGates(3, [
      peopleGate('review', ['olga', 'anna']),
      peopleGate('approval', ['olga', 'anna']),
      peopleGate('uat', ['olga', 'anna']),
      peopleGate('security', ['olga', 'anna']),
    ])
    const two = {
      ...base,
      people: [
        buildPerson('olga', 'platform-admin', 'reviewer', 'approver', 'security'),
        buildPerson('anna', 'reviewer', 'approver', 'security'),
      ],
    }
    expect(codeOf(decideFirst(two, 'olga'))).toBe('TIER-04')
    expect(codeOf(decideFirst({ ...two, people: [...two.people, buildPerson('maria', 'maker')] }, 'olga'))).toBe('ok')
  })
})

describe('changing a configuration', () => {
  const before = buildConfiguration(3)
  const lowered = { ...before, solutions: before.solutions.map((solution) => ({ ...solution, tier: 2 as const })) }

  it('needs nobody when nothing changes', () => {
    expect(decideNext(before, buildConfiguration(3), ['maria'])).toEqual({ ok: true, value: { changes: [], outcome: 'apply' } })
  })

  it('needs a platform-admin of the configuration in force, not of the proposed one', () => {
    const coup = {
      ...before,
      people: before.people.map((person) => (person.id === 'maria' ? { ...person, roles: ['platform-admin' as const] } : person)),
    }
    expect(codeOf(decideNext(before, coup, ['maria', 'maria']))).toBe('configuration.not-authorised')
    expect(codeOf(decideNext(before, coup, ['pat', 'maria']))).toBe('configuration.not-authorised')
  })

  it('lets a platform-admin alone raise a tier, rename, and change settings', () => {
    const raised = { ...lowered, solutions: before.solutions }
    expect(codeOf(decideNext(lowered, raised))).toBe('ok')
    const settings = { 'to-prod': { environmentVariables: { a: 'b' }, connectionReferences: {}, flows: {} } }
    const withSettings = {
      ...before,
      solutions: before.solutions.map((solution) => ({ ...solution, settings: settings as typeof solution.settings })),
    } // stage ids as a file holds them
    expect(codeOf(decideNext(before, withSettings))).toBe('ok')
  })

  const approverGone = withGates(
    3,
    productionGates(3).map((gate) => (gate.kind === 'approval' ? peopleGate('approval', ['ben']) : gate)),
  )
  const approverMore = withGates(
    3,
    productionGates(3).map((gate) => (gate.kind === 'approval' ? peopleGate('approval', ['anna', 'ben', 'olga']) : gate)),
  )
  const extraGate = withGates(2, [...productionGates(2), peopleGate('uat', ['olga'])])
  const moved = {
    ...before,
    environments: before.environments.map((environment) =>
      environment.id === 'prod' ? { ...environment, url: 'http://elsewhere' } : environment,
    ),
  }
  const tamed = (careClass: 'pet' | 'cattle') => ({
    ...before,
    environments: before.environments.map((environment) => (environment.id === 'test' ? { ...environment, careClass } : environment)),
  })
  const petTest = {
    ...tamed('pet'),
    pipelines: before.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({ ...stage, gates: productionGates(3) })),
    })),
  }

  const scratch = buildEnvironment('scratch', 'sandbox', 'cattle')
  const sneak: Pipeline = {
    id: toId<PipelineId>('sneak'),
    name: 'sneak',
    source: toId<EnvironmentId>('dev'),
    stages: [{ id: toId<StageId>('out'), name: 'Out', environment: toId<EnvironmentId>('prod'), gates: [] }],
  }
  const quietly = { ...before, environments: [...before.environments, buildEnvironment('quiet', 'test', 'cattle')] }
  /** Over a place that was there already, in which nobody would meet what is wrong. */
  const detour = (pipeline: Pipeline): Pipeline => ({
    ...pipeline,
    stages: pipeline.stages.flatMap((stage): Stage[] =>
      stage.id === 'to-prod'
        ? [{ id: toId<StageId>('quiet'), name: 'Quiet', environment: toId<EnvironmentId>('quiet'), gates: [] }, stage]
        : [stage],
    ),
  })
  const other = { ...buildGoverned(1), uniqueName: 'Other' }
  const longer = withGates(
    3,
    productionGates(3).map((gate) => ('people' in gate ? { ...gate, expiresAfterHours: 500 } : gate)),
  )
  const otherTest = (changes: Partial<Environment>) => ({
    ...before,
    environments: before.environments.map((environment) => (environment.id === 'test' ? { ...environment, ...changes } : environment)),
  })

  it('lets a platform-admin alone add a solution to a way that is there already, shorten what lapses, and lengthen no window', () => {
    expect(codeOf(decideNext(before, { ...before, solutions: [...before.solutions, other] }))).toBe('ok')
    expect(codeOf(decideNext(longer, before))).toBe('ok')
  })

  it('lets a platform-admin alone name the administration where tokens go already', () => {
    const known = before.environments.find(({ id }) => id === 'test')?.url ?? ''
    expect(codeOf(decideNext(before, otherTest({ administrationUrl: `${new URL(known).origin}/admin` })))).toBe('ok')
  })

  it.each([
    ['adding an environment', before, { ...before, environments: [...before.environments, scratch] }],
    ['adding a pipeline into a pet', before, { ...before, pipelines: [...before.pipelines, sneak] }],
    ['adding a stage into a pet', withoutProduction(before), before],
    [
      'adding a solution on a pipeline that comes with it',
      before,
      {
        ...before,
        pipelines: [
          ...before.pipelines,
          { ...sneak, stages: [{ ...sneak.stages[0], environment: toId<EnvironmentId>('test') }] as Stage[] },
        ],
        solutions: [...before.solutions, { ...other, pipeline: sneak.id }],
      },
    ],
    ['adding a gate that people open', withGates(2, productionGates(2)), extraGate],
    ['pointing an environment to another address', before, otherTest({ url: 'http://127.0.0.1/other' })],
    ['sending tokens to another server', before, otherTest({ administrationUrl: 'https://elsewhere.example' })],
    ['sending them to another Power Platform API', before, otherTest({ platformApiUrl: 'https://elsewhere.example' })],
    ['sending them to another API of Power Apps', before, otherTest({ powerAppsUrl: 'https://elsewhere.example' })],
    ['letting the rows of a pet into an environment', before, otherTest({ recovers: toId<EnvironmentId>('prod') })],
    [
      'taking a pet the place where its restore points are asked for',
      { ...petTest, environments: petTest.environments.map((each) => ({ ...each, platformApiUrl: each.url })) },
      petTest,
    ],
    [
      'answering for the data of a pet',
      petTest,
      { ...petTest, environments: petTest.environments.map((each) => ({ ...each, dataOwners: [] })) },
    ],
    ['signing in as somebody else', before, otherTest({ credentials: { ...scratch.credentials, clientId: 'another' } })],
    ['letting an undecided request live longer', before, longer],
    ['lowering a tier', before, lowered],
    ['removing an approver', before, approverGone],
    ['adding an approver', before, approverMore],
    ['removing a gate', extraGate, buildConfiguration(2)],
    ['making cattle of a pet', petTest, { ...petTest, environments: before.environments }],
    ['changing the address of a pet', before, moved],
    ['shortening a review window', before, { ...before, policy: setting('tiers.3.reviewWindowHours', 0, 'hurry') }],
    ['committing sources, and tagging what proves releases and the ledger, elsewhere', before, { ...before, sourceRepository: './of-pat' }],
    [
      'putting another stage between a pet and the one that shows what goes into it',
      quietly,
      { ...quietly, pipelines: before.pipelines.map(detour) },
    ],
    ['making a platform-admin', before, { ...before, people: [...before.people, buildPerson('eve', 'platform-admin')] }],
  ])('needs two different platform-admins for %s', (_, from, to) => {
    expect(codeOf(decideNext(from, to))).toBe('needs a second person')
    expect(codeOf(decideNext(from, to, ['pat', 'pat']))).toBe('configuration.confirmed-by-self')
    expect(codeOf(decideNext(from, to, ['pat', 'maria']))).toBe('configuration.not-authorised')
    expect(codeOf(decideNext(from, to, ['pat', 'piet']))).toBe('ok')
  })

  it('tells each change in plain words', () => {
    const result = decideNext(before, lowered, ['pat', 'piet'])
    expect(result.ok && result.value.changes).toEqual([
      { subject: 'solution Permits', text: 'Tier changes from 3 to 2.', authority: 'two-people' },
    ])
  })
})
