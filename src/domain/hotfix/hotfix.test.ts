import { describe, expect, it } from 'vitest'
import type { EnvironmentId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { Promotion, RequestFacts } from '#domain/promotion'
import { decideRequest } from '#domain/promotion'
import type { HotfixOfRelease } from '#domain/release'
import { laneOf } from '#domain/environment'
import {
  at,
  buildConfiguration,
  buildEnvironment,
  buildRelease,
  buildRequestFacts,
  personId,
  version,
} from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import { decideConflict, isSettled } from './decide-conflict.ts'
import { decideAbandon, decideMerge, decideRelease } from './decide-hotfix.ts'
import type { HotfixFacts } from './decide-start.ts'
import { decideStart } from './decide-start.ts'
import { addDeployment, evolveHotfix } from './evolve-hotfix.ts'
import type { Hotfix, HotfixEvent } from './hotfix.ts'
import { stateOfHotfix } from './hotfix.ts'

const now = at('2026-11-20T12:00:00Z')
const pair = [buildEnvironment('hotdev', 'development', 'cattle'), buildEnvironment('hottest', 'test', 'cattle')]

function configuration(tier: 2 | 4 = 2) {
  const base = buildConfiguration(tier)
  return { ...base, environments: [...base.environments, ...pair] }
}

function facts(changes: Partial<HotfixFacts> = {}, asked: Partial<HotfixFacts['asked']> = {}): HotfixFacts {
  return {
    hotfixId: 'h-1',
    workId: 'hw-1',
    asked: {
      solution: 'Permits',
      production: toId('prod'),
      dev: toId('hotdev'),
      test: toId('hottest'),
      reason: 'It loses permits',
      ...asked,
    },
    actor: personId('maria'),
    now,
    configuration: configuration(),
    policy: shippedPolicy,
    base: { releaseId: toId('r-1.8'), promotionId: toId('p-1'), version: version('1.8.0.3'), commit: 'abc', tag: undefined },
    installed: version('1.8.0.3'),
    drift: {
      environmentId: toId('prod'),
      observation: toId('sha256:1'),
      observedAt: at('2026-11-20T11:00:00Z'),
      deviations: [],
      byDesign: 0,
    },
    given: [version('1.8.0.3'), version('1.9.0.1')],
    lanes: [],
    others: [],
    ...changes,
  }
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function hotfixOf(changes: Partial<Hotfix> = {}): Hotfix {
  return { ...granted(decideStart(facts())), startedAt: now, preparation: { state: 'ready', steps: [] }, releases: [], ...changes }
}

const shipped: NonNullable<Hotfix['shipped']> = {
  releaseId: toId('r-2'),
  promotionId: toId('p-2'),
  version: version('1.8.1.0'),
  at: now,
  requestedBy: personId('anna'),
}

describe('starting a hotfix', () => {
  it('takes what production runs, and versions above it that main does not have', () => {
    expect(granted(decideStart(facts()))).toMatchObject({
      base: { version: '1.8.0.3' },
      versions: { major: 1, minor: 8, build: 1 },
      branch: 'hotfix/Permits/1.8.1',
      production: { stageId: 'to-prod' },
    })
  })

  it('is refused where production is not what Drover brought there, or nobody looked lately', () => {
    const code = (changes: Partial<HotfixFacts>) => codeOf(decideStart(facts(changes)))
    const { drift } = facts()
    const deviation = {
      id: 'SystemForm:1',
      class: 'unregistered',
      solution: 'permits',
      subject: { name: 'Permit' },
      message: 'Changed.',
    } as never
    expect(code({ base: undefined })).toBe('hotfix.nothing-deployed')
    expect(code({ installed: version('1.8.0.4') })).toBe('hotfix.production-drifted')
    expect(code({ installed: undefined })).toBe('hotfix.production-drifted')
    expect(code({ drift: undefined })).toBe('hotfix.drift-unknown')
    expect(code({ drift: drift && { ...drift, observedAt: at('2026-11-18T11:00:00Z') } })).toBe('hotfix.drift-unknown')
    expect(code({ drift: drift && { ...drift, deviations: [deviation] } })).toBe('hotfix.production-drifted')
  })

  it.each([
    ['the Dev of the pipeline', { dev: 'dev' }],
    ['the Test of the pipeline', { test: 'test' }],
    ['production', { dev: 'prod' }],
    ['one environment for both', { test: 'hotdev' }],
    ['an environment that is not declared', { dev: 'nowhere' }],
  ])('writes over no %s', (_what, { dev = 'hotdev', test = 'hottest' }: { dev?: string; test?: string }) => {
    expect(codeOf(decideStart(facts({}, { dev: toId<EnvironmentId>(dev), test: toId<EnvironmentId>(test) })))).toBe('hotfix.unfit-pair')
  })

  it('is refused without a reason, into what is not production, by whom policy does not name, and beside another that is not through', () => {
    expect(codeOf(decideStart(facts({}, { reason: ' ' })))).toBe('hotfix.no-reason')
    expect(codeOf(decideStart(facts({}, { production: toId('test') })))).toBe('hotfix.not-production')
    expect(codeOf(decideStart(facts({ actor: personId('ben') })))).toBe('promotion.not-allowed')
    expect(codeOf(decideStart(facts({ others: [hotfixOf()] })))).toBe('hotfix.already-open')
    expect(codeOf(decideStart(facts({ others: [hotfixOf({ shipped })] })))).toBe('ok')
  })
})

describe('a hotfix that is under way', () => {
  const by = (person: string) => ({ actor: personId(person), configuration: configuration(), policy: shippedPolicy })

  it('takes releases only while it is open or owed, goes to main only from production, and is abandoned only before', () => {
    const open = hotfixOf()
    const owed = hotfixOf({ shipped })
    const ways = (hotfix: Hotfix) => [
      codeOf(decideRelease({ hotfix, ...by('maria') })),
      codeOf(decideMerge({ hotfix, ...by('maria') }, { workId: 'hm-1', intoDev: false, withRows: false })),
      codeOf(decideAbandon({ hotfix, ...by('maria') }, { reason: 'It goes with 1.9', isTakenBack: false })),
    ]
    expect(ways(open)).toEqual(['ok', 'hotfix.not-shipped', 'ok'])
    expect(ways(owed)).toEqual(['ok', 'ok', 'hotfix.shipped'])
    expect(ways(hotfixOf({ preparation: { state: 'running', steps: [] } }))).toEqual(['hotfix.not-open', 'hotfix.not-shipped', 'ok'])
    expect(codeOf(decideRelease({ hotfix: open, ...by('ben') }))).toBe('promotion.not-allowed')
    expect(codeOf(decideAbandon({ hotfix: owed, ...by('maria') }, { reason: 'It did harm', isTakenBack: true }))).toBe('ok')
  })

  it('is owed until a release of main has its content, whatever was merged', () => {
    const merge = { workId: 'hm-1', by: personId('maria'), releaseId: shipped.releaseId, intoDev: true, state: 'done', note: '' } as const
    const merged = hotfixOf({ shipped, merge: { ...merge, components: [], conflicts: [] } })
    expect(stateOfHotfix(merged)).toBe('owed')
    const carried = (of: string) =>
      ({ type: 'hotfix-carried', data: { releaseId: 'r-9', version: '1.9.0.2', of }, at: now, actor: 'drover' }) as unknown as HotfixEvent
    // Another release of it went into production while that of main was being sealed.
    expect(stateOfHotfix(evolveHotfix(merged, carried('r-1')) as Hotfix)).toBe('owed')
    expect(stateOfHotfix(evolveHotfix(merged, carried('r-2')) as Hotfix)).toBe('merged')
  })

  it('stays as it is at an event of a kind that is written no more', () => {
    const hotfix = hotfixOf({ shipped })
    const old = { type: 'hotfix-signed-off', data: { gate: 'cab' }, at: now, actor: 'carl' } as unknown as HotfixEvent
    expect(evolveHotfix(hotfix, old)).toEqual(hotfix)
  })

  it('is owed although it was abandoned, where its release was on the way and arrived', () => {
    const abandoned = hotfixOf({ abandoned: { by: personId('maria'), at: now, reason: 'Not needed' } })
    const promotion = {
      request: { stageId: 'to-prod', releaseId: 'r-2', promotionId: 'p-2', version: '1.8.1.0', requestedBy: 'anna' },
      status: { state: 'succeeded', attempt: { startedAt: now, finishedAt: now } },
    } as unknown as Promotion // as far as the fold reads it
    expect(stateOfHotfix(addDeployment(abandoned, promotion) as Hotfix)).toBe('owed')
  })

  describe('of which main changed something too', () => {
    const component = 'Attribute:permit.length'
    const merge = {
      ...({ workId: 'hm-1', by: personId('maria'), releaseId: shipped.releaseId, intoDev: true, state: 'done', note: '' } as const),
      components: [
        { component, outcome: 'conflict', note: '' },
        { component: 'CanvasApp:permits', outcome: 'cannot', note: '' },
        { component: 'Attribute:permit.fix', outcome: 'merged', note: '' },
      ],
      conflicts: [{ component, where: 'Length' }],
    } as const
    const hotfix = hotfixOf({ shipped, merge })
    const decide = (of: Hotfix, who: string, said: { readonly component: string; readonly reason: string }) =>
      decideConflict({ hotfix: of, actor: personId(who), configuration: configuration() }, said)
    const said = { component: 'attribute:PERMIT.length', reason: 'Main is longer still' }
    const settled = (of: Hotfix, word: typeof said): Hotfix =>
      granted(decide(of, 'olga', word)).reduce(
        (folded, event) => evolveHotfix(folded, { ...event, at: now, actor: 'olga' } as unknown as HotfixEvent) as Hotfix,
        of,
      )

    it('takes the word of the owner alone, with a reason, of what the last merge named', () => {
      const code = (who: string, changes: Partial<typeof said> = {}, of = hotfix) => codeOf(decide(of, who, { ...said, ...changes }))
      expect(code('olga')).toBe('ok')
      expect(code('ben')).toBe('hotfix.not-owner')
      expect(code('olga', { reason: ' ' })).toBe('hotfix.no-reason')
      expect(code('olga', { component: 'Attribute:permit.fix' })).toBe('hotfix.no-conflict')
      expect(code('olga', { component: 'CanvasApp:permits' })).toBe('ok')
      expect(code('olga', {}, hotfixOf({ shipped }))).toBe('hotfix.no-conflict')
      expect(code('olga', {}, hotfixOf({ shipped: { ...shipped, releaseId: toId('r-3') }, merge }))).toBe('hotfix.no-conflict')
      expect(code('olga', {}, settled(hotfix, said))).toBe('hotfix.decided-already')
    })

    it('is settled by it where nothing else is to be brought, until another release of it is in production', () => {
      const after = settled(hotfix, said)
      const lacking = { component, conflicts: ['Length'], isToBring: false }
      expect(isSettled(hotfix, lacking)).toBe(false)
      expect(isSettled(after, lacking)).toBe(true)
      expect(isSettled(after, { ...lacking, isToBring: true })).toBe(false)
      expect(isSettled(after, { ...lacking, conflicts: ['Length', 'Name'] })).toBe(false)
      expect(isSettled(after, { ...lacking, component: 'Attribute:permit.fix' })).toBe(false)
      expect(isSettled({ ...after, shipped: { ...shipped, releaseId: toId('r-3') } }, lacking)).toBe(false)
    })
  })
})

describe('the way of a hotfix into production', () => {
  const origin: HotfixOfRelease = {
    hotfixId: 'h-1',
    reason: 'It loses permits',
    base: toId('r-0'),
    source: toId('hotdev'),
    test: toId('hottest'),
    stageId: toId('to-prod'),
  }
  const hotfix = buildRelease({ tier: 4, hotfix: origin })
  const passed = (environment: { readonly url: string }): RequestFacts['deployments'][number] => ({
    lane: laneOf(environment),
    solution: 'Permits',
    version: hotfix.version,
    releaseId: hotfix.id,
    digest: hotfix.managed.digest,
  })
  const ask = (changes: Partial<RequestFacts>) =>
    decideRequest(buildRequestFacts(4, { configuration: configuration(4), release: hotfix, ...changes }))

  it('leads past the gates that policy names, which it owes, and past no other', () => {
    const [event] = granted(ask({ deployments: pair.slice(1).map(passed) }))
    const request = event?.type === 'promotion-requested' ? event.data.request : undefined
    const kinds = request?.gates.map(({ kind }) => kind) ?? []
    for (const kept of ['checks', 'previous-stage', 'review', 'security', 'automated-tests', 'approval'] as const)
      expect(kinds).toContain(kept)
    for (const gone of ['review-window', 'soak', 'cab', 'uat', 'test-lead'] as const) expect(kinds).not.toContain(gone)
    const { intent } = request ?? {}
    expect(intent?.kind === 'hotfix' && intent.notWaitedFor.map(({ kind }) => kind).sort()).toEqual([
      'cab',
      'review-window',
      'soak',
      'test-lead',
      'uat',
    ])
  })

  it('is shut once the hotfix was abandoned', () => {
    expect(codeOf(ask({ isHotfixAbandoned: true }))).toBe('hotfix.not-open')
  })

  it('leads over its own Test, and not over that of the pipeline', () => {
    expect(codeOf(ask({ deployments: [passed(buildEnvironment('test', 'test', 'cattle'))] }))).toBe('PIP-01')
  })

  it('closes production to a release of main that lacks it, or was sealed before one had it', () => {
    const main = (changes: Parameters<typeof buildRelease>[0], carriedAt?: string) =>
      codeOf(
        decideRequest(
          buildRequestFacts(2, {
            release: buildRelease({ tier: 2, ...changes }),
            hotfixes: [
              {
                hotfixId: 'h-1',
                releaseId: toId('r-1.0.1.1'),
                version: version('1.0.1.1'),
                lane: laneOf(buildEnvironment('prod', 'production', 'pet')),
                carriedAt: carriedAt === undefined ? undefined : at(carriedAt),
              },
            ],
          }),
        ),
      )
    expect(main({})).toBe('hotfix.not-merged')
    expect(main({ carries: [toId('r-1.0.1.1')] })).toBe('ok')
    // It has what the hotfix mended first; another release of it went into production since.
    expect(main({ carries: [toId('r-1.0.1.0')] })).toBe('hotfix.not-merged')
    expect(main({}, '2026-10-31T12:00:00Z')).toBe('ok')
    expect(main({}, '2026-11-01T12:00:00Z')).toBe('hotfix.not-merged')
  })
})
