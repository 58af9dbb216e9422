import { describe, expect, it } from 'vitest'
import type { EnvironmentId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Grant, Person, Role } from '#domain/people'
import { hasRoleIn } from '#domain/people'
import type { Configuration, PeopleGate } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import { buildConfiguration, buildPerson, peopleGate, personId, productionGates } from '../../../test/support/domain-builders.ts'
import { accountableFor } from './accountable-for.ts'
import { decideConfiguration } from './decide-configuration.ts'
import { actingOn, refuseActor } from './refuse-actor.ts'
import { shippedPolicy } from './shipped-policy.ts'

const prod = toId<EnvironmentId>('prod')
const test = toId<EnvironmentId>('test')
const robot: Person = { ...buildPerson('robot', 'maker', 'test-lead'), kind: 'service' }

function withGates(configuration: Configuration, gates: Configuration['pipelines'][number]['stages'][number]['gates']): Configuration {
  const pipelines = configuration.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, gates } : stage)),
  }))
  return { ...configuration, pipelines }
}

function apply(after: Configuration, before?: Configuration) {
  return decideConfiguration({ before, after, actor: personId('pat') })
}

function whyNot(result: Result<unknown>): string {
  return result.ok ? '' : [result.refusal.code, ...result.refusal.reasons.map(({ message }) => message)].join(' | ')
}

describe('a role that is granted for some places', () => {
  const grant: Grant = { to: { group: 'crew' }, role: 'maker', environment: prod, reason: 'Runs the night shift' }
  const configuration = buildConfiguration(2, {
    groups: [{ id: 'crew', name: 'Crew', members: [personId('ben')] }],
    grants: [grant],
  })
  const has = (role: Role, scope: Parameters<typeof hasRoleIn>[2]['scope']) =>
    hasRoleIn(configuration, personId('ben'), { roles: [role], scope })

  it('holds there and nowhere else, nor where nobody says which place is meant', () => {
    expect([has('maker', { environment: prod }), has('maker', { environment: test }), has('maker', {})]).toEqual([true, false, false])
    expect([has('approver', { environment: test }), has('security', { environment: prod })]).toEqual([true, false])
  })

  it('lets act there alone', () => {
    const may = { may: shippedPolicy.mayRequest, deed: 'ask' }
    expect(refuseActor(actingOn(configuration, { environment: prod }), personId('ben'), may)).toBeUndefined()
    expect(refuseActor(actingOn(configuration, { environment: test }), personId('ben'), may)?.refusal.code).toBe('promotion.not-allowed')
    expect(refuseActor(configuration.people, personId('ben'), may)?.refusal.code).toBe('promotion.not-allowed')
  })

  it('is what people at a gate need there (ROL-03)', () => {
    const gates = [peopleGate('approval', ['maria'])]
    const granted = (where: EnvironmentId): Configuration => ({
      ...withGates(buildConfiguration(2), gates),
      grants: [{ to: { person: personId('maria') }, role: 'approver', environment: where, reason: 'Stands for the business' }],
    })
    expect(whyNot(apply(granted(test)))).toMatch(/^ROL-03 \| ROL-03: it names maria/)
    expect(whyNot(apply(granted(prod)))).toBe('')
  })

  it('is never that of a platform-admin, and names what is declared', () => {
    const wrong = (changes: Partial<Grant>) => whyNot(apply({ ...configuration, grants: [{ ...grant, ...changes }] }))
    expect(wrong({ role: 'platform-admin' })).toMatch(/a platform-admin is one everywhere/)
    expect(wrong({ to: { group: 'nobody' } })).toMatch(/group nobody is not declared/)
    expect(wrong({ to: { person: personId('ghost') } })).toMatch(/person ghost is not declared/)
    expect(wrong({ solution: 'Tolls' })).toMatch(/solution Tolls is not declared/)
  })
})

