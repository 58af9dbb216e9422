import { laneOf } from '#domain/environment'
import type { Instant, LedgerEvent } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PlannedComponent } from '#domain/plan'
import type { PromotionRequest } from '#domain/promotion'
import { buildEnvironment, peopleGate } from './domain-builders.ts'

/** What else stands in the ledger when a route is called: entries of it changed, and others after it, past the rules by which they come about. */
export interface Scene {
  readonly change?: (event: LedgerEvent) => LedgerEvent
  readonly add?: readonly SceneEvent[]
}

export interface SceneEvent {
  readonly stream: string
  readonly type: string
  readonly data: unknown
  readonly actor?: string
}

type Known = Readonly<Record<string, string>>

const attemptId = 'a-1'
const then = '2026-01-05T09:00:00.000Z'
const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString()
const lane = (known: Known): string => known['prodLane'] ?? laneOf(buildEnvironment('prod', 'production', 'pet'))

/** The promotion of Permits as it would be otherwise. */
function promotionOf(known: Known, change: (request: PromotionRequest) => Partial<PromotionRequest>, after: readonly string[] = []): Scene {
  const stream = `promotion/${known['promotionId']}`
  return {
    change: (event) => {
      if (event.stream !== stream || event.type !== 'promotion-requested') return event
      const { request } = event.data as { readonly request: PromotionRequest } // entries of this type are written only so
      return { ...event, data: { request: { ...request, ...change(request) } } }
    },
    add: after.map((type) => ({ stream, type, data: attemptEvents[type] })),
  }
}

const attemptEvents: Readonly<Record<string, unknown>> = {
  'attempt-started': { attemptId },
  'job-recorded': { attemptId, importJobId: 'job', importState: 'passed' },
  'attempt-succeeded': { attemptId, verification: [] },
  'attempt-failed': { attemptId, isResumable: true, refusal: { code: 'x', message: 'x', hint: 'x', reasons: [] } },
  'migration-opened': { attemptId },
}

const failing = ['attempt-started', 'job-recorded', 'attempt-failed']
const wentIn = ['attempt-started', 'job-recorded', 'attempt-succeeded']

/** A gate that the stage and the promotion ask for besides. */
function withGate(known: Known, gate: ReturnType<typeof peopleGate>): Scene {
  const { change } = promotionOf(known, ({ gates }) => ({ gates: [...gates, gate] }))
  return {
    change: (event) => {
      if (event.type !== 'configuration-applied') return change?.(event) ?? event
      const { configuration, ...rest } = event.data as {
        readonly configuration: { readonly pipelines: readonly { readonly stages: readonly { readonly gates: readonly unknown[] }[] }[] }
      } // entries of this type are written only so
      const pipelines = configuration.pipelines.map((pipeline) => ({
        ...pipeline,
        stages: pipeline.stages.map((stage) => ({ ...stage, gates: [...stage.gates, gate] })),
      }))
      return { ...event, data: { ...rest, configuration: { ...configuration, pipelines } } }
    },
  }
}

function hotfix(known: Known, after: readonly SceneEvent[]): Scene {
  const start = {
    ...{ hotfixId: 'h-1', solution: 'Permits', reason: 'It loses permits', startedBy: 'maria', dev: 'dev', test: 'test' },
    production: { environmentId: 'prod', stageId: 'to-prod', lane: lane(known) },
    base: { releaseId: known['releaseId'], promotionId: known['promotionId'], version: '1.0.0.0', commit: 'c', tag: undefined },
    ...{ versions: { major: 1, minor: 0, build: 1 }, branch: 'hotfix/h-1', workId: 'hw-1' },
  }
  const stream = 'hotfix/h-1'
  return { add: [{ stream, type: 'hotfix-started', data: { start }, actor: 'maria' }, ...after.map((event) => ({ ...event, stream }))] }
}

