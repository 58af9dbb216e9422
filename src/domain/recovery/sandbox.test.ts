import { describe, expect, it } from 'vitest'
import type { AdministeredEnvironment, Environment } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import { at, buildConfiguration, buildEnvironment, personId } from '../../../test/support/domain-builders.ts'
import type { RecoveryDeed, RecoveryOrder, RecoveryWord, RecoveryWork } from './index.ts'
import { decideRecovery, evolveRecovery, findPoint, makeChecklist, refusePlatform, refuseSandbox } from './index.ts'

const pet = buildEnvironment('prod', 'production', 'pet')
const sandbox: Environment = { ...buildEnvironment('rescue', 'recovery', 'cattle'), recovers: pet.id }
const { people } = buildConfiguration()
const now = at('2026-11-22T10:00:00Z')

function codeOf(result: { readonly ok: boolean; readonly refusal?: { readonly code: string } }): string {
  return result.ok ? 'ok' : (result.refusal?.code ?? '')
}

describe('a recovery sandbox', () => {
  const judge = (changes: Partial<Environment>, others: readonly Environment[] = []): string =>
    codeOf(refuseSandbox({ pet, sandbox: { ...sandbox, ...changes } }, [pet, ...others]))

  it('is cattle of purpose recovery that names its pet', () => {
    expect(judge({})).toBe('ok')
    expect(judge({ purpose: 'test' })).toBe('recovery.not-its-sandbox')
    expect(judge({ recovers: toId<EnvironmentId>('crm') })).toBe('recovery.not-its-sandbox')
    expect(judge({ recovers: undefined })).toBe('recovery.not-its-sandbox')
    expect(codeOf(refuseSandbox({ pet: sandbox, sandbox }, []))).toBe('recovery.not-a-pet')
  })

  it('is never a pet, by its care class or by its address', () => {
    expect(judge({ careClass: 'pet' })).toBe('PET-02')
    expect(judge({ url: 'http://LOCALHOST/prod/' })).toBe('PET-02')
    const other = buildEnvironment('crm', 'production', 'pet')
    expect(judge({ url: other.url }, [other])).toBe('PET-02')
  })

  it('is of kind sandbox, in the region of the pet, and Managed if the pet is', () => {
    const judgeSeen = (mine: Partial<AdministeredEnvironment>, its: Partial<AdministeredEnvironment> = {}): readonly string[] => {
      const seen = { pet: { ...seenAs('p-1', 'production'), ...its }, sandbox: { ...seenAs('p-2', 'sandbox'), ...mine } }
      const result = refusePlatform({ pet, sandbox }, seen)
      return result.ok ? [] : result.refusal.reasons.map(({ subject }) => subject)
    }
    expect(judgeSeen({})).toEqual([])
    for (const kind of ['production', 'developer', 'default', 'trial', 'teams'] as const) expect(judgeSeen({ kind })).toEqual(['rescue'])
    expect(judgeSeen({ isManaged: true })).toEqual(['Managed Environment'])
    expect(judgeSeen({ isManaged: true }, { isManaged: true })).toEqual([])
    expect(judgeSeen({ location: 'asia' }, { kind: 'default' })).toEqual(['prod', 'region'])
  })
})

describe('the moment that a sandbox is rewound to', () => {
  const point = (id: string, rewindsTo: string, expiresAt: string) => ({
    ...{ id, label: id, rewindsTo: at(rewindsTo), expiresAt: at(expiresAt), why: '' },
  })
  const points = [point('old', '2026-11-01', '2026-11-15'), point('a', '2026-11-18', '2026-12-01'), point('b', '2026-11-20', '2026-12-01')]

  it('is the newest backup that is still kept, unless one or an instant is named', () => {
    const find = (wanted: { readonly id?: string; readonly at?: ReturnType<typeof at> }) => findPoint(pet, points, { ...wanted, now })
    expect(find({})).toMatchObject({ value: { restorePointId: 'b' } })
    expect(find({ id: 'a' })).toMatchObject({ value: { at: points[1]?.rewindsTo } })
    expect(find({ at: at('2026-11-19T11:00:00Z') })).toEqual({ ok: true, value: { at: '2026-11-19T11:00:00.000Z' } })
    expect(codeOf(find({ id: 'old' }))).toBe('recovery.point-expired')
    expect(codeOf(find({ id: 'zzz' }))).toBe('recovery.no-such-point')
    expect(codeOf(find({ at: at('2026-11-23') }))).toBe('recovery.no-such-point')
    expect(codeOf(findPoint(pet, [], { now }))).toBe('recovery.no-such-point')
  })
})