describe('a group at a gate', () => {
  const approvalBy = (groups: readonly string[], people: readonly string[] = [], quorum = 1): PeopleGate => ({
    ...{ kind: 'approval' as const, people: people.map(personId), groups, quorum, expiresAfterHours: 72 },
  })
  const board = (...members: string[]): Configuration => ({
    ...withGates(buildConfiguration(2), [approvalBy(['board'])]),
    groups: [{ id: 'board', name: 'Board', members: members.map(personId) }],
  })

  it('opens it by people enough who have a role for it', () => {
    expect(whyNot(apply(board('anna', 'ben')))).toBe('')
    expect(whyNot(apply(board()))).toMatch(/quorum of 1 is more than the 0 people/)
    expect(whyNot(apply(board('anna', 'rita')))).toMatch(/ROL-03: it names rita/)
  })

  it('counts nobody twice who is in two of them', () => {
    const twice = approvalBy(['board', 'crew'], ['anna'], 2)
    const groups = ['board', 'crew'].map((id) => ({ id, name: id, members: [personId('anna')] }))
    expect(whyNot(apply({ ...withGates(buildConfiguration(2), [twice]), groups }))).toMatch(/quorum of 2 is more than the 1 people/)
  })

  it('takes two people to change, as the names of a gate do; one that opens nothing takes one', () => {
    const before = board('anna', 'ben')
    expect(apply(board('anna', 'ben', 'olga'), before)).toMatchObject({ ok: true, value: { outcome: 'propose' } })
    const idle = (...members: string[]) =>
      buildConfiguration(2, { groups: [{ id: 'board', name: 'Board', members: members.map(personId) }] })
    expect(apply(idle('anna', 'olga'), idle('anna'))).toMatchObject({ ok: true, value: { outcome: 'apply' } })
  })

  it('takes two people to fill where its members may approve waivers or second emergencies, as those roles themselves do', () => {
    const opens = (...members: string[]): Configuration =>
      buildConfiguration(2, {
        groups: [{ id: 'night', name: 'Night', members: members.map(personId) }],
        grants: [{ to: { group: 'night' }, role: 'security', environment: prod, reason: 'Runs the night shift' }],
      })
    const withRole = (role: Role): Configuration => {
      const before = buildConfiguration(2)
      return { ...before, people: before.people.map((one) => (one.id === 'maria' ? { ...one, roles: [...one.roles, role] } : one)) }
    }
    const outcomes = [
      apply(opens('sam', 'maria'), opens('sam')),
      apply(opens('sam'), buildConfiguration(2)),
      apply(withRole('security'), buildConfiguration(2)),
      apply(withRole('environment-owner'), buildConfiguration(2)),
      apply(withRole('reviewer'), buildConfiguration(2)),
    ]
    expect(outcomes.map((result) => result.ok && result.value.outcome)).toEqual(['propose', 'apply', 'propose', 'propose', 'apply'])
  })

  it('takes two people to reach one more solution: whom a gate names decides there by a role, which one admin could widen', () => {
    const base = withGates(buildConfiguration(2), [peopleGate('approval', ['anna', 'maria'])])
    const other = base.solutions.map((solution) => ({ ...solution, uniqueName: 'Other' }))
    const approves = (...solutions: string[]): Configuration => ({
      ...base,
      solutions: [...base.solutions, ...other],
      groups: [{ id: 'night', name: 'Night', members: solutions.includes('night') ? [personId('maria')] : [] }],
      grants: [
        { to: { group: 'night' }, role: 'approver', solution: 'Other', reason: 'Knows it' },
        ...solutions
          .filter((solution) => solution !== 'night')
          .map((solution): Grant => ({ to: { person: personId('maria') }, role: 'approver', solution, reason: 'Knows it' })),
      ],
    })
    const outcomes = [
      apply(approves('Permits', 'Other'), approves('Permits')),
      apply(approves('Permits', 'night'), approves('Permits')),
      apply(approves('Permits'), approves('Permits', 'Other')),
    ]
    expect(outcomes.map((result) => result.ok && result.value.outcome)).toEqual(['propose', 'propose', 'apply'])
  })

  it('takes two people to give who may then answer at a gate that others left undecided, as naming them there does (ROL-04)', () => {
    const withRole = (role: Role): Configuration => {
      const before = buildConfiguration(4)
      return { ...before, people: before.people.map((one) => (one.id === 'maria' ? { ...one, roles: [...one.roles, role] } : one)) }
    }
    const outcomes = (['reviewer', 'test-lead', 'release-manager'] as const).map((role) => apply(withRole(role), buildConfiguration(4)))
    expect(outcomes.map((result) => result.ok && result.value.outcome)).toEqual(['propose', 'propose', 'apply'])
  })

  it('is enough for the people that a tier keeps apart, or the pipeline is refused (ROL-07)', () => {
    const staffed = (tier: Tier, ...members: string[]): Configuration => {
      const gates = productionGates(tier).map((gate) =>
        gate.kind === 'approval' || gate.kind === 'review' ? { ...approvalBy(['board']), kind: gate.kind } : gate,
      )
      const people = buildConfiguration(tier).people.map((one) => ({ ...one, roles: [...one.roles, 'approver', 'reviewer'] as Role[] }))
      return {
        ...withGates(buildConfiguration(tier, { people }), gates),
        groups: [{ id: 'board', name: 'Board', members: members.map(personId) }],
      }
    }
    expect(whyNot(apply(staffed(3, 'anna')))).toMatch(/ROL-07: its gates name too few different people/)
    expect(whyNot(apply(staffed(3, 'anna', 'ben')))).toBe('')
  })
})

