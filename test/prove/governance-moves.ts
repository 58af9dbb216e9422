import fc from 'fast-check'
import type { Flaw } from './governance-world.ts'

/** What somebody does. Actors are named; whoever they are, they may try. */
export type Move =
  | { readonly move: 'seal'; readonly by: string; readonly flaw: Flaw; readonly of: string }
  | {
      readonly move: 'request'
      readonly by: string
      readonly of: string
      readonly stage: 'to-test' | 'to-prod'
      readonly isEmergency: boolean
    }
  | {
      readonly move: 'say'
      readonly by: string
      readonly of: string
      readonly gate: string
      readonly whose?: string | undefined
      readonly isNo: boolean
      /** Decides on what was shown when it was asked for, whatever came since. */
      readonly isBlind?: boolean | undefined
    }
  | { readonly move: 'report'; readonly by: string; readonly of: string; readonly isRed: boolean }
  | { readonly move: 'train'; readonly by: string }
  | { readonly move: 'say-train'; readonly by: string; readonly gate: string; readonly whose?: string | undefined }
  | { readonly move: 'delegate'; readonly by: string; readonly absent: string; readonly deputy: string; readonly hours: number }
  | { readonly move: 'confirm-deputy' | 'end-deputy'; readonly by: string }
  | { readonly move: 'configure'; readonly by: string; readonly second: string | undefined; readonly change: Change }
  | {
      readonly move: 'waive'
      readonly by: string
      readonly of: string
      readonly what: string
      readonly hours: number
      readonly isOfThis: boolean
    }
  | { readonly move: 'decide-waiver' | 'revoke-waiver'; readonly by: string }
  | { readonly move: 'travel'; readonly hours: number }
  | { readonly move: 'work' | 'break' }
  | { readonly move: 'hand' | 'incident' | 'withdraw' | 'resume' | 'rollback'; readonly by: string; readonly of: string }
  | { readonly move: 'validate'; readonly by: string; readonly of: string; readonly isBad: boolean }
  | { readonly move: 'forget'; readonly by: string; readonly second: string; readonly who: string }
  /** A release says that its solution has outgrown its tier. */
  | { readonly move: 'grow'; readonly of: string }
  | { readonly move: 'keep-tier'; readonly by: string; readonly second: string; readonly of: string }
  | { readonly move: 'rehearse'; readonly of: string; readonly how: 'well' | 'badly' | 'long ago' | 'by taking it away' }
  | { readonly move: 'answer-unknown'; readonly by: string; readonly of: string }

export const changes = [
  'remove',
  'strip',
  'drop-gate',
  'quorum',
  'join-board',
  'join-deciders',
  'grant',
  'no-soak',
  'no-window',
  'fewer-people',
  'less-pet',
  'longer-window',
  'tier-down',
  'tier-up',
  'no-monitoring',
  'repoint',
  'cattle',
  'owner',
  'ghost',
  'ghost-admin',
  'ghost-opener',
  'grant-opener',
  'name',
  'name-bot',
  'apart',
  'nights',
  'freeze',
  'always',
  'ask-rehearsal',
  'ask-no-rehearsal',
  'words-for-unknown',
] as const // prettier-ignore
export interface Change {
  readonly kind: (typeof changes)[number]
  readonly who: string
  readonly of: string
}

/** What takes two platform-admins, whoever else agrees. */
export const takesTwo: readonly Change['kind'][] = [
  'drop-gate',
  'quorum',
  'join-board',
  'join-deciders',
  'no-soak',
  'no-window',
  'fewer-people',
  'less-pet',
  'tier-down',
  'repoint',
  'cattle',
  'ghost-admin',
  'ghost-opener',
  'grant-opener',
  'name',
  'name-bot',
  'apart',
  'always',
  'words-for-unknown',
] // prettier-ignore

const names = [
  'maria',
  'mick',
  'olga',
  'anna',
  'ben',
  'rita',
  'rob',
  'sam',
  'stan',
  'tess',
  'tom',
  'carl',
  'cleo',
  'dora',
  'emma',
  'pat',
  'piet',
  'remy',
  'bot',
  'ghost',
] // prettier-ignore
const gates = ['review', 'uat', 'security', 'automated-tests', 'test-lead', 'cab', 'approval', 'emergency']
const who = fc.constantFrom(...names)
const of = fc.constantFrom('Permits', 'Berths', 'Quays')
const flaw = fc.constantFrom<Flaw>('none', 'none', 'no-commit', 'old', 'critical', 'unfinished', 'unchecked')

