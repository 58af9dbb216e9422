import { describe, expect, it } from 'vitest'
import type { StageHold } from '#domain/drift'
import type { AttemptId, PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { ChangeWindow, Configuration, Freeze } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import { at, buildConfiguration, buildEnvironment, buildRequestFacts, personId } from '../../../test/support/domain-builders.ts'
import { decideResume, decideStart } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import type { UsualDuration, WindowRules } from './evaluate-change-window.ts'
import { evaluateChangeWindow, findOutlasted, medianOf, workedMs } from './evaluate-change-window.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { decideStageResume, findHoldReason } from './evaluate-hold.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { judgeStanding, standAsRequested } from './judge-standing.ts'
import type { ImportState, NewPromotionEvent, Promotion, PromotionEvent, PromotionIntent } from './promotion.ts'

/** A Monday, 11:00 in Amsterdam. */
const now = at('2026-11-02T10:00:00Z')
const { people } = buildConfiguration()
const attemptId = toId<AttemptId>('a-1')

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent, when = now): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

const { boundTo } = buildRequestFacts()

/** Into production by Maria, approved by Ben; of its gates only that for people is there, so that the time alone decides. */
function ready(intent?: PromotionIntent): Promotion {
  const result = decideRequest(buildRequestFacts())
  const [event] = result.ok ? result.value : []
  if (event?.type !== 'promotion-requested') throw new Error('the sample is refused')
  const gates = event.data.request.gates.filter(({ kind }) => kind === 'approval')
  const request = { ...event.data.request, gates, ...(intent === undefined ? {} : { intent }) }
  const decision = { gate: 'approval', by: personId('ben'), verdict: 'approve', comment: '', at: now, boundTo } as const
  return evolve(evolve(undefined, { ...event, data: { request } }), { type: 'approval-decided', data: { decision } })
}

const recovery: PromotionIntent = { kind: 'recovery', way: 'redeploy', of: toId<PromotionId>('p-0'), reason: 'It fails.' }

function rules(windows: readonly ChangeWindow[] | undefined, more: { freezes?: Freeze[]; usual?: UsualDuration } = {}): WindowRules {
  const hours = { timeZone: 'Europe/Amsterdam', windows, freezes: more.freezes ?? [] }
  return { stage: 'Production', hours, policy: shippedPolicy.changes, usual: more.usual }
}

const nightly: ChangeWindow = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '20:00', to: '22:00' }
const yearEnd: Freeze = { name: 'year end', from: '2026-11-01T00:00', to: '2027-01-04T08:00', reason: 'books close' }

function gateAt(when: string, window: WindowRules, promotion = ready()) {
  const { state, reasons } = evaluateChangeWindow(promotion, at(when), window)
  return `${state}: ${reasons.map(({ message }) => message).join(' ')}`
}

