import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { OwedItemReply, PromotionViewReply, WaiverViewReply } from '#contract'
import type { PeopleGateKind } from '#domain/pipeline'
import { apiClient, valueOf } from '../../api.ts'

/** The waivers that a promotion leans on, or leaned on when its work began. */
export function useWaivers({ promotion, gates }: PromotionViewReply): readonly WaiverViewReply[] {
  const { solution, boundTo } = promotion.request
  const ids = new Set([
    ...(boundTo.waivers ?? []),
    ...gates.flatMap(({ waiverId }) => (waiverId === undefined ? [] : [waiverId])),
    ...(promotion.leansOn ?? []).map(({ waiverId }) => waiverId),
  ])
  const { data } = useQuery({
    queryKey: ['waivers', solution],
    queryFn: () => valueOf(apiClient().listWaivers({ solution })),
    enabled: ids.size > 0,
  })
  return (data?.waivers ?? []).filter(({ waiver }) => ids.has(waiver.waiverId))
}

/** What a promotion went past and still owes; nothing is asked of one that waited for everything. */
export function useOwed({ promotion }: PromotionViewReply): readonly OwedItemReply[] {
  const { intent, solution, promotionId } = promotion.request
  const mayOwe = (intent?.kind === 'emergency' || intent?.kind === 'hotfix') && 'attempt' in promotion.status
  const { data } = useQuery({
    queryKey: ['owed', solution],
    queryFn: () => valueOf(apiClient().listOwed({ solution })),
    enabled: mayOwe,
  })
  return (data?.owed ?? []).filter((item) => item.promotionId === promotionId)
}

export interface SignOffWord {
  readonly gate: PeopleGateKind
  readonly verdict: 'approve' | 'reject'
  readonly comment: string
}

export interface ValidationWord {
  readonly of: 'watch' | 'review'
  readonly outcome: 'passed' | 'failed'
  readonly note: string
}

export function useSignOff({ promotion }: PromotionViewReply): UseMutationResult<PromotionViewReply, unknown, SignOffWord> {
  const { promotionId } = promotion.request
  return useWord(promotionId, (word: SignOffWord) => valueOf(apiClient().signOffPromotion({ promotionId, ...word })))
}

export function useValidation({ promotion }: PromotionViewReply): UseMutationResult<PromotionViewReply, unknown, ValidationWord> {
  const { promotionId } = promotion.request
  return useWord(promotionId, (word: ValidationWord) => valueOf(apiClient().validatePromotion({ promotionId, ...word })))
}

/** A word on a promotion; afterwards all is read again, also after a "no", which tells what has changed meanwhile. */
function useWord<Word>(promotionId: string, say: (word: Word) => Promise<PromotionViewReply>) {
  const queries = useQueryClient()
  return useMutation<PromotionViewReply, unknown, Word>({
    mutationFn: say,
    onSuccess: (view) => queries.setQueryData(['promotion', promotionId], view),
    onSettled: () => queries.invalidateQueries(),
  })
}
