import { type UseMutationResult, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { TrainViewReply } from '#contract'
import type { PersonId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { apiClient, valueOf } from '../../api.ts'

export interface TrainDecision {
  readonly gate: PeopleGateKind
  readonly verdict: 'approve' | 'reject'
  readonly comment: string
  /** Hash over all that the page showed of the train. */
  readonly seen: string
  readonly onBehalfOf?: PersonId
}

export interface TrainModel {
  readonly view: UseQueryResult<TrainViewReply>
  readonly decide: UseMutationResult<TrainViewReply, unknown, TrainDecision>
}

/** The train with which a release travels, and the way to decide on it. */
export function useTrain(trainId: string): TrainModel {
  const queries = useQueryClient()
  const view = useQuery({ queryKey: ['train', trainId], queryFn: () => valueOf(apiClient().loadTrain({ trainId })) })
  const decide = useMutation<TrainViewReply, unknown, TrainDecision>({
    mutationFn: (decision) => valueOf(apiClient().decideTrain({ trainId, ...decision })),
    onSuccess: (decided) => queries.setQueryData(['train', trainId], decided),
    // Also after a "no": the page then shows what has changed meanwhile.
    onSettled: () => queries.invalidateQueries(),
  })
  return { view, decide }
}
