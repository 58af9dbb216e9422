import type { Tier } from '#domain/solution'
import type { TierAnswerOption } from '#domain/policy'
import type { TierAssessment, TierHold, TierRecord } from '#domain/tier'
import { howToDecide } from '#domain/tier'
import type { SolutionStanding } from './load-standing.ts'

/** The tier of a solution for doors: what it is, what is known of it, and what follows. */
export interface TierView {
  readonly solution: string
  readonly owner: string
  /** In drover.yaml. */
  readonly configured: Tier
  /** By whose demands it is judged now. */
  readonly inForce: Tier
  readonly assessment: TierAssessment
  readonly hold: TierHold | undefined
  /** How it comes out of the hold; absent where there is none. */
  readonly next?: string
  readonly release: { readonly releaseId: string; readonly version: string } | undefined
  readonly questions: readonly {
    readonly id: string
    readonly answers: readonly Pick<TierAnswerOption, 'answer' | 'text' | 'weight' | 'floor'>[]
  }[]
  readonly proposal: TierRecord['proposal']
  readonly decision: TierRecord['decision']
  readonly word: TierRecord['word']
  readonly history: TierRecord['history']
  /** The score from which each tier begins. */
  readonly thresholds: Readonly<Record<2 | 3 | 4, number>>
}

export function viewTier({ governed, assessment, hold, release, record, policy }: SolutionStanding): TierView {
  const { proposal, decision, word, history } = record
  const isMet = proposal === undefined || proposal.tier <= governed.tier
  return {
    solution: governed.uniqueName,
    owner: governed.owner,
    configured: governed.tier,
    inForce: hold?.tier ?? governed.tier,
    assessment,
    hold,
    ...(hold === undefined ? {} : { next: howToDecide(governed, hold.tier) }),
    release: release === undefined ? undefined : { releaseId: release.id, version: release.version },
    questions: policy.tierScoring.questions.map(({ value: { id, answers } }) => ({ id, answers })),
    proposal: isMet ? undefined : proposal,
    decision: isMet ? undefined : decision,
    word: isMet ? undefined : word,
    history,
    thresholds: policy.tierScoring.thresholds.value,
  }
}
