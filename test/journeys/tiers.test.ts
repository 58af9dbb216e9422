import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  GateStatusReply,
  OwedListReply,
  PolicyTestPageReply,
  PromotionViewReply,
  ReadinessReply,
  ReleaseChecklistReply,
  WaiverViewReply,
} from '#contract'
import type { PersonId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, PeopleGateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import { createTypist } from '../support/guide-typist.ts'
import { refusedBy } from '../support/pet-stage.ts'
import type { Rehearsal } from '../support/product.ts'
import {
  governed,
  granted,
  localConfiguration,
  prepareRelease,
  productionStage,
  promote,
  startStack,
  testStage,
  until,
} from '../support/product.ts'
import type { Ran } from '../support/run-drover.ts'
import { runDrover } from '../support/run-drover.ts'
import { linesOf, patternOf, shownIn } from '../support/shown-sessions.ts'
import { applyByTwo, awaitEnd, rehearseSample } from '../support/world-of-one.ts'

const solution = 'ContosoInspection'
const guide = 'docs/governance.md'
const board = ['carl', 'cora'].map((id) => toId<PersonId>(id))
/** Gates that the pipeline has and only Tier 4 asks for, or a major change. */
const ofTier4: readonly string[] = ['automated-tests', 'test-lead', 'cab']
/** Seconds for which a Tier 4 promotion is watched here: long enough for two commands. */
const watchSeconds = 6

/* One story: a solution that begins in its maker's workspace, and grows until the company depends on it. */
describe('a solution on its way through the four tiers', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let folder = ''
  let isUp = false
  let grave: PromotionViewReply['promotion']['request']['promotionId']

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-tiers-'))
    stack = await startStack()
    isUp = true
    run = await rehearseSample(stack.drover, 1, asHere)
  })
  afterAll(async () => {
    if (isUp) await stack?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** The command line as that person, in a folder of their own. */
  async function drover(who: string, ...args: readonly string[]): Promise<Ran> {
    const access = { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: await stack.drover.issueToken(who) }
    return runDrover(args, access, folder)
  }

  /** What a command prints as JSON, which has to go well. */
  async function asked<T>(who: string, ...args: readonly string[]): Promise<T> {
    const ran = await drover(who, ...args, '--json')
    expect([ran.code, ran.code === 0 ? '' : ran.stderr], args.join(' ')).toEqual([0, ''])
    return JSON.parse(ran.stdout) as T
  }

  /** The API as any client calls it: an address, a token and JSON. */
  async function http<T>(who: string, method: 'GET' | 'POST', path: string, body?: object): Promise<{ status: number; body: T }> {
    const token = await stack.drover.issueToken(who)
    const reply = await fetch(`${stack.drover.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: (await reply.json()) as T } // its shape is what the test expects of it
  }

  async function govern(tier: Tier, change: Partial<Configuration['solutions'][number]> = {}): Promise<void> {
    const sample = { ...governed(run.material, tier), versioning: 'raise' as const, ...change }
    await applyByTwo(run, asHere(localConfiguration({ platformUrl: stack.drover.platformUrl, solutions: [sample] })))
  }

  /** A new release, which went into Test. */
  async function releaseIntoTest(): Promise<ReleaseId> {
    const { id } = await prepareRelease(run, solution)
    await promote(run, { releaseId: id, stageId: testStage }, async () => undefined)
    return id
  }

  async function succeed(promotionId: string): Promise<void> {
    const { promotion } = await awaitEnd(run, toId(promotionId))
    expect(promotion.status.state, JSON.stringify(promotion.status)).toBe('succeeded')
  }

  describe('Tier 1', () => {
    it('is scored by what is known of it, of which its owner answers the rest and nobody else', async () => {
      const before = await drover('ada', 'tier', solution)
      expect([before.code, before.stdout]).toEqual([0, expect.stringMatching(/at least Tier 1, 13 questions open/)])
      const answer = ['tier', 'answer', solution, 'data-class', 'public']
      expect(await drover('grace', ...answer)).toMatchObject(refusedBy('promotion.not-allowed'))
      expect((await drover('ada', ...answer, '--comment', 'Addresses of public buildings')).stdout).toMatch(/data-class\s+answered.*public/)
    })

    it('goes into Test and into no pet, and says what to do about it', async () => {
      const releaseId = await releaseIntoTest()
      const refused = await drover('ada', 'promotion', 'request', releaseId, '--to', 'prod')
      expect(refused).toMatchObject(refusedBy('TIER-04'))
      expect(refused.stderr).toContain('Tier 2')
    })
  })

  describe('Tier 2', () => {
    it('waits for one approver, who is not whoever asked', async () => {
      await govern(2)
      const releaseId = await releaseIntoTest()
      const { promotion, gates } = await asked<PromotionViewReply>('ada', 'promotion', 'request', releaseId, '--to', 'prod')
      const { promotionId } = promotion.request
      expect(shut(gates)).toEqual(['approval pending fix'])
      const approve = ['promotion', 'approve', promotionId, '--gate', 'approval', '--comment', 'Seen']
      expect(await drover('ada', ...approve)).toMatchObject(refusedBy('PIP-10'))
      expect((await drover('grace', ...approve)).code).toBe(0)
      await succeed(promotionId)
    })

    it('is held to Tier 3 from the release on that shows that it has outgrown Tier 2', async () => {
      expect((await drover('ada', 'tier', 'answer', solution, 'data-class', 'confidential')).stdout).toMatch(/Tier 3 is proposed/)
      expect((await drover('ada', 'tier', solution, '--exit-code')).code).toBe(7)
      const releaseId = await releaseIntoTest()
      const refused = await drover('ada', 'promotion', 'request', releaseId, '--to', 'prod')
      expect(refused).toMatchObject(refusedBy('TIER-06'))
      expect(refused.stderr).toMatch(/personal, financial or otherwise confidential[^]*security sign-off/)
      const lower = ['tier', 'decide', solution, '--tier', '2', '--reason', 'Not now', '--days', '30']
      expect(await drover('pat', ...lower)).toMatchObject(refusedBy('tier.needs-second-person'))
      expect((await drover('pat', 'tier', 'decide', solution, '--tier', '3', '--reason', 'It holds names of inspectors')).code).toBe(0)
    })
  })

  describe('Tier 3, over plain HTTP', () => {
    let promotionId = ''

    it('is shut until it is named where it is watched, and until it ran in Test for a day', async () => {
      // In a configuration file what is undefined is not there.
      await govern(3, { monitoring: undefined as never })
      const releaseId = await releaseIntoTest()
      const early = await request(releaseId)
      expect(shut(early.gates)).toEqual(['soak pending wait', 'validation closed fix', ...people])
      expect(JSON.stringify(early.gates.find(({ kind }) => kind === 'validation'))).toContain('monitoring: { url, contact }')
      expect((await http('ada', 'POST', `/promotions/${early.promotion.request.promotionId}/withdrawal`)).status).toBe(201)
      await govern(3)
      const { gates, promotion } = await request(releaseId)
      promotionId = promotion.request.promotionId
      expect(shut(gates)).toEqual(['soak pending wait', ...people])
      expect(gates.find(({ kind }) => kind === 'soak')?.accountable).toBe('Line-of-business IT: Remy (release manager)')
    })

    it('goes past the soak by a waiver that is asked for, approved by somebody above, and shown', async () => {
      const until = new Date(Date.now() + 7 * 86_400_000).toISOString()
      const ask = (gate: string) => ['waiver', 'request', '--solution', solution, '--gate', gate, '--stage', 'prod', '--until', until]
      const because = ['--reason', 'The season begins tomorrow', '--measure', 'Two testers work in it all day']
      expect(await drover('ada', ...ask('validation'), ...because)).toMatchObject(refusedBy('waiver.never'))
      const { waiver } = await asked<WaiverViewReply>('ada', ...ask('soak'), ...because)
      expect(await drover('ada', 'waiver', 'approve', waiver.waiverId)).toMatchObject(refusedBy('promotion.not-allowed'))
      expect(await drover('grace', 'waiver', 'approve', waiver.waiverId)).toMatchObject({ code: 0 })
      const { body } = await http<PromotionViewReply>('ada', 'GET', `/promotions/${promotionId}`)
      expect(shut(body.gates)).toEqual(people)
      const soak = body.gates.find(({ kind }) => kind === 'soak')
      expect([soak?.waiverId, soak?.reasons[0]?.message]).toEqual([
        waiver.waiverId,
        `Waived by Grace (approver) until ${until}: The season begins tomorrow. Instead: Two testers work in it all day.`,
      ])
    })

    it('waits for review, acceptance, security and approval, each by another person', async () => {
      // It leans on a waiver: nobody agrees to what they were not shown.
      expect(await decide('rosa', 'review', false)).toMatchObject({ status: 409, body: { error: { code: 'PIP-11' } } })
      expect(await decide('grace', 'review')).toMatchObject({ status: 409, body: { error: { code: 'approval.not-named' } } })
      for (const [who, gate] of [
        ['rosa', 'review'],
        ['bea', 'uat'],
        ['sam', 'security'],
      ] as const)
        expect((await decide(who, gate)).status).toBe(201)
      expect(await decide('grace', 'approval')).toMatchObject({ status: 201, body: { promotion: { status: { state: 'running' } } } })
      await succeed(promotionId)
    })

    const people = ['review', 'uat', 'security', 'approval'].map((gate) => `${gate} pending fix`)

    async function request(releaseId: ReleaseId): Promise<PromotionViewReply> {
      const { status, body } = await http<PromotionViewReply>('ada', 'POST', '/promotions', { releaseId, stageId: productionStage })
      expect([status, status === 201 ? '' : body]).toEqual([201, ''])
      return body
    }

    async function decide(who: string, gate: string, isShown = true) {
      const { body } = await http<PromotionViewReply>(who, 'GET', `/promotions/${promotionId}`)
      const seen = isShown ? { seen: body.seen } : {}
      return http(who, 'POST', `/promotions/${promotionId}/decisions`, { gate, verdict: 'approve', comment: 'Seen', ...seen })
    }
  })

  describe('Tier 4', () => {
    it('is what it is held to once regulated data is in it', async () => {
      expect((await drover('ada', 'tier', 'answer', solution, 'data-class', 'regulated')).stdout).toMatch(/Tier 4 is proposed/)
      const releaseId = await releaseIntoTest()
      const held = await asked<PromotionViewReply>('ada', 'promotion', 'request', releaseId, '--to', 'prod')
      expect([held.promotion.request.tier, shut(held.gates)]).toEqual([4, signOffs.map((gate) => `${gate} pending fix`)])
      granted(await (await run.as('ada')).withdrawPromotion({ promotionId: held.promotion.request.promotionId }))
      await govern(4)
      const lacking = await drover('ada', 'solution', 'complete', solution, '--exit-code')
      expect([lacking.code, lacking.stdout]).toEqual([
        7,
        expect.stringMatching(/missing {2}Its structure is decided: undecided: segmentation/),
      ])
      const { promotion, gates } = await asked<PromotionViewReply>('ada', 'promotion', 'request', releaseId, '--to', 'prod')
      grave = promotion.request.promotionId
      expect(shut(gates)).toEqual(signOffs.map((gate) => `${gate} pending fix`))
      const { lines, complete } = await asked<ReleaseChecklistReply>('grace', 'promotion', 'checklist', grave)
      expect(complete).toEqual({ 'testing-and-approval': false, 'rollback-readiness': false, 'post-deployment': false })
      expect(lines.filter(({ state }) => state === 'open').map(({ id }) => id)).toEqual(
        expect.arrayContaining(['REL-02', 'ROL-07', 'REL-03', 'REL-04', 'REL-05', 'REL-06', 'REL-10']),
      )
    })

    it('opens the gate of tests by a green report alone, and the board by both of its members', async () => {
      expect(await approve('tom', 'automated-tests')).toMatchObject(refusedBy('gate.needs-report'))
      await writeFile(join(folder, 'none.xml'), '<testsuites><testsuite name="inspection" tests="0"/></testsuites>')
      await writeFile(
        join(folder, 'green.xml'),
        '<testsuites><testsuite name="inspection" tests="1" failures="0"><testcase classname="inspection" name="opens"/></testsuite></testsuites>',
      )
      expect(await drover('tom', 'tests', 'report', grave, '--junit', 'none.xml')).toMatchObject(refusedBy('tests.nothing-ran'))
      expect(await drover('tom', 'tests', 'report', grave, '--junit', 'green.xml')).toMatchObject({ code: 0 })
      for (const [who, gate] of [
        ['rosa', 'review'],
        ['bea', 'uat'],
        ['tom', 'test-lead'],
        ['sam', 'security'],
        ['grace', 'approval'],
        ['carl', 'cab'],
      ] as const)
        await say(who, gate)
      const { gates } = granted(await (await run.as('grace')).loadPromotion({ promotionId: grave }))
      expect(shut(gates)).toEqual(['cab pending fix'])
      expect(await approve('cora', 'cab')).toMatchObject({ code: 0 })
      await succeed(grave)
    })

    it('is watched, and found well by somebody else than whoever asked', async () => {
      const word = { promotionId: grave, outcome: 'passed', note: 'No errors, flows ran' } as const
      const [ada, remy] = [await run.as('ada'), await run.as('remy')]
      expect(await remy.validatePromotion(word)).toMatchObject({ ok: false, refusal: { code: 'validation.too-early' } })
      expect(await ada.validatePromotion(word)).toMatchObject({ ok: false, refusal: { code: 'validation.by-requester' } })
      const isDue = async () => granted(await ada.loadPromotion({ promotionId: grave })).watch?.state === 'due'
      await until(isDue, (due) => due)
      expect(await drover('remy', 'promotion', 'validate', grave, '--outcome', 'passed', '--note', word.note)).toMatchObject({ code: 0 })
      const { lines, complete } = await asked<ReleaseChecklistReply>('grace', 'promotion', 'checklist', grave)
      expect([complete, lines.filter(({ state }) => state === 'open')]).toEqual([
        { 'testing-and-approval': true, 'rollback-readiness': true, 'post-deployment': true },
        [],
      ])
    })

    const signOffs = ['review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'approval']

    /** A yes names the waiver of Tier 3, which the promotion leans on, too. */
    async function approve(who: string, gate: string) {
      const { seen } = await asked<PromotionViewReply>(who, 'promotion', 'show', grave)
      return drover(who, 'promotion', 'approve', grave, '--gate', gate, '--seen', seen, '--comment', 'Seen')
    }

    async function say(who: string, gate: PeopleGateKind): Promise<void> {
      const client = await run.as(who)
      const { seen } = granted(await client.loadPromotion({ promotionId: grave }))
      granted(await client.decideApproval({ promotionId: grave, gate, verdict: 'approve', comment: 'Seen', seen }))
    }
  })

  describe('what is left of it', () => {
    it('shows how ready the tenant is, which a word on what no scan shows raises', async () => {
      const before = await asked<ReadinessReply>('ada', 'readiness')
      const word = ['readiness', 'attest', 'RDY-17', '--text', 'Assessed in March', '--evidence', 'https://wiki.example/connectors']
      expect(await drover('bea', ...word)).toMatchObject(refusedBy('promotion.not-allowed'))
      expect(await drover('pat', ...word)).toMatchObject({ code: 0 })
      const after = await asked<ReadinessReply>('ada', 'readiness')
      const stateOf = ({ items }: ReadinessReply) => items.find(({ item }) => item.id === 'RDY-17')?.state
      expect([stateOf(before), stateOf(after)]).toEqual(['missing', 'attested'])
      expect(after.score).toBeGreaterThan(before.score)
    })

    it('tells what another policy would have done to what went this way', async () => {
      // A document stands for all that is changed of the shipped policy: what makes this a rehearsal stays.
      const documented = { recovery: { kind: 'documented' }, reviewWindowHours: 0 }
      const test = async (tiers: object, gates: object) => {
        const document = { reason: 'Tried', tiers: { '3': documented, ...tiers }, gates: { soakHours: { '4': 0, ...gates } } }
        await writeFile(join(folder, 'tried.yaml'), JSON.stringify(document))
        return asked<PolicyTestPageReply>('pat', 'policy', 'test', 'tried.yaml')
      }
      const stricter = await test({ '2': { pet: ['previous-stage', 'validation', 'uat', 'approval'] }, '4': documented }, {})
      expect(stricter.sums.outcomes).toMatchObject({ stopped: 1, longer: 0, unknown: 0, 'never-began': 2 })
      expect(stricter.promotions.map(({ tier, reasons }) => [tier, reasons])).toEqual([
        [2, [{ subject: 'user acceptance', message: 'Nobody was asked at this gate.' }]],
      ])
      const lower = { ...documented, pet: ['previous-stage', 'soak', 'validation', 'approval'] }
      const laxer = await test({ '4': lower }, { '3': 0 })
      expect(laxer.sums.outcomes).toEqual({ ...stricter.sums.outcomes, stopped: 0, same: stricter.sums.outcomes.same + 1 })
    })

    describe('as its guide says', () => {
      const { names, type } = createTypist({
        drover: () => stack.drover,
        get folder() {
          return folder
        },
        meanwhile: {
          'npx drover policy test': () => writeFile(join(folder, 'stricter.yaml'), filesIn(guide)[0] ?? ''),
          'npx drover promotion show': async () => void names.set('<promotion>', grave),
        },
      })
      it.each(shownIn(guide))('$command', async ({ command, output }) => {
        const printed = await type(command)
        if (process.env['GUIDE_PRINTS'] === 'true') console.log(`$ ${command}\n${printed}`)
        else expect(`${linesOf(printed).join('\n')}\n`.replace(/^\n$/, '')).toMatch(patternOf(output))
      })
    })

    describe('an emergency', () => {
      let promotionId = ''

      it('goes past the gates that policy names, with a reason, an end and the word of a second person', async () => {
        const releaseId = await releaseIntoTest()
        const ask = ['promotion', 'request', releaseId, '--to', 'prod', '--emergency']
        expect((await drover('ada', ...ask)).code).not.toBe(0)
        expect(await drover('bea', ...ask, '--reason', 'Permits are lost')).toMatchObject(refusedBy('promotion.not-allowed'))
        const { promotion, gates } = await asked<PromotionViewReply>('ada', ...ask, '--reason', 'Permits are lost')
        promotionId = promotion.request.promotionId
        expect(promotion.request.intent).toMatchObject({ kind: 'emergency', reason: 'Permits are lost', signOffWorkingDays: 5 })
        const waits = ['review', 'automated-tests', 'security', 'approval', 'emergency']
        expect(shut(gates)).toEqual(waits.map((gate) => `${gate} pending fix`))
        expect((await owed()).owed).toEqual([])
      })

      it('does not begin at the word of whoever declared it or approves it, whatever door they come through', async () => {
        const { seen } = (await view()).body
        const word = (gate: string) => ({ gate, verdict: 'approve', comment: 'Seen', seen })
        const say = (who: string, gate: string) => http(who, 'POST', `/promotions/${promotionId}/decisions`, word(gate))
        expect(await say('ada', 'emergency')).toMatchObject({ status: 409, body: { error: { code: 'PIP-10' } } })
        expect(await say('bea', 'emergency')).toMatchObject({ status: 409, body: { error: { code: 'approval.not-named' } } })
        const early = { gate: 'cab', verdict: 'approve', comment: 'Before it went in' }
        expect((await http('carl', 'POST', `/promotions/${promotionId}/sign-offs`, early)).status).toBe(409)
        expect(await drover('tom', 'tests', 'report', promotionId, '--junit', 'green.xml')).toMatchObject({ code: 0 })
        const approve = (who: string, gate: string) =>
          drover(who, 'promotion', 'approve', promotionId, '--gate', gate, '--seen', seen, '--comment', 'Seen')
        expect(await approve('rosa', 'review')).toMatchObject({ code: 0 })
        expect(await approve('sam', 'security')).toMatchObject({ code: 0 })
        expect(await approve('grace', 'approval')).toMatchObject({ code: 0 })
        expect(shut((await view()).body.gates)).toEqual(['emergency pending fix'])
        expect(await say('grace', 'emergency')).toMatchObject({ status: 409, body: { error: { code: 'ROL-07' } } })
        expect(await approve('sam', 'emergency')).toMatchObject({ code: 0 })
        await succeed(promotionId)
      })

      it('owes each of them afterwards with a date, until those whom the gate named have signed off', async () => {
        const { owed: open, emergencies } = await owed()
        expect(open.map(({ gate, promotionId: of, intent }) => [gate, of, intent])).toEqual(
          ['uat', 'test-lead', 'cab'].map((gate) => [gate, promotionId, 'emergency']),
        )
        for (const { dueAt } of open) expect(Date.parse(dueAt)).toBeGreaterThan(Date.now() + 4 * 86_400_000)
        expect(emergencies).toMatchObject([{ solution, times: 1 }])
        const signOff = (who: string, gate: string) =>
          drover(who, 'promotion', 'sign-off', promotionId, '--gate', gate, '--comment', 'Seen')
        expect(await signOff('ada', 'uat')).toMatchObject(refusedBy('promotion.not-allowed'))
        expect(await signOff('grace', 'uat')).toMatchObject(refusedBy('promotion.not-allowed'))
        expect(await signOff('bea', 'uat')).toMatchObject({ code: 0 })
        expect(await signOff('tom', 'test-lead')).toMatchObject({ code: 0 })
        expect(await signOff('carl', 'cab')).toMatchObject({ code: 0 })
        // The board has a quorum of two.
        expect((await owed()).owed.map(({ gate }) => gate)).toEqual(['cab'])
        const word = { gate: 'cab', verdict: 'approve', comment: 'Seen on Tuesday' }
        expect((await http('cora', 'POST', `/promotions/${promotionId}/sign-offs`, word)).status).toBe(201)
        expect((await drover('grace', 'owed', 'list')).stdout).toContain('Nothing is owed.')
      })

      const owed = (): Promise<OwedListReply> => asked('grace', 'owed', 'list', '--solution', solution)
      const view = () => http<PromotionViewReply>('ada', 'GET', `/promotions/${promotionId}`)
    })

    it('is proved with nothing but the pack and the anchor, and found out where one byte is another', async () => {
      await stack.stop()
      isUp = false
      const verify = (file: string) =>
        runDrover(['evidence', 'verify', file, '--anchor', 'anchor.json', '--public-key', 'drover.pem', '--json'], {}, folder)
      const whole = await verify('evidence.zip')
      expect([whole.code, whole.stderr]).toEqual([0, ''])
      const bytes = await readFile(join(folder, 'evidence.zip'))
      const place = Math.floor(bytes.length / 2)
      await writeFile(join(folder, 'changed.zip'), bytes.fill((bytes[place] ?? 0) ^ 1, place, place + 1))
      const changed = await verify('changed.zip')
      expect([changed.code, (JSON.parse(changed.stdout) as { verdict: string }).verdict]).toEqual([3, 'failed'])
    })
  })

  function asHere(configuration: Configuration): Configuration {
    const { policy, people, pipelines } = configuration
    return {
      ...configuration,
      people: [
        ...people,
        { id: toId<PersonId>('cora'), name: 'Cora (change advisory board)', roles: ['cab'] },
        { id: toId<PersonId>('remy'), name: 'Remy (release manager)', roles: ['release-manager'] },
      ],
      pipelines: pipelines.map((pipeline) => ({
        ...pipeline,
        stages: pipeline.stages.map((stage) => ({
          ...stage,
          gates: stage.gates.map((gate) => ({
            ...gate,
            ...(ofTier4.includes(gate.kind) ? { whenDemanded: true } : {}),
            ...(gate.kind === 'cab' ? { people: board, quorum: 2 } : {}),
          })),
        })),
      })),
      policy: {
        demands: [],
        ...policy,
        values: [
          ...(policy?.values ?? []).filter(({ path }) => !['gates.soakHours.3', 'gates.watchHours.4'].includes(path)),
          { path: 'gates.watchHours.4', value: watchSeconds / 3600, reason: 'A rehearsal: watched for as long as two commands take' },
        ],
      },
    } as Configuration // gates of people stay gates of people
  }
})

/** The files that a guide has its reader save: its blocks of YAML. */
function filesIn(document: string): readonly string[] {
  return [...readFileSync(join(import.meta.dirname, '../..', document), 'utf8').matchAll(/```yaml\n([^]*?)```/g)].map(
    (match) => match[1] ?? '',
  )
}

/** Gates that are not open: kind, state and whose turn it is. */
function shut(gates: readonly GateStatusReply[]): readonly string[] {
  return gates.filter(({ state }) => state !== 'open').map(({ kind, state, next }) => `${kind} ${state} ${next}`)
}
