import type { Instant, PersonId, ReleaseId, Result, Version } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import { findPerson, personName } from '#domain/people'
import type { Configuration, GovernedSolution } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { refuseActor } from '#domain/policy'
import type { Tier } from '#domain/solution'
import type { NewTierEvent, TierAssessment, TierRecord, TierWord } from './tier.ts'

export interface TierSubject {
  readonly governed: GovernedSolution
  readonly people: Configuration['people']
  readonly policy: Policy
  readonly record: TierRecord
}

export interface AnswerCommand {
  readonly question: string
  readonly answer: string
  readonly comment: string
  readonly actor: PersonId
}

/** Whether somebody may answer a question about a solution, and with what. */
export function decideAnswer(subject: TierSubject, command: AnswerCommand): Result<readonly NewTierEvent[]> {
  const { governed, people, policy } = subject
  const { question: id, answer, comment, actor } = command
  const scoring = policy.tierScoring
  const question = scoring.questions.find(({ value }) => value.id === id)?.value
  const forOwners = scoring.questions.flatMap(({ value }) => (value.from === 'read' ? [] : [value.id]))
  if (question === undefined || question.from === 'read') {
    const what =
      question === undefined ? `There is no question "${id}".` : `Nobody answers "${id}": it is read from releases and environments.`
    return refuse('tier.unknown-question', what, `Answer one of: ${forOwners.join(', ')}.`)
  }
  if (!question.answers.some((option) => option.answer === answer)) {
    const reasons = question.answers.map((option) => ({ subject: option.answer, message: option.text }))
    return refuse('tier.unknown-answer', `"${answer}" is no answer to "${question.text}"`, 'Give one of those below.', reasons)
  }
  if (actor !== governed.owner) {
    const refused = refuseActor(people, actor, {
      may: scoring.mayAnswer,
      deed: `answer for ${governed.uniqueName}, whose owner is ${governed.owner}`,
    })
    if (refused !== undefined) return refused
  } else if (findPerson(people, actor) === undefined) {
    return refuse('promotion.unknown-person', `${actor} is not a declared person.`, 'Add the person to drover.yaml and apply it.')
  }
  return accept([{ type: 'tier-answered', data: { question: id, answer, comment: comment.trim() } }])
}

/** The higher tier that a solution has grown into with a release; nothing where it is asked for already, or has been decided on. */
export function decideProposal(
  record: TierRecord,
  of: { readonly configured: Tier; readonly assessment: TierAssessment; readonly releaseId: ReleaseId; readonly version: Version },
): readonly NewTierEvent[] {
  const { configured, assessment, releaseId, version } = of
  if (assessment.tier <= configured) return []
  const { proposal: standing, decision } = record
  // A lower tier that was decided without an end rests on what was known then, which gave no more.
  const isLetGo = decision !== undefined && decision.until === undefined && decision.tier < assessment.tier
  // The same again says nothing new; a lower one would let go of what nobody has decided on.
  if (standing !== undefined && standing.tier >= assessment.tier && !isLetGo) return []
  const { tier, score, why, answers, open } = assessment
  return [{ type: 'tier-proposed', data: { proposal: { tier, configured, score, why, answers, open, releaseId, version } } }]
}

export interface DecisionCommand {
  readonly tier: Tier
  readonly reason: string
  /** The tier that what is known gives now: what was proposed may rest on what is no more. */
  readonly assessed: Tier
  /** Of a lower tier than the proposed one: for how many days; undefined: as long as policy lets it hold. */
  readonly days: number | undefined
  /** The release that `assessed` is of; absent: the newest. */
  readonly releaseId?: ReleaseId | undefined
  readonly actor: PersonId
  readonly now: Instant
}

/**
 * A word on a proposal. Upward it takes one person who may; that drover.yaml is to be raised follows from it. A lower tier than the proposed
 * one takes as many people as policy says, and has an end, after which the proposal stands again (TIER-11).
 */