describe('an account', () => {
  it('goes to another id at the word of two: whoever has it could decide on what they asked for', () => {
    const { people, ...rest } = buildConfiguration(2)
    const maria = people.filter(({ id }) => id === 'maria').map((one) => ({ ...one, subject: 'maria@contoso.example' }))
    const others = people.filter(({ id }) => id !== 'maria')
    const before = { ...rest, people: [...others, ...maria] }
    const moved = { ...rest, people: [...others, ...maria.map((one) => ({ ...one, id: personId('mary') }))] }
    const added = { ...rest, people: [...others, ...maria, buildPerson('mary', 'maker')] }
    expect([apply(moved, before), apply(added, before)].map((result) => result.ok && result.value.outcome)).toEqual(['propose', 'apply'])
  })
})

describe('software', () => {
  const given = (changes: Partial<Configuration>): Configuration => ({ ...buildConfiguration(4, changes), ...changes })
  const people = [...buildConfiguration(4).people, robot]

  it('asks for promotions and reports tests', () => {
    const gates = productionGates(4).map((gate) => (gate.kind === 'automated-tests' ? peopleGate('automated-tests', ['robot']) : gate))
    expect(whyNot(apply(withGates(given({ people }), gates)))).toBe('')
    const may = { may: shippedPolicy.mayRequest, deed: 'ask' }
    expect(refuseActor(people, robot.id, may)).toBeUndefined()
  })

  it('decides at no other gate, has no other role and owns nothing', () => {
    const gates = productionGates(4).map((gate) => (gate.kind === 'test-lead' ? peopleGate('test-lead', ['robot']) : gate))
    expect(whyNot(apply(withGates(given({ people }), gates)))).toMatch(/it names robot, which is software/)
    const approving = [...buildConfiguration(4).people, { ...robot, roles: ['approver' as const] }]
    expect(whyNot(apply(given({ people: approving })))).toMatch(/it is software and has the roles approver/)
    const [solution] = buildConfiguration(4).solutions
    const owned = solution === undefined ? [] : [{ ...solution, owner: robot.id }]
    expect(whyNot(apply(given({ people, solutions: owned })))).toMatch(/robot is an identity of software and owns nothing/)
  })

  it('becomes a person, or the other way round, by the word of two', () => {
    const asPerson = people.map(({ kind: _kind, ...person }) => person)
    for (const [before, after] of [
      [people, asPerson],
      [asPerson, people],
    ] as const) {
      expect(apply(given({ people: after }), given({ people: before }))).toMatchObject({ ok: true, value: { outcome: 'propose' } })
    }
  })
})

describe('who is accountable', () => {
  const of = (tier: Tier, gate: Parameters<typeof accountableFor>[0]['gate']) => {
    const configuration = buildConfiguration(tier)
    const [solution] = configuration.solutions
    if (solution === undefined) throw new Error('no solution')
    return accountableFor({ gate, tier, solution, environment: prod, configuration, policy: shippedPolicy })
  }

  it('follows the tier: its maker, its business, then line-of-business IT', () => {
    expect(([1, 2, 3, 4] as const).map((tier) => of(tier, 'checks').role)).toEqual([
      ...['citizen-developer', 'business-team', 'line-of-business-it', 'line-of-business-it'],
    ])
  })

  it('is security for security, and comes to people of this configuration', () => {
    expect(of(3, 'security')).toMatchObject({ role: 'security', people: ['sam'] })
    expect(of(2, 'approval').text).toBe('Business team, solution owner: Olga')
    expect(of(4, 'checks').people).toEqual(['remy'])
  })
})

describe('the level of a builder', () => {
  const owned = (tier: Tier, builderLevel: Person['builderLevel']): Configuration => {
    const base = buildConfiguration(tier)
    const owner = base.solutions[0]?.owner
    return { ...base, people: base.people.map((person) => (person.id === owner && builderLevel ? { ...person, builderLevel } : person)) }
  }

  it.each([
    [2, 'citizen', true],
    [3, 'citizen', false],
    [3, 'advanced', true],
    [4, 'advanced', false],
    [4, 'professional', true],
    [4, undefined, true],
  ] as const)('lets nobody own a solution of Tier %s as a builder of level %s beyond their own', (tier, level, isApplied) => {
    expect(whyNot(apply(owned(tier, level))).includes('TIER-10')).toBe(!isApplied)
    // Of what was applied before, a tier that rises is held to the same.
    if (tier > 2) expect(whyNot(apply(owned(tier, level), owned(2, level))).includes('TIER-10')).toBe(!isApplied)
  })
})
