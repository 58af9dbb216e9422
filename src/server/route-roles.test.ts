import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteName } from '#contract'
import { apiBase, csrf, routes, scopeOf } from '#contract'
import type { Actor, Ask, DoorsWorld } from '../../test/support/doors-world.ts'
import { actors, openDoorsWorld } from '../../test/support/doors-world.ts'

/**
 * What every route answers to whom, where Permits waits before production. Names are those of {@link actors}; `the rest` are all others, and `whoever`
 * stands for those whom it does not depend on, of whom a few are asked. Looks are for everybody who is declared. What the world has nothing of by itself
 * (hotfixes, rescues, deviations, …) stands in a scene that the call names, so that every route is asked where its authority decides.
 */
const table: Readonly<Record<RouteName, Readonly<Record<string, string>>>> = {
  loadMe: { '200': 'whoever' },
  loadConfiguration: { '200': 'whoever' },
  applyConfiguration: {
    '403 configuration.not-authorised': 'the rest',
    '409 configuration.needs-second-person': 'pat piet',
    '403 auth.scope-missing': 'bot',
  },
  loadProposal: { '200': 'whoever' },
  confirmConfiguration: {
    '403 configuration.not-authorised': 'the rest',
    '409 configuration.confirmed-by-self': 'pat',
    '201': 'piet',
    '403 auth.scope-missing': 'bot',
  },
  prepareRelease: { '403 promotion.not-allowed': 'the rest', '202': 'maria olga omar remy pat piet bot' },
  loadRelease: { '404 release.unknown': 'whoever' },
  listReleases: { '200': 'whoever' },
  planRelease: { '200': 'whoever' },
  loadArtifact: { '200': 'whoever' },
  listTokens: { '200': 'whoever' },
  issueToken: { '201': 'whoever', '403 auth.scope-missing': 'bot' },
  signOut: { '200': 'whoever' },
  revokeToken: { '404 token.unknown': 'the rest', '200': 'maria pat piet', '403 auth.scope-missing': 'bot' },
  forgetPerson: { '403 people.not-allowed': 'the rest', '409 people.still-declared': 'pat piet', '403 auth.scope-missing': 'bot' },
  requestPromotion: { '403 promotion.not-allowed': 'the rest', '409 promotion.already-open': 'maria olga omar remy pat piet bot' },
  loadPromotion: { '200': 'whoever' },
  listPromotions: { '200': 'whoever' },
  decideApproval: { '409 approval.not-named': 'the rest', '409 PIP-10': 'maria', '201': 'ben', '403 auth.scope-missing': 'bot' },
  acknowledgeLoss: { '409 loss.not-owner': 'the rest', '409 PIP-10': 'maria', '201': 'olga', '403 auth.scope-missing': 'bot' },
  acknowledgeUnknown: { '409 unknown.may-not': 'the rest', '409 PIP-10': 'maria', '201': 'ben', '403 auth.scope-missing': 'bot' },
  withdrawPromotion: { '409 promotion.may-not-act': 'the rest', '201': 'maria remy pat piet bot' },
  finishMigration: { '409 migration.may-not-finish': 'the rest', '409 promotion.gates-not-open': 'olga', '403 auth.scope-missing': 'bot' },
  resumePromotion: { '409 promotion.may-not-act': 'the rest', '201': 'maria remy pat piet', '403 auth.scope-missing': 'bot' },
  rollback: {
    '403 promotion.not-allowed': 'the rest',
    '409 recovery.nothing-there': 'maria olga omar remy pat piet',
    '403 auth.scope-missing': 'bot',
  },
  showRecovery: { '409 recovery.nothing-there': 'whoever' },
  planTrainRecovery: { '200': 'whoever' },
  planUnmanaged: { '200': 'whoever' },
  decideConflict: { '403 conflict.not-allowed': 'whoever', '404 conflict.none': 'olga', '403 auth.scope-missing': 'bot' },
  listRescues: { '200': 'whoever' },
  loadRescue: { '404 rescue.unknown': 'whoever' },
  restoreRescue: { '403 rescue.not-allowed': 'the rest', '409 rescue.place-missing': 'olga pat piet', '403 auth.scope-missing': 'bot' },
  reportTests: { '409 approval.not-named': 'the rest', '201': 'tess bot', '409 PIP-10': 'maria' },
  approveByPullRequest: { '409 forge.no-host': 'whoever', '403 auth.scope-missing': 'bot' },
  validatePromotion: {
    '403 promotion.not-allowed': 'the rest',
    '409 validation.too-early': 'olga omar remy tess',
    '403 auth.scope-missing': 'bot',
  },
  loadNotifications: { '200': 'whoever' },
  listPeople: { '200': 'whoever' },
  loadPerson: { '200': 'whoever' },
  nameDeputy: { '403 people.not-allowed': 'the rest', '201': 'maria pat piet', '403 auth.scope-missing': 'bot' },
  confirmDeputy: { '403 people.not-allowed': 'the rest', '409 ROL-09': 'pat', '200': 'piet', '403 auth.scope-missing': 'bot' },
  askForGrant: { '403 people.not-allowed': 'the rest', '201': 'maria pat piet', '403 auth.scope-missing': 'bot' },
  confirmGrant: { '403 people.not-allowed': 'the rest', '409 ROL-08': 'pat', '200': 'piet', '403 auth.scope-missing': 'bot' },
  endGrant: { '403 people.not-allowed': 'the rest', '200': 'ben pat piet', '403 auth.scope-missing': 'bot' },
  certifyRights: { '403 people.not-allowed': 'the rest', '200': 'pat piet', '403 auth.scope-missing': 'bot' },
  endDeputy: { '403 people.not-allowed': 'the rest', '200': 'ben abby pat piet', '403 auth.scope-missing': 'bot' },
  foreseeLeaving: { '200': 'whoever' },
  loadRaci: { '200': 'whoever' },
  startHotfix: { '403 promotion.not-allowed': 'the rest', '409 hotfix.nothing-deployed': 'maria olga omar remy pat piet bot' },
  listHotfixes: { '200': 'whoever' },
  loadHotfix: { '404 hotfix.unknown': 'whoever' },
  retryHotfix: { '403 promotion.not-allowed': 'the rest', '202': 'maria olga omar remy pat piet bot' },
  releaseHotfix: { '403 promotion.not-allowed': 'the rest', '202': 'maria olga omar remy pat piet bot' },
  mergeHotfix: { '403 promotion.not-allowed': 'the rest', '202': 'maria olga omar remy pat piet bot' },
  decideHotfixConflict: { '409 hotfix.not-owner': 'the rest', '201': 'olga', '403 auth.scope-missing': 'bot' },
  abandonHotfix: { '403 promotion.not-allowed': 'the rest', '201': 'maria olga omar remy pat piet bot' },
  showPolicy: { '200': 'whoever' },
  testPolicy: { '200': 'whoever' },
  loadTier: { '200': 'whoever' },
  answerTier: { '403 promotion.not-allowed': 'the rest', '201': 'olga pat piet', '403 auth.scope-missing': 'bot' },
  decideTier: { '403 promotion.not-allowed': 'the rest', '201': 'pat piet', '403 auth.scope-missing': 'bot' },
  loadStructure: { '200': 'whoever' },
  decideStructure: { '403 promotion.not-allowed': 'the rest', '201': 'olga pat piet', '403 auth.scope-missing': 'bot' },
  loadCompletion: { '200': 'whoever' },
  noteRelease: { '403 promotion.not-allowed': 'the rest', '201': 'olga pat piet', '403 auth.scope-missing': 'bot' },
  requestTrain: { '403 promotion.not-allowed': 'the rest', '409 promotion.already-open': 'maria olga omar remy pat piet bot' },
  listTrains: { '200': 'whoever' },
  loadTrain: { '200': 'whoever' },
  decideTrain: { '409 approval.not-named': 'the rest', '409 PIP-10': 'maria', '201': 'ben', '403 auth.scope-missing': 'bot' },
  withdrawTrain: { '409 promotion.may-not-act': 'the rest', '201': 'maria remy pat piet bot' },
  resumeTrain: { '409 promotion.may-not-act': 'the rest', '202': 'maria remy gwen pat piet', '403 auth.scope-missing': 'bot' },
  requestWaiver: { '403 promotion.not-allowed': 'the rest', '201': 'maria olga omar remy bot' },
  listWaivers: { '200': 'whoever' },
  loadWaiver: { '200': 'whoever' },
  decideWaiver: { '403 promotion.not-allowed': 'the rest', '409 ROL-07': 'olga', '201': 'ewan sam', '403 auth.scope-missing': 'bot' },
  revokeWaiver: { '403 waiver.not-allowed': 'the rest', '201': 'maria olga ewan sam', '403 auth.scope-missing': 'bot' },
  signOffPromotion: { '403 promotion.not-allowed': 'the rest', '201': 'ben', '403 auth.scope-missing': 'bot' },
  listOwed: { '200': 'whoever' },
  loadBoard: { '200': 'whoever' },
  listWaiting: { '200': 'whoever' },
  listEnvironments: { '200': 'whoever' },
  inspectEnvironment: { '200': 'whoever' },
  loadProtection: { '200': 'whoever' },
  changeProtection: {
    '403 protection.not-authorised': 'the rest',
    '409 protection.needs-second-person': 'olga pat piet',
    '403 auth.scope-missing': 'bot',
  },
  observeEnvironment: { '201': 'whoever' },
  loadEnvironmentRecord: { '200': 'whoever' },
  acceptBaseline: {
    '409 baseline.not-responsible': 'the rest',
    '409 baseline.not-observed': 'olga pat piet',
    '403 auth.scope-missing': 'bot',
  },
  watchDrift: { '200': 'whoever' },
  loadDrift: { '200': 'whoever' },
  acceptDeviation: { '403 drift.not-allowed': 'the rest', '201': 'olga', '403 auth.scope-missing': 'bot' },
  adoptDeviations: { '403 drift.not-allowed': 'the rest', '202': 'olga' },
  declineChangeRequest: { '403 drift.not-allowed': 'the rest', '201': 'olga', '403 auth.scope-missing': 'bot' },
  revertDeviation: { '403 drift.not-allowed': 'the rest', '201': 'olga', '403 auth.scope-missing': 'bot' },
  confirmRevert: { '403 drift.not-allowed': 'the rest', '202': 'olga', '409 drift.same-person': 'remy', '403 auth.scope-missing': 'bot' },
  resumeStage: { '409 stage.may-not-resume': 'the rest', '201': 'olga remy', '403 auth.scope-missing': 'bot' },
  workLeftoverUpgrade: {
    '409 upgrade.may-not-act': 'the rest',
    '409 upgrade.none-waits': 'olga pat piet',
    '403 auth.scope-missing': 'bot',
  },
  loadUpgradeWork: { '409 upgrade.unknown-work': 'whoever' },
  restoreSandbox: {
    '403 recovery.not-allowed': 'the rest',
    '500 administration.not-configured': 'olga pat piet',
    '403 auth.scope-missing': 'bot',
  },
  listRecoveries: { '200': 'whoever' },
  loadRecoveryWork: { '404 recovery.unknown': 'whoever' },
  repairComponents: { '403 recovery.not-allowed': 'the rest', '409 recovery.look-first': 'olga pat piet', '403 auth.scope-missing': 'bot' },
  repairRows: { '403 recovery.not-allowed': 'the rest', '502 dataverse.unreachable': 'olga pat piet', '403 auth.scope-missing': 'bot' },
  rehearseRecovery: {
    '403 recovery.not-allowed': 'the rest',
    '500 administration.not-configured': 'olga pat piet',
    '403 auth.scope-missing': 'bot',
  },
  seedData: { '403 data.not-allowed': 'nobody maria olga omar gwen ben abby rita tess sam carl', '403 auth.scope-missing': 'bot' },
  scanData: { '403 data.not-allowed': 'nobody maria olga omar gwen ben abby rita tess sam carl' },
  decideData: { '409 data.no-owner': 'the rest', '201': 'olga', '403 auth.scope-missing': 'bot' },
  loadData: { '404 data.unknown': 'whoever' },
  listData: { '200': 'whoever' },
  proposeDataRules: { '502 dataverse.unreachable': 'whoever' },
  rebuildEnvironment: { '403 rebuild.not-allowed': 'the rest', '202': 'ewan pat piet', '403 auth.scope-missing': 'bot' },
  resumeRebuild: {
    '403 rebuild.not-allowed': 'the rest',
    '409 rebuild.nothing-to-resume': 'ewan pat piet',
    '403 auth.scope-missing': 'bot',
  },
  confirmRebuildSettings: {
    '403 configuration.not-authorised': 'the rest',
    '409 rebuild.nothing-to-confirm': 'pat piet',
    '403 auth.scope-missing': 'bot',
  },
  loadRebuild: { '404 rebuild.unknown': 'whoever' },
  listCattle: { '200': 'whoever' },
  createCattle: { '403 rebuild.not-allowed': 'the rest', '409 rebuild.no-administration': 'pat piet', '403 auth.scope-missing': 'bot' },
  keepEnvironment: { '403 rebuild.not-allowed': 'the rest', '409 cattle.no-end': 'ewan pat piet', '403 auth.scope-missing': 'bot' },
  removeEnvironment: { '403 rebuild.not-allowed': 'the rest', '202': 'ewan pat piet', '403 auth.scope-missing': 'bot' },
  loadBiography: { '200': 'whoever' },
  recordIncident: { '403 promotion.not-allowed': 'nobody gwen rita carl', '201': 'the rest' },
  listRestorePoints: { '409 administration.not-configured': 'whoever' },
  takeRestorePoint: {
    '403 promotion.not-allowed': 'the rest',
    '409 administration.not-configured': 'olga ewan remy pat piet',
    '403 auth.scope-missing': 'bot',
  },
  loadReadiness: { '200': 'whoever' },
  attestReadiness: { '403 promotion.not-allowed': 'the rest', '201': 'olga ewan remy sam pat piet', '403 auth.scope-missing': 'bot' },
  loadReleaseChecklist: { '200': 'whoever' },
  exportConfigurationData: { '403 promotion.not-allowed': 'the rest', '409 data.not-the-source': 'maria olga omar remy pat piet bot' },
  listEvents: { '200': 'whoever' },
  checkLedger: { '200': 'whoever' },
  loadAnchors: { '200': 'whoever' },
  anchorLedger: { '403 promotion.not-allowed': 'the rest', '201': 'remy sam pat piet bot' },
  rotateKey: { '403 promotion.not-allowed': 'the rest', '409 evidence.needs-second-person': 'pat piet', '403 auth.scope-missing': 'bot' },
  withdrawKeyProposal: {
    '403 promotion.not-allowed': 'the rest',
    '409 evidence.nothing-proposed': 'pat piet',
    '403 auth.scope-missing': 'bot',
  },
  exportEvidence: { '403 promotion.not-allowed': 'the rest', '200': 'olga omar ewan remy sam pat piet bot' },
  loadArchive: { '200': 'whoever' },
  archiveEvidence: { '403 promotion.not-allowed': 'the rest', '409 archive.no-folder': 'pat piet', '403 auth.scope-missing': 'bot' },
  holdEvidence: { '403 promotion.not-allowed': 'the rest', '200': 'sam pat piet', '403 auth.scope-missing': 'bot' },
  loadProvenance: { '200': 'whoever' },
  verifyLedger: { '200': 'whoever' },
  watchEvents: { '200': 'nobody' },
}