/** What brought it into production: a promotion of its release that went in. */
function shipped(known: Known, after: readonly SceneEvent[]): Scene {
  const base = hotfix(known, [{ stream: '', type: 'hotfix-prepared', data: { workId: 'hw-1' } }, ...after])
  const intent = { kind: 'hotfix', hotfixId: 'h-1', reason: 'x', notWaitedFor: [], signOffWorkingDays: 2 } as const
  const promotion = promotionOf(known, () => ({ intent }), wentIn)
  const sealedOfIt = (event: LedgerEvent): LedgerEvent => {
    if (event.type !== 'release-sealed' || event.stream !== `release/${known['releaseId']}`) return event
    const { release } = event.data as { readonly release: object } // entries of this type are written only so
    const of = { hotfixId: 'h-1', reason: 'x', base: 'r-0', source: 'dev', test: 'test', stageId: 'to-prod' }
    return { ...event, data: { release: { ...release, hotfix: of } } }
  }
  const [started, ...rest] = base.add ?? []
  return {
    change: (event) => sealedOfIt(promotion.change?.(event) ?? event),
    add: [...(started === undefined ? [] : [started]), ...(promotion.add ?? []), ...rest],
  }
}

/** One change by hand in production, as it was seen there. */
function deviation(known: Known, dispositions: readonly object[] = []): Scene {
  const stream = `environment/${lane(known)}`
  const found = {
    ...{ id: 'd', class: 'unregistered', solution: 'Permits', origin: 'by-hand', message: 'The form Main was changed.', changed: [] },
    subject: { kind: 'SystemForm', key: 'f1', name: 'Main', table: 'hand_permit' },
    ...{ digest: 'x', since: then, reason: 'x' },
  }
  const digest = known['observation']
  const summary = { solutions: 1, components: 1, activeLayers: 1, unseen: 0 }
  const assessment = { environmentId: 'prod', observation: digest, observedAt: then, deviations: [found], byDesign: 0 }
  return {
    add: [
      { stream, type: 'environment-observed', data: { environmentId: 'prod', digest, observedAt: then, summary } },
      { stream, type: 'drift-assessed', data: { assessment } },
      ...dispositions.map((disposition) => ({ stream, type: 'disposition-changed', data: { deviation: 'd', disposition } })),
    ],
  }
}

const revertOf = (by: string) => ({ kind: 'revert', state: 'proposed', by, digest: 'x', note: 'Because.' })

function deputyNamed(namedBy: string, awaitsSecond: boolean): Scene {
  const delegation = { id: 'dg-1', absent: 'ben', deputy: 'abby', from: then, until: inAYear, reason: 'Holidays', namedBy }
  return { add: [{ stream: 'deputies/ben', type: 'deputy-named', data: { delegation, awaitsSecond }, actor: namedBy }] }
}

const grantOfBen = { id: 'g-1', person: 'ben', role: 'release-manager', askedBy: 'pat', askedAt: then, reason: 'Away', until: inAYear }

const emergencyOwed = {
  kind: 'emergency',
  reason: 'x',
  notWaitedFor: [peopleGate('approval', ['ben', 'anna'])],
  signOffWorkingDays: 1000,
  expiresAt: toId<Instant>(inAYear),
} as const

const loss: PlannedComponent = {
  ...{ kind: 'table', key: 'hand_permit', name: 'Permit', table: 'hand_permit', effect: 'destroy', certainty: 'known' },
  ...{ class: 'destructive', message: 'It goes.', includes: 0, winner: undefined, comesBack: 'with-loss', tweakId: undefined },
  losses: [{ kind: 'rows', count: { kind: 'exact', n: 1, method: 'count', asOf: toId<Instant>(then) } }],
}

