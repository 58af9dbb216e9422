import { describe, expect, it } from 'vitest'
import type { Observation } from '#domain/environment'
import type { Instant, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import { buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import { decideAttestation } from './decide-attestation.ts'
import { evaluateReadiness } from './evaluate-readiness.ts'
import { readinessItems } from './items.ts'
import type { Attestation, ReadinessItemId, Scan } from './readiness.ts'
import type { DeployedFacts, ObservedFacts, TenantFacts } from './readiness-facts.ts'
import { scanReadiness } from './scan-readiness.ts'

const now = toId<Instant>('2026-11-22T12:00:00.000Z')
const yesterday = toId<Instant>('2026-11-21T12:00:00.000Z')
const version = toId<Version>('1.2.0.0')
const configuration = buildConfiguration(3)
const production = configuration.environments.find(({ purpose }) => purpose === 'production')
const solution = configuration.solutions[0]?.uniqueName ?? ''

const clean: ObservedFacts = {
  at: yesterday,
  blocksUnmanaged: true,
  auditing: { isOn: true, keptDays: 365 },
  roles: [],
  dataPolicies: ['Tenant baseline'],
  solutions: [{ uniqueName: solution, version, isManaged: true }],
  unregistered: 0,
  isPartlySeen: false,
}

const brought: DeployedFacts = {
  environmentId: production?.id ?? '',
  solution,
  version,
  deployedAt: yesterday,
  commit: 'abc123',
  requestedBy: personId('maria'),
  approvedBy: [personId('anna')],
  rules: ['STR-08'],
  literalFindings: 0,
  wayBack: 'By redeploy to 1.1.0.0.',
}

function facts(changes: Partial<TenantFacts> = {}, observed: Partial<ObservedFacts> | 'never' = {}): TenantFacts {
  return {
    now,
    configuration,
    appliedAt: yesterday,
    policy: shippedPolicy,
    timedGrants: [],
    uncertified: [],
    environments: configuration.environments.map((environment) => ({
      environment,
      rehearsals: [],
      ...(observed === 'never' ? {} : { observed: { ...clean, ...observed } }),
    })),
    deployed: [brought],
    data: [],
    ...changes,
  }
}

function told(id: ReadinessItemId, of: TenantFacts): Scan['told'] | undefined {
  return scanReadiness(of)[id]?.told
}

function judge(
  scans: Readonly<Partial<Record<ReadinessItemId, Scan>>>,
  attestations: readonly Attestation[] = [],
  people = configuration.people,
) {
  return evaluateReadiness({ scans, attestations, people, policy: shippedPolicy.readiness, now })
}

function word(item: ReadinessItemId, changes: Partial<Attestation> = {}): Attestation {
  return {
    item,
    by: personId('pat'),
    at: yesterday,
    text: 'Done by form 12',
    holdsUntil: toId<Instant>('2027-11-22T12:00:00.000Z'),
    ...changes,
  }
}

const stateOf = (judged: ReturnType<typeof judge>, id: ReadinessItemId) => judged.items.find(({ item }) => item.id === id)?.state

describe('the readiness checklist', () => {
  it('has the 21 items of the catalogue, in its order', () => {
    expect(readinessItems.map(({ id }) => id)).toEqual(Array.from({ length: 21 }, (_, at) => `RDY-${String(at + 1).padStart(2, '0')}`))
  })

  it('counts what was proved double, and what was only said once', () => {
    const all = readinessItems.map(({ id }) => id)
    const yes: Scan = { told: 'yes', reasons: [] }
    expect(judge(Object.fromEntries(all.map((id) => [id, yes]))).score).toBe(100)
    expect(
      judge(
        {},
        all.map((id) => word(id)),
      ).score,
    ).toBe(50)
    expect(judge({}).score).toBe(0)
  })

  it('takes a word where nothing could be told, and never against what was read', () => {
    const words = [word('RDY-03')]
    expect(stateOf(judge({}, words), 'RDY-03')).toBe('attested')
    expect(stateOf(judge({ 'RDY-03': { told: 'unknown', reasons: [] } }, words), 'RDY-03')).toBe('attested')
    expect(stateOf(judge({ 'RDY-03': { told: 'no', reasons: [] } }, words), 'RDY-03')).toBe('missing')
  })

  it('takes no word that is over, or of somebody who has gone', () => {
    expect(stateOf(judge({}, [word('RDY-17', { holdsUntil: now })]), 'RDY-17')).toBe('missing')
    expect(stateOf(judge({}, [word('RDY-17', { by: personId('ghost') })]), 'RDY-17')).toBe('missing')
  })

  it('names first what is shown to be otherwise', () => {
    expect(judge({ 'RDY-21': { told: 'no', reasons: [] } }).next[0]).toMatchObject({ item: 'RDY-21' })
  })

  it('lets only those whom policy names say something, in words, and for no longer than policy lets it', () => {
    const means = { people: configuration.people, policy: shippedPolicy.readiness, now }
    const say = (changes: object) => decideAttestation({ item: 'rdy-17', text: 'Form 12', actor: personId('pat'), ...changes }, means)
    expect(say({})).toMatchObject({ ok: true, value: { item: 'RDY-17', by: 'pat' } })
    expect(say({ actor: personId('maria') })).toMatchObject({ refusal: { code: 'promotion.not-allowed' } })
    expect(say({ text: '  ' })).toMatchObject({ refusal: { code: 'readiness.text-needed' } })
    expect(say({ days: 366 })).toMatchObject({ refusal: { code: 'readiness.too-long' } })
    expect(say({ days: 0 })).toMatchObject({ refusal: { code: 'readiness.too-long' } })
    expect(say({ item: 'RDY-99' })).toMatchObject({ refusal: { code: 'readiness.unknown' } })
  })
})

describe('what is read for readiness', () => {
  it('calls production closed to makers only when it saw all of that, lately', () => {
    expect(told('RDY-03', facts())).toBe('yes')
    expect(told('RDY-03', facts({}, 'never'))).toBe('unknown')
    expect(told('RDY-03', facts({}, { at: toId<Instant>('2026-10-01T00:00:00.000Z') }))).toBe('unknown')
    expect(told('RDY-03', facts({}, { blocksUnmanaged: undefined }))).toBe('unknown')
    expect(told('RDY-03', facts({}, { isPartlySeen: true }))).toBe('unknown')
    expect(told('RDY-03', facts({}, { roles: undefined }))).toBe('unknown')
    expect(told('RDY-03', facts({}, { blocksUnmanaged: false }))).toBe('no')
    expect(told('RDY-03', facts({}, { unregistered: 1 }))).toBe('no')
    expect(told('RDY-03', facts({}, { roles: [makers(false)] }))).toBe('no')
    expect(told('RDY-03', facts({}, { roles: [makers(true)] }))).toBe('yes')
  })

  it('knows a version in production only by the promotion that brought it', () => {
    expect(told('RDY-04', facts())).toBe('yes')
    expect(told('RDY-04', facts({ deployed: [] }))).toBe('no')
    expect(told('RDY-04', facts({ deployed: [{ ...brought, version: toId<Version>('1.1.0.0') }] }))).toBe('no')
    expect(told('RDY-04', facts({}, { solutions: [{ uniqueName: solution, version, isManaged: false }] }))).toBe('no')
    expect(told('RDY-04', facts({}, { solutions: [] }))).toBe('unknown')
  })

  it('does not count whoever asked as their own approver', () => {
    expect(told('RDY-07', facts())).toBe('yes')
    expect(told('RDY-07', facts({ deployed: [{ ...brought, approvedBy: [personId('maria')] }] }))).toBe('no')
    expect(told('RDY-07', facts({ deployed: [] }))).toBe('unknown')
  })

  it('does not take a check that did not look for one that found nothing', () => {
    expect(told('RDY-05', facts())).toBe('yes')
    expect(told('RDY-05', facts({ deployed: [{ ...brought, rules: [] }] }))).toBe('unknown')
    expect(told('RDY-05', facts({ deployed: [{ ...brought, literalFindings: 1 }] }))).toBe('no')
  })

  it('calls rows of a test environment masked only after looking for real ones since', () => {
    const place = configuration.environments.find(({ purpose }) => purpose === 'test')?.id ?? ''
    const seed = { environmentId: place, kind: 'seed', endedAt: yesterday, found: 0 } as const
    const scan = { ...seed, kind: 'scan', endedAt: now } as const
    expect(told('RDY-08', facts({ data: [seed, scan] }))).toBe('yes')
    expect(told('RDY-08', facts({ data: [seed] }))).toBe('unknown')
    expect(
      told(
        'RDY-08',
        facts({
          data: [
            { ...seed, endedAt: now },
            { ...scan, endedAt: yesterday },
          ],
        }),
      ),
    ).toBe('unknown')
    expect(told('RDY-08', facts({ data: [seed, { ...scan, found: 2 }] }))).toBe('no')
  })

  it('calls production audited only where it saw that it is, for as long as policy asks', () => {
    const kept = (keptDays: number | 'forever' | undefined, isOn = true) => told('RDY-19', facts({}, { auditing: { isOn, keptDays } }))
    expect([kept(365), kept(366), kept('forever')]).toEqual(['yes', 'yes', 'yes'])
    expect([kept(364), kept('forever', false)]).toEqual(['no', 'no'])
    expect([kept(undefined), told('RDY-19', facts({}, { auditing: undefined })), told('RDY-19', facts({}, 'never'))]).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ])
    const place = configuration.environments.find(({ purpose }) => purpose === 'development')
    expect(told('RDY-19', facts({ environments: place === undefined ? [] : [{ environment: place, rehearsals: [] }] }))).toBe('unknown')
  })

  it('never proves by itself what takes a person as well', () => {
    expect(told('RDY-14', facts())).toBe('unknown')
    expect(told('RDY-14', facts({}, { dataPolicies: [] }))).toBe('no')
  })
})

function makers(isApplication: boolean): Observation['roles'][number] {
  return { name: 'Environment Maker', holders: [{ userId: 'u1', name: 'Kim', isApplication }] }
}