let world: DoorsWorld
const tokens = new Map<Actor, string>()
beforeAll(async () => {
  world = await openDoorsWorld()
  for (const actor of everybody) tokens.set(actor, await world.tokenOf(actor))
})
afterAll(() => world.close())

const everybody = Object.keys(actors) as Actor[] // the keys that it is declared with
const few: readonly Actor[] = ['nobody', 'maria', 'pat', 'bot']

describe('the route', () => {
  it.each(Object.keys(routes) as RouteName[])('%s answers each as the table says', async (name) => {
    const row = table[name]
    const named = Object.values(row).flatMap((who) => who.split(' '))
    const rest = everybody.filter((actor) => !named.includes(actor))
    const expected = Object.entries(row).flatMap(([outcome, who]) => {
      const whose =
        who === 'the rest' ? rest : who === 'whoever' ? rest.filter((actor) => few.includes(actor)) : (who.split(' ') as Actor[])
      return whose.map((actor) => [actor, outcome] as const)
    })
    // A stream of events would not end.
    if (name === 'watchEvents') return
    const ask = asks(world.known)[name] ?? {}
    const answers: Record<string, string> = {}
    for (const [actor] of expected) answers[actor] = await world.call(name, { token: tokens.get(actor) ?? '', ...ask })
    expect(answers).toEqual(Object.fromEntries(expected))
  })

  it('that changes something gives no yes to whoever has no role and named for nothing', () => {
    // What they may do is look, get and give up a token of their own, and have Drover look at an environment.
    const open = names.filter((name) => routes[name].method === 'POST' && /'?20/.test(outcomeOf(name, 'nobody')))
    expect(open).toEqual([
      'issueToken',
      'signOut',
      'planTrainRecovery',
      'planUnmanaged',
      'testPolicy',
      'observeEnvironment',
      'watchDrift',
      'checkLedger',
    ])
  })

  it('that changes something is asked where its answer depends on who asks', () => {
    const changing = names.filter(
      (name) => scopeOf(name) !== 'read' && !['testPolicy', 'planUnmanaged', 'planTrainRecovery'].includes(name),
    )
    const same = changing.filter(
      (name) => new Set(everybody.filter((actor) => actor !== 'bot').map((actor) => outcomeOf(name, actor))).size === 1,
    )
    // Everybody may get a token of their own and have Drover look; what a host says of a pull request is asked in forge and validation.
    expect(same).toEqual(['issueToken', 'approveByPullRequest', 'observeEnvironment', 'watchDrift'])
  })

  it('that takes a word takes none of software, whatever roles and scopes it was given', () => {
    const words = names.filter((name) => ['decide', 'administer'].includes(scopeOf(name)))
    expect(words.filter((name) => outcomeOf(name, 'bot') !== '403 auth.scope-missing')).toEqual([])
  })
})

describe('a token that reaches some places only', () => {
  const limits = { solutions: ['Other'] }

  it('reaches them', async () => {
    const token = await world.tokenOf('maria', limits)
    expect(await world.call('prepareRelease', { token, body: { solution: 'Other' } })).toBe('202')
  })

  it.each(['prepareRelease', 'withdrawPromotion', 'decideWaiver', 'applyConfiguration', 'forgetPerson', 'anchorLedger'] as const)(
    'gets no further in %s by naming them in the address besides',
    async (name) => {
      const token = await world.tokenOf('pat', limits)
      const ask = { token, ...asks(world.known)[name], search: '?solution=Other' }
      expect(await world.call(name, ask)).toBe('403 auth.beyond-limits')
    },
  )

  it('rebuilds no environment by naming a release of a solution that it reaches: all that is in there goes', async () => {
    const token = await world.tokenOf('pat', { solutions: ['Permits'] })
    const ask = { token, ...asks(world.known).rebuildEnvironment, body: { releaseId: world.known.releaseId } }
    expect(await world.call('rebuildEnvironment', ask)).toBe('403 auth.beyond-limits')
  })

  it('takes nothing from places that it does not reach', async () => {
    const token = await world.tokenOf('pat', { environments: ['elsewhere'] })
    expect(await world.call('seedData', { token, ...asks(world.known).seedData })).toBe('403 auth.beyond-limits')
    expect(await world.call('scanData', { token, ...asks(world.known).scanData })).toBe('403 auth.beyond-limits')
    const back = await world.tokenOf('pat', { environments: ['prod'] })
    expect(await world.call('restoreSandbox', { token: back, ...asks(world.known).restoreSandbox })).toBe('403 auth.beyond-limits')
  })
})

describe('a token that asks and reports, and lacks the scope decide', () => {
  it('opens no gate of judgement by handing a report of tests in at it', async () => {
    const token = await world.tokenOf('ben', { scopes: ['read', 'request'] })
    const ask = asks(world.known).reportTests
    const body = { ...(ask?.body as object), gate: 'approval' }
    expect(await world.call('reportTests', { token, ...ask, body })).toBe('409 gate.takes-no-report')
  })
})

describe('software', () => {
  it('reports tests with a token that it can have', async () => {
    const token = await world.tokenOf('bot', { scopes: ['read', 'request'] })
    expect(await world.call('reportTests', { token, ...asks(world.known).reportTests })).toBe('201')
  })

  it('gets no token to decide with, not even from a platform-admin', async () => {
    const body = { personId: 'bot', hours: 1, scopes: ['decide'] }
    expect(await world.call('issueToken', { token: tokens.get('pat') ?? '', body })).toBe('403 token.not-allowed')
  })
})

describe('the proof of a page', () => {
  it.each(['é'.repeat(64), '0'.repeat(64), ''])('that is %j is none', async (proof) => {
    const headers = { cookie: `drover_session=${tokens.get('maria')}`, [csrf.header]: proof }
    const answer = await world.app.inject({ method: 'POST', url: `${apiBase}/sign-out`, headers })
    expect(`${answer.statusCode} ${(answer.json() as { readonly error: { readonly code: string } }).error.code}`).toBe('403 auth.csrf')
  })
})

const names = Object.keys(routes) as RouteName[]

function outcomeOf(name: RouteName, actor: Actor): string {
  const row = Object.entries(table[name])
  const own = row.find(([, who]) => who.split(' ').includes(actor)) ?? row.find(([, who]) => ['the rest', 'whoever'].includes(who))
  return own?.[0] ?? ''
}

const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString()
const reason = 'Because it is tested.'
/** What is asked of each route: well-formed, and about Permits, its promotion, its production, and a train of two other solutions. */
function asks(known: Readonly<Record<string, string>>): Partial<Record<RouteName, Ask>> {
  const { releaseId, otherReleaseId, promotionId, stageId, proposal } = known
  const elsewhere = { environmentId: 'elsewhere' }
  const body = (value: object): Ask => ({ body: value })
  return {
    planRelease: { search: `?releaseId=${releaseId}&stageId=${stageId}` },
    showRecovery: { search: '?environmentId=prod&solution=Permits' },
    proposeDataRules: { search: '?subject=Permits' },
    loadProposal: { at: { digest: proposal ?? '' } },
    applyConfiguration: body({ configuration: known['configuration'] === undefined ? {} : (JSON.parse(known['configuration']) as object) }),
    confirmConfiguration: body({ digest: proposal }),
    prepareRelease: body({ solution: 'Permits' }),
    issueToken: body({ hours: 1 }),
    revokeToken: { body: { reason }, scene: 'ownToken' },
    forgetPerson: body({ reason }),
    requestPromotion: body({ releaseId, stageId }),
    decideApproval: body({ gate: 'approval', verdict: 'approve' }),
    acknowledgeUnknown: { body: { of: [{ subject: 'a line', message: 'Nobody can tell.' }], comment: reason }, scene: 'untold' },
    acknowledgeLoss: { body: { subject: 'table:hand_permit', ceiling: 1, comment: reason }, scene: 'loss' },
    finishMigration: { body: { comment: reason }, scene: 'migrating' },
    resumePromotion: { body: { reason }, scene: 'failed' },
    rollback: body({ environmentId: 'prod', solution: 'Permits', reason }),
    planTrainRecovery: body({ environmentId: 'prod', promotionIds: [promotionId] }),
    planUnmanaged: body({ releaseId, stageId }),
    decideConflict: body({ releaseId, stageId, component: 'table:hand_permit', choice: 'ours', reason }),
    restoreRescue: { body: { reason }, scene: 'rescued' },
    reportTests: {
      body: { reports: [{ name: 'a', xml: '<testsuite name="a" tests="1"><testcase name="b"/></testsuite>' }] },
      scene: 'tested',
    },
    approveByPullRequest: body({ url: 'https://github.com/contoso/permits/pull/1' }),
    validatePromotion: { body: { outcome: 'passed', note: reason }, scene: 'watched' },
    nameDeputy: body({ deputy: 'ben', until: inAWeek, reason }),
    startHotfix: body({ solution: 'Permits', environmentId: 'prod', dev: 'dev', test: 'test', reason }),
    mergeHotfix: { body: {}, scene: 'hotfixShipped' },
    decideHotfixConflict: { body: { component: 'table:hand_permit', reason }, scene: 'hotfixInConflict' },
    abandonHotfix: { body: { reason }, scene: 'hotfixReady' },
    testPolicy: body({ yaml: '{}' }),
    answerTier: body({ question: 'data-class', answer: 'public' }),
    decideTier: { body: { tier: 3, reason }, scene: 'outgrown' },
    decideStructure: body({ question: 'branching', answer: 'trunk', reason }),
    noteRelease: body({ text: reason }),
    requestTrain: body({ stageId, releaseIds: [releaseId, otherReleaseId] }),
    decideTrain: body({ gate: 'approval', verdict: 'approve' }),
    withdrawTrain: body({ reason }),
    resumeTrain: { body: { reason }, scene: 'stoppedTrain' },
    requestWaiver: body({ solution: 'Permits', waives: { kind: 'check', ruleId: 'STR-06' }, reason, measure: reason, until: inAWeek }),
    decideWaiver: body({ verdict: 'approve' }),
    revokeWaiver: body({ reason }),
    signOffPromotion: { body: { gate: 'approval', verdict: 'approve' }, scene: 'owed' },
    changeProtection: body({ isOn: true, reason }),
    acceptBaseline: body({ comment: reason }),
    acceptDeviation: { body: { deviation: 'd', reason, days: 5, owner: 'olga', decision: 'keep' }, scene: 'deviation' },
    adoptDeviations: { body: { deviations: ['d'] }, scene: 'deviation' },
    declineChangeRequest: { body: { reason: 'r' }, scene: 'changeAsked' },
    revertDeviation: { body: { deviation: 'd', reason }, scene: 'deviation' },
    confirmRevert: { body: { deviation: 'd' }, scene: 'revertAsked' },
    resumeStage: { body: { solution: 'Permits', reason }, scene: 'held' },
    workLeftoverUpgrade: body({ solution: 'Permits', deed: 'withdraw', reason }),
    restoreSandbox: body({ sandboxId: 'sandbox', reason }),
    repairComponents: body({ sandboxId: 'sandbox', solution: 'Permits', reason }),
    repairRows: body({ sandboxId: 'sandbox', table: 'hand_permit', reason }),
    rehearseRecovery: body({ sandboxId: 'sandbox', solution: 'Permits', reason }),
    seedData: { at: elsewhere, body: { rules: masking, sourceId: 'prod' } },
    scanData: { at: elsewhere, body: { rules: masking, sourceId: 'prod' } },
    decideData: { body: { verdict: 'approve' }, scene: 'dataWaits' },
    rebuildEnvironment: { at: elsewhere, body: {} },
    resumeRebuild: { at: elsewhere },
    confirmRebuildSettings: { at: elsewhere },
    createCattle: body({ name: 'n', kind: 'feature', owner: 'maria', justification: reason, like: 'dev' }),
    keepEnvironment: { at: elsewhere, body: { until: inAWeek, reason } },
    removeEnvironment: { at: elsewhere, body: { typedName: 'elsewhere' } },
    recordIncident: body({ text: reason }),
    takeRestorePoint: body({ label: 'before' }),
    attestReadiness: body({ text: reason }),
    exportConfigurationData: body({ solution: 'Permits', schema: '<entities/>' }),
    checkLedger: body({}),
    anchorLedger: body({}),
    rotateKey: body({ reason }),
    archiveEvidence: body({ reason }),
    holdEvidence: body({ promotionId, reason }),
    withdrawKeyProposal: body({ reason }),
    confirmDeputy: { scene: 'deputyByAdmin', at: { personId: 'ben' } },
    askForGrant: body({ role: 'release-manager', until: inAnHour, reason }),
    confirmGrant: { scene: 'grantAsked', at: { personId: 'ben' } },
    endGrant: { scene: 'grantAsked', at: { personId: 'ben' } },
    certifyRights: { ...body({ comment: 'Looked at' }), at: { personId: 'ben' } },
    endDeputy: { scene: 'deputy', at: { personId: 'ben' } },
    retryHotfix: { scene: 'hotfixFailed' },
    releaseHotfix: { scene: 'hotfixReady' },
    exportEvidence: body({ promotionId }),
  }
}

const masking = 'version: 1\ntables:\n  contact:\n    columns:\n      nickname: mask\n'
