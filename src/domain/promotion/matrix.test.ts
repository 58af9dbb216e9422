import { describe, expect, it } from 'vitest'
import type { StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { ConditionKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import { buildRequestFacts } from '../../../test/support/domain-builders.ts'
import type { Situation } from '../../../test/support/matrix-situations.ts'
import * as given from '../../../test/support/matrix-situations.ts'
import { decideRequest } from './decide-request.ts'

/*
 * The gate × tier matrix as it is enforced. Each row takes one thing away from a promotion that has all that its tier demands, and says what
 * becomes of it. Tier 1 enters no production, so its column is the way into Test; the others are the way into production. Every kind of gate
 * has its rows, or this does not compile.
 */
type Outcomes = readonly [string, string, string, string]
interface Row extends Situation {
  readonly missing: string
  readonly outcomes: Outcomes
}

const row = (missing: string, situation: Situation, ...outcomes: Outcomes): Row => ({ missing, ...situation, outcomes })

/** The rows of a gate of people: its word is missing, and the stage does not offer it. */
const people = (kind: ConditionKind, word: Outcomes, offer: Outcomes): readonly [Row, Row] => [
  row(`the word at ${kind}`, { unsaid: kind }, ...word),
  row(`the gate ${kind} in the stage`, given.withoutGate(kind), ...offer),
]

const [all, none] = ['open', 'not asked'] as const
const matrix: Readonly<Record<ConditionKind, readonly [Row, ...Row[]]>> = {
  checks: [
    row('nothing', {}, all, all, all, all),
    row('no critical finding', given.finding('critical'), all, 'PIP-04', 'PIP-04', 'PIP-04'),
    row('no high finding', given.finding('high'), all, all, all, 'PIP-04'),
    row('no medium finding', given.finding('medium'), all, all, all, all),
    row('checks of the last 90 days', given.oldChecks, ...four('PIP-07')),
    row('the end of one rule', given.report({ unfinished: ['STR-06'] }), ...four('PIP-07')),
    row('an end of the run', given.report({ verdict: 'inconclusive' }), ...four('PIP-07')),
    row('a rule that is in force', given.report({ rules: [] }), ...four('PIP-07')),
    row('what was seen of them', given.withoutEvidence('checks'), ...four('closed')),
  ],
  'source-control': [row('a commit', given.noCommit, none, none, 'TIER-04', 'TIER-04')],
  tier: [
    row('a word on a higher tier', given.outgrown(0), all, 'TIER-06', 'TIER-06', none),
    row('a word on a higher tier whose gates the stage has', given.outgrown(4), all, all, all, none),
  ],
  'previous-stage': [row('the stage before', given.nowhereBefore, none, 'PIP-01', 'PIP-01', 'PIP-01')],
  soak: [
    row('when it came into the stage before', {}, none, none, 'closed', 'closed'),
    row('any hour there', given.soaked(0), none, none, 'pending', 'pending'),
    row('48 of hours there', given.soaked(30), none, none, all, 'pending'),
    row('no hour there', given.soaked(50), none, none, all, all),
    row('what is known of its time there', given.untold('soak'), none, none, 'closed', 'closed'),
  ],
  'version-rises': [
    row('a higher version', given.installed('9.0.0.0'), ...four('STR-12')),
    row('what was seen of it', given.withoutEvidence('version-rises'), ...four('closed')),
  ],
  settings: [
    row('a value', given.missingValue, ...four('STR-10')),
    row('what was seen of them', given.withoutEvidence('settings'), ...four('closed')),
  ],
  preflight: [
    row('an answer of the target', given.unknownLine, 'pending', 'pending', 'closed', 'closed'),
    row('an answer of the target, with the word of one', given.unknownAnswered, all, all, 'closed', 'closed'),
    row('an answer of the target, with a waiver', given.unknownWaived, all, all, all, all),
    row(
      'an answer of the target, where production waits for help',
      given.unknownInHaste,
      'emergency.nothing-passed',
      'emergency.nothing-passed',
      'pending',
      'pending',
    ),
    row('who answers for it', given.unknownUntold, ...four('closed')),
    row('an open way, whatever is waived', given.blockedAndWaived, ...four('PIP-14')),
    row('what was seen of it', given.withoutEvidence('preflight'), ...four('closed')),
  ],
  recovery: [
    row('a known way back', { facts: (facts) => ({ ...facts, recovery: undefined }) }, none, 'closed', 'closed', 'closed'),
    row('a rehearsal of it', given.unrehearsed, none, all, 'pending', 'pending'),
    row('what is asked of it', given.untold('recovery'), none, 'closed', 'closed', 'closed'),
  ],
  validation: [
    row('where it is watched', {}, none, all, 'closed', 'closed'),
    row('a word on what went in last', given.lastUnvalidated, none, all, 'pending', 'pending'),
    row('a good word on what went in last', given.lastFailed, none, 'closed', 'closed', 'closed'),
    row('what is known of it', given.untold('validation'), none, 'closed', 'closed', 'closed'),
  ],
  losses: [row('the word of data owners', given.losing, ...four('pending'))],
  train: [
    row('how its train stands', given.inTrain(undefined), ...four('closed')),
    row('the one before it', given.inTrain('running'), ...four('pending')),
    row('a good end of the one before it', given.inTrain('failed'), ...four('closed')),
    row('nothing', given.inTrain('succeeded'), all, all, all, all),
  ],
  'change-window': [
    row('an open window', given.shutWindow, ...four('pending')),
    row('an end of the freeze', given.frozen, ...four('pending')),
  ],
  'review-window': [
    row('24 hours', { afterHours: 23 }, none, none, 'pending', 'pending'),
    row('48 hours', { afterHours: 47 }, none, none, all, 'pending'),
    row('no hour', { afterHours: 49 }, none, none, all, all),
  ],
  'in-force': [
    row('nothing', {}, none, none, none, none),
    row('the place it was asked for', given.movedPlace, ...four('closed')),
    row('an end of the hold on its place', given.heldPlace, ...four('pending')),
    row('an end of the rebuild there', given.rebuilt, ...four('pending')),
  ],
  review: people('review', [none, none, 'pending', 'pending'], [none, none, 'TIER-04', 'TIER-04']),
  'automated-tests': [
    ...people('automated-tests', [none, none, none, 'pending'], [none, none, none, 'TIER-04']),
    row('a report of tests', {}, none, none, none, 'pending'),
    row('a green report of tests', given.reported(1), none, none, none, 'pending'),
    row('nothing', given.reported(0), none, none, none, all),
  ],
  uat: people('uat', [none, none, 'pending', 'pending'], [none, none, 'TIER-04', 'TIER-04']),
  'test-lead': people('test-lead', [none, none, none, 'pending'], [none, none, none, 'TIER-04']),
  security: people('security', [none, none, 'pending', 'pending'], [none, none, 'TIER-04', 'TIER-04']),
  cab: [
    ...people('cab', [none, none, none, 'pending'], [none, none, none, 'TIER-04']),
    row('the board at a major change', given.major, none, none, 'TIER-04', all),
  ],
  approval: [
    ...people('approval', [none, 'pending', 'pending', 'pending'], [none, 'TIER-04', 'TIER-04', 'TIER-04']),
    row('a role of whoever asks', { facts: (facts) => ({ ...facts, requester: toId('tess') }) }, ...four('promotion.not-allowed')),
    row('a decision in time', given.saidTooLate('approval'), none, 'closed', 'closed', 'closed'),
    row('a word on this very plan', given.saidOfAnother('approval'), none, 'pending', 'pending', 'pending'),
  ],
  emergency: [
    row('the word of a second person', given.emergency(10), 'emergency.nothing-passed', 'emergency.nothing-passed', 'pending', 'pending'),
    row('it, until it is none any more', given.emergency(25), 'emergency.nothing-passed', 'emergency.nothing-passed', 'closed', 'closed'),
  ],
}

function four(outcome: string): Outcomes {
  return [outcome, outcome, outcome, outcome]
}

const rows = Object.entries(matrix).flatMap(([kind, of]) => of.map((each) => [kind as ConditionKind, each.missing, each] as const)) // its own keys

describe('the gate × tier matrix', () => {
  it.each(rows)('(%s) without %s is as it says', (kind, _missing, each) => {
    expect(([1, 2, 3, 4] as const).map((tier: Tier) => given.judge(kind, each, tier))).toEqual(each.outcomes)
  })

  it('lets a Tier 1 solution into no pet, whatever it has', () => {
    const decided = decideRequest(buildRequestFacts(1, { stageId: toId<StageId>('to-prod') }))
    expect(decided.ok ? 'let in' : decided.refusal.code).toBe('TIER-04')
  })
})
