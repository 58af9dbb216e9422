import { describe, expect, it } from 'vitest'
import type { EnvironmentId, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { buildConfiguration, buildEnvironment, buildPerson, peopleGate, personId } from '../../../test/support/domain-builders.ts'
import { evaluateTopology } from './evaluate-topology.ts'
import type { Configuration, GateDefinition, Stage } from './pipeline.ts'

function messages(configuration: Configuration): string {
  return evaluateTopology(configuration)
    .map((reason) => `${reason.subject}: ${reason.message}`)
    .join('\n')
}

function withStages(stages: (now: readonly Stage[]) => readonly Stage[], base = buildConfiguration()): Configuration {
  return { ...base, pipelines: base.pipelines.map((pipeline) => ({ ...pipeline, stages: stages(pipeline.stages) })) }
}

function withApproval(gate: GateDefinition, base = buildConfiguration()): Configuration {
  return withStages((stages) => stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, gates: [gate] } : stage)), base)
}

describe('a topology', () => {
  it.each([1, 2, 3, 4] as const)('fits when everything is declared (Tier %i)', (tier) => {
    expect(evaluateTopology(buildConfiguration(tier))).toEqual([])
  })

  it('needs purpose, care class and a known owner of each environment (TOP-01)', () => {
    const base = buildConfiguration()
    const blank = {
      ...buildEnvironment('blank', 'sandbox', 'cattle'),
      purpose: '' as 'sandbox',
      careClass: '' as 'cattle',
      owner: personId('ghost'),
    } // as a file could hold it
    const text = messages({ ...base, environments: [...base.environments, blank] })
    expect(text).toContain('TOP-01: it has no purpose')
    expect(text).toContain('TOP-01: it has no care class')
    expect(text).toContain('TOP-01: its owner ghost is not a declared person')
  })

  it('refuses two environments at one address, however it is written', () => {
    const base = buildConfiguration()
    const production = base.environments.find((environment) => environment.id === 'prod')
    const scratch = { ...buildEnvironment('scratch', 'sandbox', 'cattle'), url: `${(production?.url ?? '').toUpperCase()}/` }
    expect(messages({ ...base, environments: [...base.environments, scratch] })).toContain('environment scratch: TOP-01: its address')
  })

  it('refuses a pet kept as cattle (PET-01)', () => {
    const base = buildConfiguration()
    const environments = base.environments.map((environment) =>
      environment.id === 'prod' ? { ...environment, careClass: 'cattle' as const } : environment,
    )
    expect(messages({ ...base, environments })).toContain('PET-01: a production environment is a pet')
  })

  it('refuses a source that is not for development (PIP-01)', () => {
    const base = buildConfiguration()
    const pipelines = base.pipelines.map((pipeline) => ({
      ...pipeline,
      source: toId<EnvironmentId>('test'),
      stages: pipeline.stages.slice(1),
    }))
    expect(messages({ ...base, pipelines })).toContain('PIP-01: its source test is for test')
  })

  it('wants a test and a production stage from Tier 2 (TOP-02), and not below', () => {
    expect(messages(withStages((stages) => stages.slice(1)))).toContain('TOP-02: it is Tier 2, and pipeline main has no test stage')
    expect(messages(withStages((stages) => stages.slice(0, 1)))).toContain(
      'TOP-02: it is Tier 2, and pipeline main has no production stage',
    )
    expect(messages(withStages((stages) => stages.slice(0, 1), buildConfiguration(1)))).toBe('')
  })

  it('refuses stages in the wrong order, and an environment that comes twice (PIP-01)', () => {
    expect(messages(withStages((stages) => [...stages].reverse()))).toContain('PIP-01: stage Test comes after Production')
    const again = (stages: readonly Stage[]) => [...stages, ...stages.slice(1).map((stage) => ({ ...stage, id: toId<StageId>('again') }))]
    expect(messages(withStages(again))).toContain('PIP-01: environment prod stands in it twice')
  })

  it('refuses a stage that leads into development or nowhere', () => {
    const base = buildConfiguration()
    const environments = [...base.environments, buildEnvironment('dev2', 'development', 'cattle')]
    const into = (id: string) =>
      withStages((stages) => [{ ...(stages[0] as Stage), environment: toId<EnvironmentId>(id) }, ...stages.slice(1)], {
        ...base,
        environments,
      }) // both stages are in the sample
    expect(messages(into('dev2'))).toContain('dev2 is a development environment')
    expect(messages(into('nowhere'))).toContain('its environment nowhere is not declared')
  })

  it('refuses gates of unknown people, of too few people, and without expiry (PIP-10, PIP-11)', () => {
    expect(messages(withApproval(peopleGate('approval', ['ghost', 'ben'])))).toContain('ghost is not a declared person')
    expect(messages(withApproval(peopleGate('approval', ['anna'], 2)))).toContain('quorum of 2 is more than the 1 people')
    expect(messages(withApproval(peopleGate('approval', ['anna', 'anna'], 2)))).toContain('quorum of 2 is more than the 1 people')
    expect(messages(withApproval(peopleGate('approval', ['anna'], 0)))).toContain('quorum is not a whole number of at least 1')
    expect(messages(withApproval({ ...peopleGate('approval', ['anna']), expiresAfterHours: 0 } as GateDefinition))).toContain(
      'no time after which',
    )
  })

  it('refuses an approver pool that nobody could ever ask, because asking excludes from deciding (PIP-10)', () => {
    const alone = { ...buildConfiguration(), people: [buildPerson('olga', 'maker', 'platform-admin')] }
    expect(messages(withApproval(peopleGate('approval', ['olga']), alone))).toContain('it can never be opened')
    const two = { ...alone, people: [...alone.people, buildPerson('maria', 'maker')] }
    expect(messages(withApproval(peopleGate('approval', ['olga']), two))).toBe('')
  })

  it('refuses a solution without known owner or pipeline, and settings for a stage that is not there', () => {
    const base = buildConfiguration()
    const [solution] = base.solutions
    if (solution === undefined) throw new Error('the sample has a solution')
    const settings = { typo: { environmentVariables: {}, connectionReferences: {}, flows: {} } }
    expect(messages({ ...base, solutions: [{ ...solution, owner: personId('ghost') }] })).toContain('ROL-01: its owner ghost')
    expect(messages({ ...base, solutions: [{ ...solution, pipeline: toId('side') }] })).toContain(
      'TOP-01: its pipeline side is not declared',
    )
    expect(messages({ ...base, solutions: [{ ...solution, settings: settings as typeof solution.settings }] })).toContain(
      'settings for stage typo',
    ) // a stage id as a file holds it
  })

  it('refuses a configuration that nobody could change again', () => {
    const base = buildConfiguration()
    expect(messages({ ...base, people: base.people.filter((person) => !person.roles.includes('platform-admin')) })).toContain(
      'nobody has the role platform-admin',
    )
  })

  it('refuses a change of policy without a reason (REL-14)', () => {
    expect(
      messages({
        ...buildConfiguration(),
        policy: { values: [{ path: 'tiers.3.reviewWindowHours', value: 1, reason: ' ' }], demands: [] },
      }),
    ).toContain('REL-14')
  })
})