const admins = fc.constantFrom('pat', 'piet', 'pat', 'piet', 'anna')
const change = fc.record({ kind: fc.constantFrom(...changes), who, of })
const configure = fc.record({ move: fc.constant('configure' as const), by: admins, second: fc.option(admins, { nil: undefined }), change })

/** Anything that anybody may think of, at any time. */
const twist: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: configure },
  {
    weight: 3,
    arbitrary: fc.record({
      move: fc.constant('say' as const),
      by: who,
      of,
      gate: fc.constantFrom(...gates),
      whose: fc.option(who, { nil: undefined }),
      isNo: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('report' as const), by: who, of, isRed: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      move: fc.constant('delegate' as const),
      by: fc.oneof(who, admins),
      absent: who,
      deputy: who,
      hours: fc.constantFrom(1, 30, 400, 2000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ move: fc.constantFrom('confirm-deputy' as const, 'end-deputy' as const), by: fc.oneof(who, admins) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('waive' as const),
      by: who,
      of,
      what: fc.constantFrom(
        'source-control',
        'soak',
        'review-window',
        'preflight',
        'checks',
        'recovery',
        'validation',
        'previous-stage',
        'STR-06',
      ),
      hours: fc.constantFrom(1, 40, 200, 800),
      isOfThis: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constantFrom('decide-waiver' as const, 'revoke-waiver' as const),
      by: fc.constantFrom('emma', 'olga', 'sam', ...names),
    }),
  },
  { weight: 3, arbitrary: fc.record({ move: fc.constant('travel' as const), hours: fc.constantFrom(1, 5, 23, 25, 49, 250, 2400) }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constantFrom('work' as const, 'break' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      move: fc.constantFrom('hand' as const, 'incident' as const, 'withdraw' as const, 'resume' as const, 'rollback' as const),
      by: who,
      of,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('request' as const),
      by: who,
      of,
      stage: fc.constantFrom('to-test' as const, 'to-prod' as const),
      isEmergency: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('seal' as const), by: who, flaw, of }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('validate' as const), by: who, of, isBad: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('grow' as const), of }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('keep-tier' as const), by: admins, second: admins, of }) },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('rehearse' as const),
      of,
      how: fc.constantFrom('well' as const, 'badly' as const, 'long ago' as const, 'by taking it away' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('answer-unknown' as const), by: who, of }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('forget' as const), by: admins, second: admins, who }) },
) // prettier-ignore

/** The last four are temptations: each goes all the way but for one thing that is not to count. */
type Course =
  | 'plain'
  | 'emergency'
  | 'waived'
  | 'deputy'
  | 'train'
  | 'again'
  | 'above'
  | 'untold'
  | 'late'
  | 'leaver'
  | 'stand-in'
  | 'crowd'

interface Plan {
  readonly of: string
  readonly course: Course
  readonly maker: string
  readonly requester: string
  readonly flaw: Flaw
  readonly words: Readonly<Record<string, string>>
  readonly approvesLast: boolean
  /** Who would answer for what nobody can tell, before one who may. */
  readonly answerers: readonly string[]
}

const plan: fc.Arbitrary<Plan> = fc.record({
  of,
  course: fc.constantFrom<Course>(
    'plain',
    'plain',
    'emergency',
    'emergency',
    'waived',
    'deputy',
    'train',
    'again',
    'again',
    'again',
    'above',
    'untold',
    'untold',
    'untold',
    'untold',
    'untold',
    'late',
    'leaver',
    'stand-in',
    'crowd',
  ),
  maker: fc.constantFrom('maria', 'maria', 'mick', 'anna', 'bot'),
  requester: fc.constantFrom('maria', 'maria', 'olga', 'remy', 'anna', 'bot'),
  flaw: fc.oneof({ weight: 6, arbitrary: fc.constant<Flaw>('none') }, { weight: 1, arbitrary: flaw }),
  words: fc.record({
    ...{
      review: fc.constantFrom('rita', 'rita', 'anna'),
      uat: fc.constantFrom('olga', 'ben', 'dora'),
      security: fc.constantFrom('sam', 'anna'),
    },
    ...{ 'automated-tests': fc.constantFrom('tess', 'bot'), 'test-lead': fc.constantFrom('tom', 'tess') },
    ...{
      cab: fc.constantFrom('carl', 'anna'),
      approval: fc.constantFrom('ben', 'dora', 'anna'),
      emergency: fc.constantFrom('emma', 'carl', 'anna', 'anna'),
    },
  }),
  approvesLast: fc.boolean(),
  answerers: fc.shuffledSubarray(['requester', 'stan', 'bot', 'pat', 'remy'], { minLength: 4 }),
})