export function decideTier(subject: TierSubject, command: DecisionCommand): Result<readonly NewTierEvent[]> {
  const { governed, people, policy, record } = subject
  const { tier, reason, actor, now } = command
  const { mayDecide, peopleForLower, lowerForDays } = policy.tierScoring
  const { proposal, word } = record
  const name = governed.uniqueName
  if (proposal === undefined || proposal.tier <= governed.tier) {
    return refuse(
      'tier.nothing-proposed',
      `No higher tier than ${governed.tier} is proposed for ${name}.`,
      'Change the tier in drover.yaml and apply it; a lower one takes a second person.',
    )
  }
  const refused = refuseActor(people, actor, { may: mayDecide, deed: `decide on the tier of ${name}` })
  if (refused !== undefined) return refused
  if (tier < governed.tier) {
    return refuse(
      'tier.below-configured',
      `${name} is Tier ${governed.tier} in drover.yaml.`,
      `Decide on a tier from ${governed.tier} to 4.`,
    )
  }
  const judged = command.releaseId === undefined ? {} : { releaseId: command.releaseId }
  const data = { tier, against: proposal.tier, reason: reason.trim(), ...judged }
  if (tier >= proposal.tier) return accept([{ type: 'tier-decided', data }])
  const until = endOf(command, lowerForDays)
  if (!until.ok) return until
  const lower = { ...data, ...until.value }
  if (peopleForLower.value < 2) return accept([{ type: 'tier-decided', data: lower }])
  if (word === undefined || word.by === actor || !isSameWord(word, lower) || !holdsStill(subject, now)) {
    return accept([{ type: 'tier-decision-proposed', data: lower }])
  }
  const ends = word.until === undefined ? {} : { until: word.until }
  return accept([{ type: 'tier-decided', data: { ...data, ...ends, reason: joined(word.reason, data.reason), proposedBy: word.by } }])
}

/** A tier that what is known now does give needs no end: the proposal has lost its ground. */
function endOf(
  { tier, assessed, days, now }: DecisionCommand,
  longest: Policy['tierScoring']['lowerForDays'],
): Result<{ readonly until?: Instant }> {
  if (tier >= assessed) return accept({})
  const wanted = days ?? longest.value
  if (wanted > 0 && wanted <= longest.value) return accept({ until: addDays(now, wanted) })
  const message = `A lower tier than the answers give is kept for ${longest.value} days at the most.`
  return refuse('tier.too-long', message, 'Give fewer days, and decide again then.', [{ subject: `Tier ${tier}`, message: longest.source }])
}

/** What is told where a first person's word waits for a second. */
export function refuseSecondPerson({ governed, people, policy, record }: TierSubject): ReturnType<typeof refuse> {
  const { word, proposal } = record
  const others = people.filter(
    (person) => person.id !== word?.by && person.roles.some((role) => policy.tierScoring.mayDecide.value.includes(role)),
  )
  const who = others.map((person) => personName(people, person.id)).join(' or ') || 'a second platform-admin'
  return refuse(
    'tier.needs-second-person',
    `${governed.uniqueName} is held to Tier ${proposal?.tier ?? governed.tier} still: keeping Tier ${word?.tier ?? governed.tier} takes two people. The word of the first is recorded.`,
    `Have ${who} run \`drover tier decide ${governed.uniqueName} --tier ${word?.tier ?? governed.tier} --reason …\`, signed in as themselves.`,
    [{ subject: governed.uniqueName, message: policy.tierScoring.peopleForLower.source }],
  )
}

/** How a solution comes out of a hold, in one sentence. */
export function howToDecide({ uniqueName }: Pick<GovernedSolution, 'uniqueName'>, tier: Tier): string {
  return `Set tier: ${tier} for ${uniqueName} in drover.yaml with a pipeline that offers it, or have two platform-admins keep the lower one for a time with \`drover tier decide ${uniqueName} --tier … --reason …\`.`
}

/** The word of the first counts while they may still give it, and while what they said has not ended. */
function holdsStill({ people, policy, record: { word } }: TierSubject, now: Instant): boolean {
  if (word === undefined || (word.until !== undefined && Date.parse(word.until) <= Date.parse(now))) return false
  return findPerson(people, word.by)?.roles.some((role) => policy.tierScoring.mayDecide.value.includes(role)) ?? false
}

/** Of the same tier against the same proposal; one without an end is none where an end is asked now. */
function isSameWord(word: TierWord, wanted: Pick<TierWord, 'tier' | 'against' | 'until' | 'releaseId'>): boolean {
  const isSame = word.tier === wanted.tier && word.against === wanted.against && word.releaseId === wanted.releaseId
  return isSame && (word.until !== undefined || wanted.until === undefined)
}

function joined(first: string, second: string): string {
  return first === second || second === '' ? first : `${first} / ${second}`
}

function addDays(now: Instant, days: number): Instant {
  return toId<Instant>(new Date(Date.parse(now) + days * 86_400_000).toISOString())
}