describe('the gate of a stage with change windows', () => {
  it('waits until the next window opens, and tells when, by the local clock and beyond doubt', () => {
    expect(gateAt(now, rules([nightly]))).toBe(
      'pending: Production takes no promotions outside of its change windows. It opens at Mon 2026-11-02 20:00 Europe/Amsterdam (19:00 UTC).',
    )
    expect(gateAt('2026-11-02T19:30:00Z', rules([nightly]))).toMatch(/^open: Production takes promotions until Mon 2026-11-02 22:00/)
  })

  it('waits for the end of a freeze, whose reason it tells, and for the first window after it', () => {
    expect(gateAt(now, rules([nightly], { freezes: [yearEnd] }))).toBe(
      'pending: Production takes no promotions: frozen by year end (books close) until 2027-01-04 08:00 Europe/Amsterdam. It opens at Mon 2027-01-04 20:00 Europe/Amsterdam (19:00 UTC).',
    )
  })

  it('is closed where it opens no more, until the configuration changes', () => {
    expect(gateAt(now, rules(undefined, { freezes: [{ ...yearEnd, to: '9999-12-31T23:59' }] }))).toMatch(
      /^closed: .* It does not open any more\./,
    )
  })

  it('lets a recovery through, and says so', () => {
    expect(gateAt(now, rules([nightly], { freezes: [yearEnd] }), ready(recovery))).toMatch(
      /^open: .*frozen by year end.* This is a recovery, which goes in all the same/,
    )
    const strict = {
      ...rules([nightly]),
      policy: { ...shippedPolicy.changes, recoveryPassesWindows: { value: false, source: 'a test', status: 'ours' as const } },
    }
    expect(gateAt(now, strict, ready(recovery))).toMatch(/^pending:/)
  })

  it('is there by what is in force now, whatever was in force when it was asked for, and keeps the promotion from starting', () => {
    const promotion = ready()
    const standing = standAsRequested(promotion, people)
    const start = (window?: WindowRules) =>
      decideStart(promotion, { attemptId, now, standing: { ...standing, ...(window && { window }) } }).ok
    expect([start(), start(rules([nightly])), start(rules([{ ...nightly, from: '10:00' }]))]).toEqual([true, false, true])
    const configuration = withWindows(buildConfiguration(), [nightly])
    const { release, deployments, rulesInForce } = buildRequestFacts()
    const facts = { now, release, configuration, configurationVersion: 2, policy: shippedPolicy, deployments, rulesInForce }
    expect(judgeStanding(promotion, facts).window).toMatchObject({ stage: 'Production', hours: { windows: [nightly] } })
  })
})

function withWindows(base: Configuration, changeWindows: readonly ChangeWindow[]): Configuration {
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, changeWindows } : stage)),
  }))
  return { ...base, pipelines }
}

describe('what an attempt usually takes', () => {
  const usual = { ms: 12 * 60_000, attempts: 5 }

  it('keeps it from beginning what would outlast the window, and waits for the next', () => {
    expect(gateAt('2026-11-02T20:52:00Z', rules([nightly], { usual }))).toBe(
      'pending: Production takes promotions for 8 min more, until Mon 2026-11-02 22:00 Europe/Amsterdam (21:00 UTC). An attempt there usually takes 12 min (median of 5). With 5 min to spare that is too short. It opens at Tue 2026-11-03 20:00 Europe/Amsterdam (19:00 UTC).',
    )
    expect(gateAt('2026-11-02T20:43:00Z', rules([nightly], { usual }))).toMatch(/^open:/)
    expect(gateAt('2026-11-02T20:43:01Z', rules([nightly], { usual }))).toMatch(/^pending:/)
  })

  it('counts what has been spent of it already', () => {
    const spent = (ms: number) => evaluateChangeWindow(ready(), at('2026-11-02T20:50:00Z'), rules([nightly], { usual }), ms).state
    expect([spent(0), spent(7 * 60_000)]).toEqual(['pending', 'open'])
  })

  it('passes over windows that are too short for it, and closes the gate where all are', () => {
    const short: ChangeWindow = { days: ['mon'], from: '20:00', to: '20:15' }
    const long: ChangeWindow = { days: ['sat'], from: '08:00', to: '12:00' }
    expect(gateAt(now, rules([short, long], { usual }))).toMatch(/^pending: .* It opens at Sat 2026-11-07 08:00 .* for long enough\.$/)
    expect(gateAt(now, rules([short], { usual }))).toMatch(/^closed: .*the longest is 15 min\. Widen the windows of Production\.$/)
  })

  it('is the median of what earlier ones worked, and not what they waited for their lane', () => {
    expect([medianOf([]), medianOf([5, 900, 7]), medianOf([4, 2])]).toEqual([undefined, { ms: 7, attempts: 3 }, { ms: 2, attempts: 2 }])
    const step = {
      step: 'observe',
      startedAt: at('2026-11-02T10:00:00Z'),
      finishedAt: undefined,
      outcome: undefined,
      note: undefined,
    } as const
    expect(workedMs({ steps: [step], finishedAt: at('2026-11-02T10:03:00Z') }, now)).toBe(180_000)
  })
})