/** What each route needs to find before its authority is asked: made for those of which the world itself has nothing. */
export const scenes = {
  ownToken: () => ({
    add: [
      {
        ...{ stream: 'tokens', type: 'token-issued', actor: 'maria' },
        data: {
          ...{ tokenId: 't-of-maria', personId: 'maria', scopes: ['read'], purpose: 'token', label: '' },
          ...{ issuedFrom: 'api', expiresAt: inAYear, hash: 'of-maria' },
        },
      },
    ],
  }),
  loss: (known) => promotionOf(known, ({ plan }) => ({ plan: { ...plan, content: [loss] } })),
  migrating: (known) => promotionOf(known, () => ({}), ['attempt-started', 'job-recorded', 'migration-opened']),
  failed: (known) => promotionOf(known, () => ({}), failing),
  watched: (known) => promotionOf(known, ({ gates }) => ({ gates: [...gates, { kind: 'validation' }], tier: 3 }), wentIn),
  owed: (known) => promotionOf(known, () => ({ intent: emergencyOwed }), wentIn),
  tested: (known) => withGate(known, peopleGate('automated-tests', ['tess', 'bot'])),
  rescued: (known) => ({
    add: [
      {
        ...{ stream: `promotion/${known['promotionId']}`, type: 'rescue-saved' },
        data: {
          attemptId,
          rescue: {
            ...{ id: 'rs-1', savedAt: then, keepUntil: inAYear },
            items: [{ table: 'hand_permit', column: undefined, rows: 1, digest: `sha256:${'0'.repeat(64)}`, size: 1 }],
          },
        },
      },
    ],
  }),
  deputyByAdmin: () => deputyNamed('pat', true),
  deputy: () => deputyNamed('ben', false),
  grantAsked: () => ({ add: [{ stream: 'deputies/ben', type: 'grant-asked', data: { grant: grantOfBen }, actor: 'pat' }] }),
  hotfixFailed: (known) =>
    hotfix(known, [
      {
        ...{ stream: '', type: 'hotfix-preparation-failed' },
        data: { workId: 'hw-1', refusal: { code: 'x', message: 'x', hint: 'x', reasons: [] } },
      },
    ]),
  hotfixReady: (known) => hotfix(known, [{ stream: '', type: 'hotfix-prepared', data: { workId: 'hw-1' } }]),
  hotfixShipped: (known) => shipped(known, []),
  hotfixInConflict: (known) =>
    shipped(known, [
      { stream: '', type: 'hotfix-merge-started', data: { workId: 'm-1', releaseId: known['releaseId'], intoDev: false }, actor: 'maria' },
      {
        ...{ stream: '', type: 'hotfix-merge-ended' },
        data: {
          ...{ workId: 'm-1', state: 'done', branch: 'b', note: '' },
          components: [{ component: 'table:hand_permit', outcome: 'conflict', note: '' }],
          conflicts: [{ component: 'table:hand_permit', where: 'Entity.xml' }],
        },
      },
    ]),
  outgrown: (known) => ({
    add: [
      {
        ...{ stream: 'solution/permits', type: 'tier-proposed' },
        data: {
          proposal: {
            ...{ tier: 3, configured: 2, score: 30, why: ['x'], answers: [], open: 0 },
            ...{ releaseId: known['releaseId'], version: '1.0.0.0' },
          },
        },
      },
    ],
  }),
  stoppedTrain: (known) => ({
    add: failing.map((type) => ({ stream: `promotion/${known['trainPromotionId']}`, type, data: attemptEvents[type] })),
  }),
  deviation: (known) => deviation(known),
  revertAsked: (known) => deviation(known, [revertOf('remy')]),
  changeAsked: (known) => ({
    add: [
      {
        ...{ stream: `environment/${lane(known)}`, type: 'change-request-opened' },
        data: {
          environmentId: 'prod',
          request: {
            ...{ id: 'cr-1', environmentId: 'prod', solution: 'Permits', deviations: [], branch: 'b', commit: 'c', title: 'x', body: 'x' },
            ...{ owner: 'olga', askedBy: 'remy' },
          },
        },
      },
    ],
  }),
  untold: (known) =>
    promotionOf(known, ({ plan }) => ({
      plan: { ...plan, lines: [...plan.lines, { subject: 'a line', effect: 'warn', message: 'Nobody can tell.', certainty: 'unknown' }] },
    })),
  held: (known) => ({
    add: [
      {
        ...{ stream: `environment/${lane(known)}`, type: 'stage-held' },
        data: { environmentId: 'prod', solution: 'Permits', promotionId: known['promotionId'], reason: 'It failed.' },
      },
    ],
  }),
  dataWaits: () => ({
    add: [
      {
        ...{ stream: 'data/dw-1', type: 'data-requested', actor: 'ewan' },
        data: {
          request: {
            ...{ id: 'dw-1', kind: 'seed', environmentId: 'elsewhere', sourceId: 'prod', tables: ['contact'], seed: 's', needsWord: true },
            rules: { version: 1, tables: {} },
          },
        },
      },
    ],
  }),
} as const satisfies Readonly<Record<string, (known: Known) => Scene>>

export type SceneName = keyof typeof scenes
