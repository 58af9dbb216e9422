import { type UseMutationResult, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BoardReply, PromotionViewReply } from '#contract'
import { type PersonId, type PromotionId, toId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { apiClient, valueOf } from '../../api.ts'

export interface Decision {
  readonly gate: PeopleGateKind
  readonly verdict: 'approve' | 'reject'
  readonly comment: string
  /** Whose place is taken as their deputy. */
  readonly onBehalfOf?: PersonId
  /** What the page showed, as the promotion names it. */
  readonly seen: string
}

export interface Acknowledgement {
  readonly subject: string
  readonly ceiling: number
  readonly days?: number
  readonly comment: string
}

export interface UnknownWord {
  /** The lines that the page showed. */
  readonly of: PromotionViewReply['unknown']
  readonly comment: string
}

export interface PromotionModel {
  readonly view: UseQueryResult<PromotionViewReply>
  readonly names: { readonly stage: string; readonly environment: string } | undefined
  readonly decide: UseMutationResult<PromotionViewReply, unknown, Decision>
  readonly acknowledge: UseMutationResult<PromotionViewReply, unknown, Acknowledgement>
  readonly answerFor: UseMutationResult<PromotionViewReply, unknown, UnknownWord>
}

/** A promotion as it stands, and the way to decide on it. */
export function usePromotion(id: string): PromotionModel {
  const promotionId = toId<PromotionId>(id)
  const queries = useQueryClient()
  const view = useQuery({ queryKey: ['promotion', id], queryFn: () => valueOf(apiClient().loadPromotion({ promotionId })) })
  const board = useQuery({ queryKey: ['board'], queryFn: () => valueOf(apiClient().loadBoard()) })
  const decide = useMutation<PromotionViewReply, unknown, Decision>({
    mutationFn: (decision) => valueOf(apiClient().decideApproval({ promotionId, ...decision })),
    onSuccess: (decided) => queries.setQueryData(['promotion', id], decided),
    // Also after a "no": the page then shows what has changed meanwhile.
    onSettled: () => queries.invalidateQueries(),
  })
  const acknowledge = useMutation<PromotionViewReply, unknown, Acknowledgement>({
    mutationFn: (word) => valueOf(apiClient().acknowledgeLoss({ promotionId, ...word })),
    onSuccess: (acknowledged) => queries.setQueryData(['promotion', id], acknowledged),
    onSettled: () => queries.invalidateQueries(),
  })
  const answerFor = useMutation<PromotionViewReply, unknown, UnknownWord>({
    mutationFn: ({ of, comment }) => valueOf(apiClient().acknowledgeUnknown({ promotionId, of: [...of], comment })),
    onSuccess: (answered) => queries.setQueryData(['promotion', id], answered),
    onSettled: () => queries.invalidateQueries(),
  })
  return { view, names: view.data === undefined ? undefined : namesOf(view.data, board.data), decide, acknowledge, answerFor }
}

function namesOf(view: PromotionViewReply, board: BoardReply | undefined): { stage: string; environment: string } {
  const { pipelineId, stageId, environmentId } = view.promotion.request
  const pipeline = board?.pipelines.find((one) => one.id === pipelineId)
  return {
    stage: pipeline?.stages.find((stage) => stage.id === stageId)?.name ?? stageId,
    environment: pipeline?.stagesWithState.find((stage) => stage.stageId === stageId)?.environment.name ?? environmentId,
  }
}