function started(promotion = ready()): Promotion {
  return evolve(promotion, { type: 'attempt-started', data: { attemptId } })
}

describe('an attempt whose window closed before it changed anything', () => {
  it('ends, leaves the promotion waiting, and lapses no decision', () => {
    const reasons = [{ subject: 'change window', message: 'Too late.' }]
    const begun = evolve(started(), { type: 'step-started', data: { attemptId, step: 'stage' } })
    const after = evolve(begun, { type: 'attempt-postponed', data: { attemptId, reasons } })
    expect(after.status).toEqual({ state: 'pending' })
    expect(after.earlierAttempts).toMatchObject([{ id: 'a-1', finishedAt: now, steps: [{ note: 'Too late. Nothing was changed.' }] }])
    const standing = standAsRequested(after, people)
    expect(decideStart(after, { attemptId: toId<AttemptId>('a-2'), now, standing }).ok).toBe(true)
    expect(evolve(after, { type: 'attempt-postponed', data: { attemptId, reasons } }), 'told twice').toEqual(after)
  })
})

describe('an attempt that outlasts its window', () => {
  it('says by how much, counted from when the window closed in which it changed the target', () => {
    const step = {
      step: 'import',
      startedAt: at('2026-11-02T20:55:00Z'),
      finishedAt: undefined,
      outcome: undefined,
      note: undefined,
    } as const
    const late = at('2026-11-02T21:04:00Z')
    expect(findOutlasted({ steps: [step] }, rules([nightly]), late)).toEqual({ closedAt: at('2026-11-02T21:00:00Z'), byMs: 240_000 })
    expect(findOutlasted({ steps: [step] }, rules([nightly]), at('2026-11-02T20:59:00Z'))).toBeUndefined()
    expect(findOutlasted({ steps: [{ ...step, step: 'observe' }] }, rules([nightly]), late), 'it changed nothing').toBeUndefined()
  })
})

const imported = (importState: ImportState): NewPromotionEvent => ({
  type: 'job-recorded',
  data: { attemptId, importJobId: 'job', importState },
})
const errored: NewPromotionEvent = { type: 'attempt-errored', data: { attemptId, code: 'unexpected', message: 'The disk is full.' } }
const failed: NewPromotionEvent = {
  type: 'attempt-failed',
  data: { attemptId, refusal: { code: 'verification.failed', message: 'The flow is off.', hint: '', reasons: [] }, isResumable: true },
}
const pet = { careClass: 'pet' } as const

describe('a pet', () => {
  it.each<[string, NewPromotionEvent[], NewPromotionEvent, RegExp | undefined]>([
    ['errored after the import was sent', [imported('sent')], errored, /disk is full/],
    ['failed its verification', [imported('passed')], failed, /flow is off/],
    ['indeterminate', [imported('sent')], { type: 'attempt-indeterminate', data: { attemptId, message: 'No answer.' } }, /Nobody can tell/],
    ['broke while it uninstalled', [{ type: 'job-recorded', data: { attemptId, uninstall: { state: 'sent' } } }], errored, /disk is full/],
    ['was refused its uninstallation', [{ type: 'step-started', data: { attemptId, step: 'uninstall' } }], failed, undefined],
    ['errored before anything was sent', [], errored, undefined],
    ['failed in its import, which is rolled back', [imported('failed')], failed, undefined],
    ['failed in its import, of which some is there', [imported('in-part')], failed, /flow is off/],
    ['succeeded', [imported('passed')], { type: 'attempt-succeeded', data: { attemptId, verification: [] } }, undefined],
  ])('is held, or is not, after an attempt that %s', (_what, before, ended, expected) => {
    const promotion = before.reduce<Promotion>((state, event) => evolve(state, event), started())
    const reason = findHoldReason(promotion, ended, pet)
    if (expected === undefined) expect(reason).toBeUndefined()
    else expect(reason).toMatch(expected)
    expect(findHoldReason(promotion, ended, { careClass: 'cattle' }), 'cattle never is').toBeUndefined()
  })
})

