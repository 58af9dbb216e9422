import { describe, expect, it } from 'vitest'
import type { Environment, LayerPolicyKind } from '#domain/environment'
import { at, buildConfiguration, buildEnvironment, personId } from '../../../test/support/domain-builders.ts'
import type { ProtectionCommand, ProtectionProposal } from './protection.ts'
import { decideProtection, judgeProtection } from './protection.ts'

const { people } = buildConfiguration()
const pet = buildEnvironment('prod', 'production', 'pet')
const cattle = buildEnvironment('test', 'test', 'cattle')
const byPat: ProtectionProposal = {
  isOn: true,
  reason: 'Nobody edits production',
  proposedBy: personId('pat'),
  proposedAt: at('2026-11-20'),
  configurationVersion: 7,
}

function withPolicy(environment: Environment, kind: LayerPolicyKind): Environment {
  return { ...environment, layerPolicy: { kind, reason: 'as decided' } }
}

function decide(more: Partial<ProtectionCommand> = {}): string {
  const command = {
    environment: pet,
    people,
    configurationVersion: 7,
    actor: personId('pat'),
    isOn: true,
    reason: 'Why not',
    proposal: undefined,
    isBlocked: false,
  }
  const result = decideProtection({ ...command, ...more })
  return result.ok ? result.value.outcome : result.refusal.code
}

describe('switching the block of unmanaged changes', () => {
  it('takes one person where an environment is disposable, and two in a pet', () => {
    expect(decide({ environment: cattle })).toBe('switch')
    expect(decide()).toBe('propose')
    expect(decide({ proposal: byPat, actor: personId('piet') })).toBe('switch')
  })

  it('is for the owner of the environment and platform-admins', () => {
    expect(decide({ actor: personId('olga'), proposal: byPat })).toBe('switch')
    for (const who of ['maria', 'anna', 'ghost'])
      expect(decide({ actor: personId(who), proposal: byPat })).toBe('protection.not-authorised')
    const orphan = { ...pet, owner: personId('ghost') }
    expect(decide({ environment: orphan, actor: personId('ghost') })).toBe('protection.not-authorised')
  })

  it('is not confirmed by its proposer, nor by a word for the opposite, nor after another configuration came into force', () => {
    expect(decide({ proposal: byPat })).toBe('propose')
    expect(decide({ proposal: { ...byPat, isOn: false }, actor: personId('piet') })).toBe('propose')
    expect(decide({ proposal: byPat, actor: personId('piet'), configurationVersion: 8 })).toBe('propose')
  })

  it('wants a reason, which whoever confirms need not repeat', () => {
    expect(decide({ reason: undefined })).toBe('protection.no-reason')
    expect(decide({ reason: '  ' })).toBe('protection.no-reason')
    const confirmed = decideProtection({
      environment: pet,
      people,
      configurationVersion: 7,
      actor: personId('piet'),
      isOn: true,
      reason: undefined,
      proposal: byPat,
      isBlocked: undefined,
    })
    expect(confirmed).toEqual({ ok: true, value: { outcome: 'switch', reason: 'Nobody edits production', proposedBy: 'pat' } })
  })

  it('leaves what is as wanted, and is not sure of what it cannot read', () => {
    expect(decide({ isBlocked: true })).toBe('as-is')
    expect(decide({ isBlocked: undefined, environment: cattle })).toBe('switch')
  })

  it('does not go against the layer policy', () => {
    expect(decide({ environment: withPolicy(cattle, 'strict'), isOn: false, isBlocked: true })).toBe('protection.policy-strict')
    expect(decide({ environment: withPolicy(cattle, 'strict') })).toBe('switch')
    expect(decide({ environment: withPolicy(cattle, 'protective') })).toBe('protection.policy-protective')
    expect(decide({ environment: withPolicy(cattle, 'protective'), isOn: false, isBlocked: true })).toBe('switch')
  })
})

describe('an environment against its layer policy', () => {
  const judge = (kind: LayerPolicyKind, isBlocked: boolean | undefined, switchedTo?: boolean): string =>
    judgeProtection({ environment: withPolicy(pet, kind), isBlocked, switchedTo }).state

  it('is broken when a strict one does not block, or a protective one does', () => {
    expect([judge('strict', false), judge('strict', true)]).toEqual(['broken', 'holds'])
    expect([judge('protective', true), judge('protective', false)]).toEqual(['broken', 'holds'])
    expect([judge('register', true), judge('register', false)]).toEqual(['holds', 'holds'])
  })

  it('is broken when somebody else switched what Drover had switched', () => {
    expect([judge('register', false, true), judge('register', true, true)]).toEqual(['broken', 'holds'])
  })

  it('is unknown when it cannot be read and something is expected of it', () => {
    expect([judge('strict', undefined), judge('register', undefined, true), judge('register', undefined)]).toEqual([
      'unknown',
      'unknown',
      'holds',
    ])
  })
})
