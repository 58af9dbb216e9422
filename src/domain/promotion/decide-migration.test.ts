import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttemptId, Instant, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Plan, PlannedComponent } from '#domain/plan'
import {
  at,
  buildConfiguration,
  buildPlan,
  buildRequestFacts,
  nothingMoreAsked,
  nothingThere,
  personId,
} from '../../../test/support/domain-builders.ts'
import { decideAcknowledgement } from './decide-acknowledgement.ts'
import { decideApproval } from './decide-approval.ts'
import { decideResume, decideStart } from './decide-attempt.ts'
import { decideFinishMigration, decideMigrationWithdrawal, hasStagedUpgrade, recountLosses, stepsOfAttempt } from './decide-migration.ts'
import { decideRequest } from './decide-request.ts'
import { attemptsOf, evolvePromotion } from './evolve-promotion.ts'
import type { Standing } from './judge-standing.ts'
import { standAsRequested } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'

const requestedAt = at('2026-11-02T09:00:00Z')
const soon = at('2026-11-02T10:00:00Z')
const { people } = buildConfiguration()
const owners = [personId('olga'), personId('sam')]

const comments: PlannedComponent = {
  kind: 'Attribute',
  key: 'cto_permit.cto_comments',
  name: 'Comments',
  table: 'cto_permit',
  effect: 'destroy',
  certainty: 'known',
  class: 'destructive',
  message: 'Comments of Permit goes with its values.',
  includes: 0,
  winner: undefined,
  comesBack: 'never',
  losses: [{ kind: 'values', count: { kind: 'exact', n: 1204, method: 'counted', asOf: requestedAt } }],
  tweakId: undefined,
}

const stagedPlan: Plan = {
  ...buildPlan({ content: nothingThere }),
  mode: 'stage-for-upgrade',
  steps: ['observe', 'stage', 'import', 'rescue', 'apply-upgrade', 'verify'],
  content: [comments],
}