const hold: StageHold = { solution: 'Permits', promotionId: 'p-0', reason: 'It failed.', since: at('2026-11-01T20:00:00Z') }

describe('a held place', () => {
  it('takes no request but a recovery of that solution', () => {
    const refused = decideRequest({ ...buildRequestFacts(), holds: [hold] })
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'stage.held' } })
    expect(refused.ok ? '' : refused.refusal.hint).toContain('drover env resume prod Permits')
    expect(decideRequest({ ...buildRequestFacts(), intent: recovery, holds: [hold] }).ok).toBe(true)
  })

  it('starts nothing that waits, and says why it does', () => {
    const promotion = ready()
    const standing = { ...standAsRequested(promotion, people), holds: [hold] }
    expect(decideStart(promotion, { attemptId, now, standing })).toMatchObject({ ok: false, refusal: { code: 'stage.held' } })
    expect(evaluateGates(promotion, now, standing)[0]).toMatchObject({ kind: 'in-force', state: 'pending' })
    const ofRecovery = ready(recovery)
    expect(decideStart(ofRecovery, { attemptId, now, standing }).ok, 'a recovery').toBe(true)
  })

  it('lets a person resume the very promotion that went wrong, and no other', () => {
    const promotion = evolve(evolve(started(), imported('passed')), failed)
    const resume = (promotionId: string) =>
      decideResume(promotion, {
        ...{ attemptId: toId<AttemptId>('a-2'), actor: personId('maria'), reason: 'The flow is on now.', now },
        standing: { ...standAsRequested(promotion, people), holds: [{ ...hold, promotionId }] },
      })
    expect(resume('p-1').ok).toBe(true)
    expect(resume('p-0')).toMatchObject({ ok: false, refusal: { code: 'stage.held' } })
  })

  it('is given free by its owner, the owner of the solution or a release manager, who say what for', () => {
    const environment = { ...buildEnvironment('prod', 'production', 'pet'), owner: personId('piet') }
    const resume = (actor: string, reason = 'Rows are checked', holds: readonly StageHold[] = [hold]) => {
      const command = {
        environment,
        solution: 'permits',
        reason,
        holds,
        configuration: buildConfiguration(),
        policy: shippedPolicy.changes,
      }
      const result = decideStageResume({ ...command, actor: personId(actor) })
      return result.ok ? result.value : result.refusal.code
    }
    expect(['piet', 'olga', 'remy'].map((person) => resume(person))).toEqual(Array(3).fill('Rows are checked'))
    expect(['maria', 'ben', 'pat'].map((person) => resume(person))).toEqual(Array(3).fill('stage.may-not-resume'))
    expect([resume('olga', '  '), resume('olga', 'x', [])]).toEqual(['stage.reason-needed', 'stage.not-held'])
  })
})

describe('what was sent into a stage that is closed now', () => {
  it('is followed all the same, while nothing new is begun', () => {
    const window = rules([nightly])
    const resume = (promotion: Promotion) =>
      decideResume(promotion, {
        ...{ attemptId: toId<AttemptId>('a-2'), actor: personId('maria'), reason: 'Back again.', now },
        standing: { ...standAsRequested(promotion, people), window },
      })
    const sent = resume(evolve(evolve(started(), imported('sent')), errored))
    expect(sent).toMatchObject({ ok: true, value: [{ data: { resumes: 'a-1' } }] })
    expect(sent.ok && sent.value[0]?.data).not.toHaveProperty('followsOnly')
    expect(resume(evolve(started(), errored))).toMatchObject({ ok: false, refusal: { code: 'promotion.gates-not-open' } })
  })
})
