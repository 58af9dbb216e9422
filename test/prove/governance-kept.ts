import type { Change, Move } from './governance-moves.ts'

/** A temptation: a sequence that brings a release all the way but for one thing, and the same with that thing as it should be. */
export interface Temptation {
  readonly rule: string
  /** Arrives in production as often as `arrives` says, and once more with what was missing. */
  readonly tempted: readonly Move[]
  readonly rightly: readonly Move[]
  /** How often something of it arrives although tempted: the releases before. */
  readonly arrives?: number
}

type Solution = 'Permits' | 'Berths'

const work: Move = { move: 'work' }
const travel = (hours: number): Move => ({ move: 'travel', hours })
const seal = (of: Solution): Move => ({ move: 'seal', by: 'maria', flaw: 'none', of })
const ask = (of: Solution, stage: 'to-test' | 'to-prod'): Move => ({ move: 'request', by: 'maria', of, stage, isEmergency: false })
const say = (gate: string, by: string, more: { whose?: string; isBlind?: boolean; of?: Solution } = {}): Move => {
  const { of = 'Permits', ...rest } = more
  return { move: 'say', by, of, gate, isNo: false, ...rest }
}
const byTwo = (kind: Change['kind'], of: Solution = 'Permits'): Move => {
  return { move: 'configure', by: 'pat', second: 'piet', change: { kind, who: 'dora', of } }
}
const waive = (what: string, hours: number): readonly Move[] => [
  { move: 'waive', by: 'maria', of: 'Permits', what, hours, isOfThis: true },
  { move: 'decide-waiver', by: 'emma' },
]
const inTest = (of: Solution = 'Permits'): readonly Move[] => [seal(of), ask(of, 'to-test'), work]
const validated: Move = { move: 'validate', by: 'tess', of: 'Permits', isBad: false }
const hand: Move = { move: 'hand', by: 'maria', of: 'Permits' }
const answer = (by: string): Move => ({ move: 'answer-unknown', by, of: 'Permits' })

const words3: readonly Move[] = [say('review', 'rita'), say('uat', 'olga'), say('security', 'sam'), say('approval', 'ben')]
/** What changes something that is there goes to the board, too. */
const wordsOnChange: readonly Move[] = [...words3, say('cab', 'carl'), say('cab', 'cleo')]
const allBut = (gate: string): readonly Move[] => words3.filter((move) => !('gate' in move) || move.gate !== gate)
const report = (isRed: boolean): Move => ({ move: 'report', by: 'tess', of: 'Berths', isRed })
const board: readonly Move[] = [say('cab', 'carl', { of: 'Berths' }), say('cab', 'cleo', { of: 'Berths' })]
const words4 = (of: readonly Move[], cab: readonly Move[] = board): readonly Move[] => [
  say('review', 'rita', { of: 'Berths' }),
  ...of,
  say('uat', 'olga', { of: 'Berths' }),
  say('test-lead', 'tom', { of: 'Berths' }),
  say('security', 'sam', { of: 'Berths' }),
  ...cab,
  say('approval', 'ben', { of: 'Berths' }),
]
/** Up to the words, long after it went into Test. */
const asked = (of: Solution = 'Permits'): readonly Move[] => [...inTest(of), travel(49), ask(of, 'to-prod')]
/** The first release, found well. */
const before: readonly Move[] = [...asked(), ...words3, travel(49), work, travel(50), validated]
const deputy = (by: string, absent: string, hours = 400): Move => ({ move: 'delegate', by, absent, deputy: 'emma', hours })
const emergency: readonly Move[] = [{ move: 'request', by: 'remy', of: 'Permits', stage: 'to-prod', isEmergency: true }]
const urgentWords: readonly Move[] = [...allBut('uat'), say('emergency', 'emma')]