function evolveAll(promotion: Promotion | undefined, events: readonly NewPromotionEvent[], when: Instant = soon): Promotion {
  const evolved = events.reduce<Promotion | undefined>((state, event) => {
    const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
    return evolvePromotion(state, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around one of our own events
  }, promotion)
  if (evolved === undefined) throw new Error('there is no promotion')
  return evolved
}

function accepted(result: Result<readonly NewPromotionEvent[]>): readonly NewPromotionEvent[] {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message}`)
  return result.value
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function standing(promotion: Promotion): Standing {
  return {
    ...{ ...standAsRequested(promotion, people), ...nothingMoreAsked },
    losses: { owners, needed: 1, longestDays: 30 },
  }
}

function acknowledge(promotion: Promotion, more: { readonly when?: Instant; readonly days?: number } = {}): Promotion {
  const { when = soon, days = 30 } = more
  const command = {
    subject: 'Attribute:cto_permit.cto_comments',
    by: personId('sam'),
    ceiling: 1500,
    days,
    comment: 'kept in the archive',
    at: when,
  }
  return evolveAll(promotion, accepted(decideAcknowledgement(promotion, command, standing(promotion))), when)
}

const a1 = toId<AttemptId>('a-1')
const a2 = toId<AttemptId>('a-2')

/** Requested, acknowledged, approved, started and staged. */
function migrating(days?: number): Promotion {
  const requested = evolveAll(undefined, accepted(decideRequest(buildRequestFacts(2, { plan: stagedPlan }))), requestedAt)
  const known = acknowledge(requested, days === undefined ? {} : { days })
  const yes = { gate: 'approval', by: personId('anna'), verdict: 'approve', comment: '', at: soon, boundTo: known.request.boundTo } as const
  const approved = evolveAll(known, accepted(decideApproval(known, yes, standing(known))))
  const started = evolveAll(approved, accepted(decideStart(approved, { attemptId: a1, now: soon, standing: standing(approved) })))
  return evolveAll(started, [
    { type: 'job-recorded', data: { attemptId: a1, importJobId: 'job-1', importState: 'passed' } },
    { type: 'migration-opened', data: { attemptId: a1 } },
  ])
}

interface Finish {
  readonly actor?: string
  readonly comment?: string
  readonly now?: Instant
  readonly attemptId?: AttemptId
}

function finish(promotion: Promotion, { actor = 'olga', comment = 'copied to Notes', now = soon, attemptId = a2 }: Finish = {}) {
  const command = { attemptId, actor: personId(actor), comment, now, standing: standing(promotion), solutionOwner: personId('olga') }
  return decideFinishMigration(promotion, command)
}

function withdraw(promotion: Promotion, actor = 'maria', attemptId = a2) {
  return decideMigrationWithdrawal(promotion, { attemptId, actor: personId(actor), people, goes: [], dataOwners: owners })
}

describe('a promotion whose upgrade is staged', () => {
  it('waits: its attempt has ended, and nothing runs', () => {
    const promotion = migrating()
    expect(promotion.status).toMatchObject({ state: 'migrating', reasons: [], attempt: { id: a1, finishedAt: soon } })
    expect(hasStagedUpgrade(promotion)).toBe(true)
  })

  it('goes on when the owner of the solution or of its data says that the data is moved', () => {
    for (const actor of ['olga', 'sam']) {
      const after = evolveAll(migrating(), accepted(finish(migrating(), { actor })))
      expect(after.status).toMatchObject({ state: 'running', attempt: { id: a2 } })
      expect(after.migration?.decided).toMatchObject({ deed: 'apply', by: actor, comment: 'copied to Notes' })
    }
  })

  it('does not go on at the word of anybody else, nor without a comment', () => {
    for (const actor of ['maria', 'anna', 'pat', 'nobody']) expect(codeOf(finish(migrating(), { actor }))).toBe('migration.may-not-finish')
    expect(codeOf(finish(migrating(), { comment: '  ' }))).toBe('promotion.reason-needed')
  })

  it('is judged once more when its data is to go: an acknowledgement that has run out closes the way until it is given again', () => {
    const late = at('2026-11-05T10:00:00Z')
    const promotion = migrating(2)
    expect(codeOf(finish(promotion, { now: soon }))).toBe('ok')
    expect(codeOf(finish(promotion, { now: late }))).toBe('promotion.gates-not-open')
    expect(codeOf(finish(acknowledge(promotion, { when: late }), { now: late }))).toBe('ok')
    const running = evolveAll(promotion, accepted(finish(promotion)))
    const refusal = { code: 'upgrade.refused', message: 'no', hint: '', reasons: [] }
    const failed = evolveAll(running, [{ type: 'attempt-failed', data: { attemptId: a2, refusal, isResumable: true } }])
    expect(codeOf(finish(failed, { now: late, attemptId: toId('a-3') }))).toBe('promotion.gates-not-open')
  })

  it('can be taken back by whoever may: its holding solution is deleted first, and only then it is withdrawn', () => {
    expect(codeOf(withdraw(migrating(), 'sam'))).toBe('promotion.may-not-act')
    const withdrawing = evolveAll(migrating(), accepted(withdraw(migrating())))
    expect(withdrawing.status).toMatchObject({ state: 'running', attempt: { id: a2 } })
    const end = evolveAll(withdrawing, [{ type: 'promotion-withdrawn', data: { by: personId('maria') } }])
    expect(end.status).toEqual({ state: 'withdrawn', by: 'maria' })
    expect(attemptsOf(end).map(({ id, finishedAt }) => [id, finishedAt])).toEqual([
      [a1, soon],
      [a2, soon],
    ])
    expect(hasStagedUpgrade(end)).toBe(false)
  })

  it('is taken back by a data owner alone when something was entered into what only the staged version has', () => {
    const goes = [{ subject: 'Notes', message: '3 values' }]
    const ask = (actor: string) =>
      decideMigrationWithdrawal(migrating(), { attemptId: a2, actor: personId(actor), people, goes, dataOwners: owners })
    expect([codeOf(ask('maria')), codeOf(ask('pat')), codeOf(ask('sam'))]).toEqual(['upgrade.destroys-data', 'upgrade.destroys-data', 'ok'])
  })

  it('takes no second word while an attempt runs', () => {
    const running = evolveAll(migrating(), accepted(finish(migrating())))
    expect([codeOf(finish(running)), codeOf(withdraw(running))]).toEqual(['promotion.already-running', 'promotion.already-running'])
  })

  it('is first asked about when nobody can tell what became of the start', () => {
    const running = evolveAll(migrating(), accepted(finish(migrating())))
    const sent: NewPromotionEvent = { type: 'job-recorded', data: { attemptId: a2, upgrade: { deed: 'apply', state: 'sent' } } }
    const broken = evolveAll(running, [sent, { type: 'attempt-errored', data: { attemptId: a2, code: 'x', message: '' } }])
    const held = evolveAll(running, [sent, { type: 'attempt-indeterminate', data: { attemptId: a2, message: '' } }])
    for (const promotion of [broken, held]) {
      expect([codeOf(finish(promotion)), codeOf(withdraw(promotion))]).toEqual(['promotion.indeterminate', 'promotion.indeterminate'])
      expect(codeOf(resume(promotion))).toBe('ok')
    }
  })

  it('can be withdrawn, resumed or finished anew after the environment refused to apply it', () => {
    const running = evolveAll(migrating(), accepted(finish(migrating())))
    const refusal = { code: 'upgrade.refused', message: 'no', hint: '', reasons: [] }
    const failed = evolveAll(running, [
      { type: 'job-recorded', data: { attemptId: a2, upgrade: { deed: 'apply', state: 'failed' } } },
      { type: 'attempt-failed', data: { attemptId: a2, refusal, isResumable: true } },
    ])
    const next = toId<AttemptId>('a-3')
    expect([codeOf(resume(failed)), codeOf(withdraw(failed, 'maria', next)), codeOf(finish(failed, { attemptId: next }))]).toEqual([
      'ok',
      'ok',
      'ok',
    ])
  })

  it('goes back to waiting, and says why, when more goes by now than was acknowledged', () => {
    const running = evolveAll(migrating(), accepted(finish(migrating())))
    const reasons = [{ subject: 'Comments', message: '2,000 values go by now' }]
    const back = evolveAll(running, [{ type: 'migration-opened', data: { attemptId: a2, reasons } }])
    expect(back.status).toMatchObject({ state: 'migrating', reasons })
    expect(back.migration).toMatchObject({ attemptId: a1, decided: undefined })
    expect(codeOf(finish(back, { attemptId: toId('a-3') }))).toBe('ok')
  })

  it('has nothing to finish or withdraw before it is staged, and after it is applied', () => {
    const pending = evolveAll(undefined, accepted(decideRequest(buildRequestFacts(2, { plan: stagedPlan }))), requestedAt)
    const applied = evolveAll(migrating(), [
      ...accepted(finish(migrating())),
      { type: 'job-recorded', data: { attemptId: a2, upgrade: { deed: 'apply', state: 'passed' } } },
      { type: 'attempt-errored', data: { attemptId: a2, code: 'x', message: '' } },
    ])
    for (const promotion of [pending, applied])
      expect([codeOf(finish(promotion)), codeOf(withdraw(promotion))]).toEqual(['migration.not-open', 'migration.not-open'])
  })
})

function resume(promotion: Promotion) {
  const command = {
    attemptId: toId<AttemptId>('a-3'),
    actor: personId('maria'),
    reason: 'looked',
    now: soon,
    standing: standing(promotion),
  }
  return decideResume(promotion, command)
}

describe('the steps of an attempt', () => {
  const decided = (deed: 'apply' | 'withdraw') => ({ deed, by: personId('olga'), comment: '', at: soon })
  const open = { attemptId: a1, openedAt: soon }

  it('are those planned, in two parts where an upgrade is staged', () => {
    expect(stepsOfAttempt(stagedPlan.steps, undefined)).toEqual(['observe', 'stage', 'import'])
    expect(stepsOfAttempt(stagedPlan.steps, { ...open, decided: decided('apply') })).toEqual([
      'observe',
      'rescue',
      'apply-upgrade',
      'verify',
    ])
    expect(stepsOfAttempt(stagedPlan.steps, { ...open, decided: decided('withdraw') })).toEqual(['withdraw-upgrade'])
    expect(stepsOfAttempt(['observe', 'stage', 'import', 'verify'], undefined)).toEqual(['observe', 'stage', 'import', 'verify'])
  })

  it('never destroy anything before somebody said that the data is moved', () => {
    for (const migration of [undefined, { ...open, decided: decided('withdraw') }])
      expect(stepsOfAttempt(stagedPlan.steps, migration)).not.toContain('apply-upgrade')
  })
})

describe('counting again what goes', () => {
  const count = (n: number) => ({ kind: 'exact', n, method: 'counted', asOf: soon }) as const
  const recount = (n: number) => ({ ...stagedPlan, content: [{ ...comments, losses: [{ kind: 'values' as const, count: count(n) }] }] })

  it('takes over the counts alone, and notes them', () => {
    const { plan, noted } = recountLosses(stagedPlan, {
      ...recount(3),
      mode: 'upgrade',
      blockers: [{ code: 'PIP-14', message: '', hint: '', reasons: [] }],
    })
    expect(plan).toEqual({ ...stagedPlan, content: recount(3).content })
    expect(noted).toHaveLength(1)
  })

  it('leaves what is not counted anew as it was', () => {
    expect(recountLosses(stagedPlan, { ...stagedPlan, content: [] })).toEqual({ plan: stagedPlan, noted: [] })
  })
})

describe('any order of words and ends', () => {
  it('never applies a staged upgrade without the word that its data is moved, nor withdraws it without its own', () => {
    const words = ['finish', 'withdraw', 'resume', 'error', 'fail', 'hold', 'reopen'] as const
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (script) => {
        let promotion = migrating()
        let last: 'apply' | 'withdraw' | undefined
        for (const [index, word] of script.entries()) {
          const next = toId<AttemptId>(`a-${index + 2}`)
          const current = promotion.status.state === 'running' ? promotion.status.attempt.id : undefined
          const result = say(promotion, word, next)
          if (result.ok) {
            promotion = evolveAll(promotion, result.value)
            if (word === 'finish') last = 'apply'
            if (word === 'withdraw') last = 'withdraw'
          } else if (current !== undefined) {
            const end = endOf(word, current)
            if (end !== undefined) promotion = evolveAll(promotion, [end])
          }
          if (promotion.status.state !== 'running') continue
          const steps = stepsOfAttempt(stagedPlan.steps, promotion.migration)
          expect(steps.includes('apply-upgrade')).toBe(last === 'apply')
          expect(steps.includes('withdraw-upgrade')).toBe(last === 'withdraw')
        }
      }),
    )
  })
})

function say(promotion: Promotion, word: string, next: AttemptId): Result<readonly NewPromotionEvent[]> {
  if (word === 'finish') return finish(promotion, { attemptId: next })
  if (word === 'withdraw') return withdraw(promotion, 'maria', next)
  const resumed = { attemptId: next, actor: personId('maria'), reason: 'looked', now: soon, standing: standing(promotion) }
  if (word === 'resume') return decideResume(promotion, resumed)
  return { ok: false, refusal: { code: 'none', message: '', hint: '', reasons: [] } }
}

function endOf(word: string, attemptId: AttemptId): NewPromotionEvent | undefined {
  const refusal = { code: 'upgrade.refused', message: 'no', hint: '', reasons: [] }
  if (word === 'error') return { type: 'attempt-errored', data: { attemptId, code: 'x', message: '' } }
  if (word === 'fail') return { type: 'attempt-failed', data: { attemptId, refusal, isResumable: true } }
  if (word === 'hold') return { type: 'attempt-indeterminate', data: { attemptId, message: '' } }
  return word === 'reopen' ? { type: 'migration-opened', data: { attemptId } } : undefined
}
