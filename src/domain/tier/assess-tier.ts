import type { TierAnswerOption, TierQuestion, TierScoring } from '#domain/policy'
import type { Tier } from '#domain/solution'
import { readAnswers } from './read-answers.ts'
import type { AnswerGiven, SolutionReading, SolutionUse, TierAssessment, WeighedAnswer } from './tier.ts'

export interface TierFacts {
  readonly scoring: TierScoring
  /** Of its newest release; undefined before the first. */
  readonly reading: SolutionReading | undefined
  readonly use: SolutionUse
  readonly given: readonly AnswerGiven[]
}

/**
 * The score of a solution and the tier that it gives: the heaviest answer wins where answers name a lowest tier, the rest is summed. What is
 * not known weighs nothing and is counted as open, so that the result is a lowest tier as long as anything is.
 */
export function assessTier(facts: TierFacts): TierAssessment {
  const answers = facts.scoring.questions.map(({ value, source }) => weigh(value, source, facts))
  const score = answers.reduce((sum, { weight }) => sum + weight, 0)
  const byScore = tierOfScore(score, facts.scoring)
  const tier = answers.reduce<Tier>((highest, { floor }) => (floor !== undefined && floor > highest ? floor : highest), byScore)
  const open = answers.filter(({ from }) => from === 'unknown').length
  return { answers, score, tier, why: explain({ answers, score, tier, byScore }, facts.scoring), open }
}

function tierOfScore(score: number, { thresholds }: TierScoring): Tier {
  const reached = ([4, 3, 2] as const).find((tier) => score >= thresholds.value[tier])
  return reached ?? 1
}

interface Candidate {
  readonly option: TierAnswerOption
  readonly from: 'read' | 'answered'
  readonly evidence: readonly string[]
  /** Of something read in which a part could not be told: what, so that the answer is only the least. */
  readonly untold?: string
}

function weigh(question: TierQuestion, source: string, facts: TierFacts): WeighedAnswer {
  const about = { question: question.id, text: question.text, isForOwner: question.from !== 'read', source }
  const candidates = [...candidateRead(question, facts), ...candidateGiven(question, facts)]
  const heaviest = candidates.reduce<Candidate | undefined>(
    (best, one) => (best === undefined || isHeavier(one.option, best.option) ? one : best),
    undefined,
  )
  if (heaviest === undefined) {
    const said = question.from === 'read' ? 'nothing shows it yet' : 'nobody has answered it yet'
    return { ...about, from: 'unknown', answer: undefined, said, weight: 0, floor: undefined, evidence: [] }
  }
  const { option, from, evidence, untold } = heaviest
  const floors = candidates.flatMap((one) => (one.option.floor === undefined ? [] : [one.option.floor]))
  const weighs = { weight: option.weight, floor: floors.sort((a, b) => b - a)[0], evidence }
  // What was found counts, and what may be more keeps the question open.
  if (untold !== undefined)
    return { ...about, from: 'unknown', answer: option.answer, said: `${option.text} at least; ${untold}`, ...weighs }
  return { ...about, from, answer: option.answer, said: option.text, ...weighs }
}

function isHeavier(one: TierAnswerOption, other: TierAnswerOption): boolean {
  return one.weight > other.weight || (one.weight === other.weight && (one.floor ?? 1) > (other.floor ?? 1))
}

function candidateRead(question: TierQuestion, { reading, use, scoring }: TierFacts): Candidate[] {
  if (question.from === 'answered') return []
  return readAnswers(question.id, { reading, use, connectors: scoring.connectors.value }).flatMap(({ answer, ...rest }) => {
    const option = question.answers.find((one) => one.answer === answer)
    return option === undefined ? [] : [{ option, from: 'read' as const, ...rest }]
  })
}

function candidateGiven(question: TierQuestion, { given }: TierFacts): Candidate[] {
  if (question.from === 'read') return []
  return given.flatMap(({ question: about, answer, by, at, comment }) => {
    const option = about === question.id ? question.answers.find((one) => one.answer === answer) : undefined
    if (option === undefined) return []
    return [{ option, from: 'answered' as const, evidence: [`${by}, ${at.slice(0, 10)}${comment === '' ? '' : `: ${comment}`}`] }]
  })
}

function explain(
  { answers, score, tier, byScore }: Pick<TierAssessment, 'answers' | 'score' | 'tier'> & { readonly byScore: Tier },
  { thresholds }: TierScoring,
): string[] {
  const floors = answers
    .filter(({ floor }) => floor === tier && tier > 1)
    .map(({ text, said }) => `${text} ${said}: Tier ${tier} at least.`)
  if (byScore < tier) return floors
  const reached = tier === 1 ? `The score ${score} is below ${thresholds.value[2]}, where Tier 2 begins.` : undefined
  return [...floors, reached ?? `The score ${score} reaches ${thresholds.value[byScore === 1 ? 2 : byScore]}, where Tier ${tier} begins.`]
}