/** One for each thing that was found to be broken unseen when sequences were made by chance alone. */
export const temptations: readonly Temptation[] = [
  {
    rule: 'an incident in the stage before begins the time there again',
    tempted: [...asked(), ...words3, travel(20), { move: 'incident', by: 'remy', of: 'Permits' }, travel(10), work],
    rightly: [travel(20), work],
  },
  {
    rule: 'its time in the stage before is its own, not that of the review window',
    tempted: [byTwo('no-window'), ...inTest(), travel(1), ask('Permits', 'to-prod'), ...words3, travel(20), work],
    rightly: [travel(4), work],
  },
  {
    rule: 'whoever is named as a deputy by somebody else stands in for nobody before a second person agreed',
    tempted: [...asked(), deputy('pat', 'ben'), ...allBut('approval'), say('approval', 'emma', { whose: 'ben' }), travel(49), work],
    rightly: [{ move: 'confirm-deputy', by: 'piet' }, say('approval', 'emma', { whose: 'ben' }), work],
  },
  {
    rule: 'a deputy stands in for nobody after the end',
    tempted: [
      ...asked(),
      deputy('ben', 'ben', 1),
      travel(2),
      ...allBut('approval'),
      say('approval', 'emma', { whose: 'ben' }),
      travel(49),
      work,
    ],
    rightly: [deputy('ben', 'ben'), say('approval', 'emma', { whose: 'ben' }), work],
  },
  {
    rule: 'a deputy who was taken back stands in for nobody',
    tempted: [
      ...[...asked(), deputy('ben', 'ben'), { move: 'end-deputy', by: 'ben' } as const],
      ...[...allBut('approval'), say('approval', 'emma', { whose: 'ben' }), travel(49), work],
    ],
    rightly: [deputy('ben', 'ben'), say('approval', 'emma', { whose: 'ben' }), work],
  },
  {
    rule: 'whoever is above answers for nobody before the time is over',
    tempted: [...asked(), work, ...allBut('approval'), say('approval', 'emma', { whose: 'ben' }), travel(49), work],
    rightly: [say('approval', 'emma', { whose: 'ben' }), work],
  },
  {
    rule: 'whoever is only told answers for nobody',
    tempted: [...asked(), ...allBut('approval'), travel(49), work, say('approval', 'remy', { whose: 'ben' }), work],
    rightly: [say('approval', 'emma', { whose: 'ben' }), work],
  },
  {
    rule: 'a word from before a waiver is no word for it',
    tempted: [...asked(), ...words3, travel(1), ...waive('review-window', 200), work],
    rightly: [...words3, work],
  },
  {
    rule: 'a waiver that came between looking and deciding was not seen',
    tempted: [...asked(), ...waive('review-window', 200), ...words3.map((move): Move => ({ ...move, isBlind: true }) as Move), work],
    rightly: [...words3, work],
  },
  {
    rule: 'a waiver opens nothing after its date',
    tempted: [...asked(), ...waive('review-window', 10), ...words3, travel(11), work],
    rightly: [...waive('review-window', 5), ...words3, work],
  },
  {
    rule: 'a waiver that was taken back opens nothing',
    tempted: [...asked(), ...waive('review-window', 20), ...words3, { move: 'revoke-waiver', by: 'emma' }, work],
    rightly: [...waive('review-window', 5), ...words3, work],
  },
  {
    rule: 'one person is at one of the gates that are kept apart',
    tempted: [...asked(), say('review', 'anna'), say('uat', 'olga'), say('security', 'sam'), say('approval', 'anna'), travel(49), work],
    rightly: [say('approval', 'ben'), work],
  },
  {
    rule: 'nobody counts twice at a gate, in whoever’s place',
    tempted: [
      ...[...asked('Berths'), { move: 'delegate', by: 'carl', absent: 'carl', deputy: 'cleo', hours: 400 } as const],
      ...words4([report(false)], [say('cab', 'carl', { of: 'Berths' }), say('cab', 'cleo', { of: 'Berths', whose: 'carl' })]),
      ...[travel(49), work],
    ],
    rightly: [say('cab', 'cleo', { of: 'Berths' }), work],
  },
  {
    rule: 'nobody decides on what they asked for',
    tempted: [
      ...inTest(),
      travel(49),
      { move: 'request', by: 'olga', of: 'Permits', stage: 'to-prod', isEmergency: false },
      ...words3,
      travel(49),
      work,
    ],
    rightly: [say('uat', 'dora'), work],
  },
  {
    rule: 'red tests open nothing, nor does a word in place of a report',
    tempted: [...asked('Berths'), ...words4([say('automated-tests', 'tess', { of: 'Berths' })]), travel(49), work],
    rightly: [report(false), work],
  },
  {
    rule: 'a report of failed tests is a no',
    tempted: [...asked('Berths'), ...words4([report(true)]), travel(49), work],
    rightly: [{ move: 'withdraw', by: 'maria', of: 'Berths' }, ask('Berths', 'to-prod'), ...words4([report(false)]), travel(49), work],
  },
  {
    rule: 'what nobody can tell of a plan is no pass',
    tempted: [...inTest(), travel(49), hand, ask('Permits', 'to-prod'), ...wordsOnChange, answer('ben'), travel(49), work],
    rightly: [...waive('preflight', 200), ...wordsOnChange, work],
  },
  {
    rule: 'a yes is to the plan that was shown',
    tempted: [
      ...[byTwo('words-for-unknown'), ...inTest(), travel(49), hand, ask('Permits', 'to-prod'), ...wordsOnChange, answer('ben')],
      ...[hand, travel(49), work],
    ],
    rightly: [...wordsOnChange, work],
  },
  {
    rule: 'a yes is to the very bytes',
    tempted: [...asked(), ...words3, { move: 'withdraw', by: 'maria', of: 'Permits' }, ...asked(), travel(49), work],
    rightly: [...words3, work],
  },
  {
    rule: 'nothing goes in outside of a change window',
    tempted: [byTwo('nights'), ...asked(), ...words3, travel(49), work],
    rightly: [travel(16), work],
  },
  {
    rule: 'nothing goes in during a freeze',
    tempted: [byTwo('freeze'), ...asked(), ...words3, travel(49), work],
    rightly: [travel(49), work],
  },
  {
    rule: 'an emergency does not go in during a freeze either',
    tempted: [byTwo('freeze'), ...inTest(), travel(49), ...emergency, ...urgentWords, work],
    rightly: [byTwo('always'), ...emergency, ...urgentWords, work],
  },
  {
    rule: 'an emergency is over after a day',
    tempted: [...inTest(), travel(49), ...emergency, ...urgentWords.slice(1), travel(25), ...urgentWords, work],
    rightly: [{ move: 'withdraw', by: 'remy', of: 'Permits' }, ...emergency, ...urgentWords, work],
  },
  {
    rule: 'whoever has outgrown a tier is held to the next',
    tempted: [
      ...asked(),
      ...words3,
      { move: 'grow', of: 'Permits' },
      travel(49),
      work,
      { move: 'keep-tier', by: 'pat', second: 'pat', of: 'Permits' },
      work,
    ],
    rightly: [{ move: 'keep-tier', by: 'pat', second: 'piet', of: 'Permits' }, work],
  },
  ...(['badly', 'long ago', 'by taking it away'] as const).map(
    (how): Temptation => ({
      rule: `a way back that was gone ${how} is none`,
      tempted: [
        ...before,
        byTwo('ask-rehearsal'),
        ...asked(),
        ...wordsOnChange,
        { move: 'rehearse', of: 'Permits', how },
        travel(49),
        work,
      ],
      rightly: [{ move: 'rehearse', of: 'Permits', how: 'well' }, work],
      arrives: 1,
    }),
  ),
  {
    rule: 'nothing follows a release that nobody found well',
    tempted: [...before.slice(0, -1), ...asked(), ...wordsOnChange, travel(49), work],
    rightly: [validated, work],
    arrives: 1,
  },
  {
    rule: 'whoever left has no word',
    tempted: [...asked(), ...allBut('approval'), say('approval', 'dora'), byTwo('remove'), travel(49), work],
    rightly: [say('approval', 'ben'), work],
  },
]