type Edit =
  | { readonly edit: 'insert'; readonly at: number; readonly twist: Move }
  | { readonly edit: 'drop'; readonly at: number }
  | { readonly edit: 'other'; readonly at: number; readonly by: string }
  | { readonly edit: 'sooner'; readonly at: number; readonly hours: number }

const position = fc.nat({ max: 40 })
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ edit: fc.constant('insert' as const), at: position, twist }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant('drop' as const), at: position }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant('other' as const), at: position, by: who }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant('sooner' as const), at: position, hours: fc.constantFrom(1, 23, 47) }) },
)

/**
 * A release on its way into production as it should go, and what happened otherwise: most of what everybody may do leads nowhere. `kept` are
 * sequences besides that are known to come near.
 */
export function governance(kept: readonly (readonly Move[])[]): fc.Arbitrary<readonly Move[]> {
  const begun = fc.oneof({ weight: 3, arbitrary: plan.map(movesOf) }, { weight: 2, arbitrary: fc.constantFrom(...kept) })
  return fc
    .record({ begun, edits: fc.array(edit, { maxLength: 6 }) })
    .map(({ begun: moves, edits }) => edits.reduce<readonly Move[]>(applyEdit, moves))
}

function applyEdit(moves: readonly Move[], one: Edit): readonly Move[] {
  const at = one.at % (moves.length + 1)
  const there = moves[at]
  if (one.edit === 'insert') return moves.toSpliced(at, 0, one.twist)
  if (there === undefined) return moves
  if (one.edit === 'drop') return moves.toSpliced(at, 1)
  if (one.edit === 'sooner') return there.move === 'travel' ? moves.with(at, { ...there, hours: one.hours }) : moves
  return 'by' in there ? moves.with(at, { ...there, by: one.by } as Move) : moves // the same move by somebody else
}

function movesOf(planned: Plan): readonly Move[] {
  switch (planned.course) {
    case 'train':
      return trainOf(planned)
    case 'again':
      return [
        ...onceOf(planned),
        { move: 'travel', hours: 50 },
        { move: 'validate', by: 'tess', of: planned.of, isBad: false },
        ...onceOf(planned),
      ]
    case 'above':
      // Nobody approves for two days; then the owner of the environment does, for one of those who were asked.
      return [
        ...onceOf(planned),
        { move: 'say', by: 'emma', of: planned.of, gate: 'approval', whose: 'ben', isNo: false },
        { move: 'work' },
      ]
    case 'untold':
      return untoldOf(planned)
    case 'leaver':
      // Dora decides as one of a group, and leaves it before anything has begun.
      return onceOf({ ...planned, words: { ...planned.words, approval: 'dora', uat: 'olga' } }, leaving)
    case 'crowd':
      // Software made it and asked for it, and few people open many gates.
      return onceOf({
        ...planned,
        of: 'Permits',
        maker: 'bot',
        requester: 'bot',
        words: { ...planned.words, review: 'rita', uat: 'anna', security: 'anna', approval: 'anna' },
      })
    default:
      return onceOf(planned)
  }
}

const leaving: Move = { move: 'configure', by: 'pat', second: 'piet', change: { kind: 'remove', who: 'dora', of: 'Permits' } }

function onceOf(planned: Plan, afterWords?: Move): readonly Move[] {
  const { course, maker, requester, of: solution } = planned
  const isWaived = course === 'waived' || course === 'late'
  return [
    { move: 'seal', by: maker, flaw: isWaived ? 'no-commit' : planned.flaw, of: solution },
    ...(isWaived ? waiving(solution, course === 'late' ? 75 : 200) : []),
    ...throughTest(solution, requester),
    {
      move: 'request',
      by: course === 'emergency' ? 'remy' : requester,
      of: solution,
      stage: 'to-prod',
      isEmergency: course === 'emergency',
    },
    ...(course === 'deputy' || course === 'stand-in' ? standingIn : []),
    ...said(planned),
    ...(afterWords === undefined ? [] : [afterWords]),
    ...(course === 'emergency' ? [] : [{ move: 'travel', hours: 49 } as const]),
    { move: 'work' },
  ]
}