describe('who may have a pet recovered', () => {
  const restore: RecoveryDeed = { kind: 'restore', point: { at: at('2026-11-20') } }
  const order = (by: string, more: Partial<RecoveryOrder> = {}): RecoveryOrder => ({
    ...{
      id: `rcv-${by}`,
      environmentId: pet.id,
      sandboxId: sandbox.id,
      deed: restore,
      reason: 'rows went missing',
      configurationVersion: 7,
    },
    ...{ by: personId(by), ...more },
  })
  const proposed = (by: string, more: Partial<RecoveryOrder> = {}): RecoveryWork => {
    const head = { sequence: 1, stream: 'recovery/x', streamVersion: 1, at: at('2026-11-22T08:00:00Z'), previousHash: '', hash: '' }
    const work = evolveRecovery(undefined, { ...head, type: 'recovery-proposed', actor: by, data: { order: order(by, more) } })
    if (work === undefined) throw new Error('nothing was folded')
    return work
  }
  const decide = (of: RecoveryOrder, more: Partial<RecoveryWord> = {}): string => {
    const word = { order: of, pet, people, policy: shippedPolicy.sandboxes, proposals: [], now }
    const result = decideRecovery({ ...word, ...more })
    return result.ok ? result.value.outcome : result.refusal.code
  }

  it('is who answers for its data or a platform-admin, with a reason', () => {
    expect(decide(order('ben'))).toBe('recovery.not-allowed')
    expect(decide(order('olga', { reason: ' ' }))).toBe('recovery.no-reason')
    expect(decide(order('olga'))).toBe('propose')
  })

  it('is two people where rows of everybody become readable, one of whom answers for the data', () => {
    expect(decide(order('olga'), { proposals: [proposed('pat')] })).toBe('confirm')
    expect(decide(order('pat', { reason: '' }), { proposals: [proposed('olga')] })).toBe('confirm')
    expect(decide(order('pat'), { proposals: [proposed('pat')] })).toBe('propose')
    expect(decide(order('piet'), { proposals: [proposed('pat')] })).toBe('recovery.needs-data-owner')
  })

  it('is not the word of another day, for another moment, or under another configuration', () => {
    const late = { now: at('2026-11-26'), proposals: [proposed('pat')] }
    expect(decide(order('olga'), late)).toBe('propose')
    const other = { deed: { kind: 'restore', point: { at: at('2026-11-19') } } } as const
    expect(decide(order('olga'), { proposals: [proposed('pat', other)] })).toBe('propose')
    expect(decide(order('olga'), { proposals: [proposed('pat', { configurationVersion: 6 })] })).toBe('propose')
  })

  it('is one person for what fills gaps or stays on the sandbox, and two for what is written over', () => {
    const repair = { kind: 'repair', table: 'account', columns: undefined, changedSince: undefined, isDryRun: false } as const
    expect(decide(order('olga', { deed: { ...repair, isOverwriting: false } }))).toBe('start')
    expect(decide(order('olga', { deed: { ...repair, isOverwriting: true } }))).toBe('propose')
    expect(decide(order('olga', { deed: { ...repair, isOverwriting: true, isDryRun: true } }))).toBe('start')
    const rehearsal = { kind: 'rehearsal', solution: 'Permits', way: 'redeploy', from: undefined } as const
    expect(decide(order('pat', { deed: { ...rehearsal, point: undefined } }))).toBe('start')
    expect(decide(order('pat', { deed: { ...rehearsal, point: { at: now } } }))).toBe('propose')
  })
})

describe('what a restore leaves to do', () => {
  it('is made from what is there, and what could not be seen is not left out', () => {
    const list = makeChecklist(
      pet,
      {
        flows: [{ name: 'Remind', state: 'off' }],
        bindings: [{ logicalName: 'con_mail', connectionId: undefined, connectorId: undefined }],
        counts: { canvasapp: 2, mailbox: 0, asyncoperation: 3 },
      },
      ['con_mail'],
    )
    const of = (what: string) => list.find((item) => item.what === what)
    expect(of('canvas apps')).toMatchObject({ state: 'open', note: expect.stringContaining('sharing with everyone is lost') })
    expect(of('connections')).toMatchObject({ state: 'open', note: 'Not bound: con_mail.' })
    expect(of('flows')).toMatchObject({ state: 'open', note: expect.stringContaining('All 1 are off') })
    expect(of('server-side synchronisation')).toMatchObject({ state: 'nothing' })
    expect(of('webhooks and service endpoints')).toMatchObject({ state: 'unknown' })
    expect(of('jobs that wait')).toMatchObject({ state: 'open' })
  })
})

function seenAs(platformId: string, kind: AdministeredEnvironment['kind']): AdministeredEnvironment {
  return {
    ...{ platformId, displayName: platformId, kind, url: undefined, domainName: undefined, location: 'europe', isManaged: false },
    ...{ isInAdministrationMode: false, hasBackgroundOperations: true, baseLanguage: 1033, currency: 'EUR', securityGroupId: undefined },
    ...{ version: undefined, createdAt: undefined },
  }
}