/**
 * Somebody was there by hand, so that nobody can tell what it changes; the configuration asks for a word on that, and no waiver. All else is as it
 * should be, and whoever may not tries first.
 */
function untoldOf(planned: Plan): readonly Move[] {
  const words = { review: 'rita', uat: 'dora', security: 'sam', approval: 'ben' }
  const moves = onceOf({ ...planned, of: 'Permits', maker: 'maria', flaw: 'none', words })
  const at = moves.findIndex((one) => one.move === 'request' && one.stage === 'to-prod')
  const board = ['carl', 'cleo'].map((by): Move => ({ move: 'say', by, of: 'Permits', gate: 'cab', isNo: false }))
  const names = planned.answerers.map((name) => (name === 'requester' ? planned.requester : name))
  return [
    { move: 'configure', by: 'pat', second: 'piet', change: { kind: 'words-for-unknown', who: 'dora', of: 'Permits' } },
    ...moves.slice(0, at),
    { move: 'hand', by: 'maria', of: 'Permits' },
    ...moves.slice(at, -2),
    ...board,
    ...moves.slice(-2),
    ...[...names, 'ben'].flatMap((by): Move[] => [{ move: 'answer-unknown', by, of: 'Permits' }, { move: 'work' }]),
  ]
}

function throughTest(solution: string, by: string): readonly Move[] {
  return [{ move: 'request', by, of: solution, stage: 'to-test', isEmergency: false }, { move: 'work' }, { move: 'travel', hours: 49 }]
}

function waiving(solution: string, hours: number): readonly Move[] {
  return [
    { move: 'waive', by: 'maria', of: solution, what: 'source-control', hours, isOfThis: true },
    { move: 'decide-waiver', by: 'emma' },
  ]
}

/** Ben is away; whoever stands in for him has a role that fits. */
const standingIn: readonly Move[] = [
  { move: 'delegate', by: 'ben', absent: 'ben', deputy: 'dora', hours: 400 },
  { move: 'delegate', by: 'carl', absent: 'carl', deputy: 'cleo', hours: 400 },
  { move: 'delegate', by: 'anna', absent: 'anna', deputy: 'ben', hours: 400 },
]

function said({ of: solution, course, words, approvesLast }: Plan): readonly Move[] {
  const kinds =
    solution === 'Berths'
      ? ['review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'cab', 'approval']
      : ['review', 'uat', 'security', 'approval'] // prettier-ignore
  const needed = course === 'emergency' ? [...kinds.filter((kind) => !['uat', 'test-lead', 'cab'].includes(kind)), 'emergency'] : kinds
  const asked = course === 'above' ? needed.filter((gate) => gate !== 'approval') : needed
  const moves = asked.map((gate, at): Move => {
    if (gate === 'automated-tests') return { move: 'report', by: words[gate] ?? 'tess', of: solution, isRed: false }
    const isSecond = gate === 'cab' && asked.indexOf('cab') !== at
    // Whoever is at a gate and in the place of another there is one person, and so is the deputy of whoever made it.
    if (course === 'stand-in' && isSecond) return { move: 'say', by: 'cleo', of: solution, gate, whose: 'carl', isNo: false }
    if (course === 'stand-in' && gate === 'approval') return { move: 'say', by: 'ben', of: solution, gate, whose: 'anna', isNo: false }
    if (course === 'deputy' && gate === 'approval') return { move: 'say', by: 'dora', of: solution, gate, whose: 'ben', isNo: false }
    return { move: 'say', by: isSecond ? 'cleo' : (words[gate] ?? 'ben'), of: solution, gate, isNo: false }
  })
  return approvesLast ? moves : [...moves.slice(-1), ...moves.slice(0, -1)]
}

function trainOf({ maker, requester, words }: Plan): readonly Move[] {
  const seals = ['Permits', 'Quays'].flatMap((solution): Move[] => [
    { move: 'seal', by: maker, flaw: 'none', of: solution },
    { move: 'request', by: requester, of: solution, stage: 'to-test', isEmergency: false },
    { move: 'work' },
  ])
  const gatesOf3 = ['review', 'uat', 'security', 'approval']
  return [
    ...seals,
    { move: 'travel', hours: 49 },
    { move: 'train', by: requester },
    ...gatesOf3.map((gate): Move => ({ move: 'say-train', by: words[gate] ?? 'ben', gate })),
    { move: 'travel', hours: 49 },
    { move: 'work' },
  ]
}
