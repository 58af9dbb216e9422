import { type UseMutationResult, type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { RouteInput, WaiverListReply, WaiverViewReply } from '#contract'
import { apiClient, valueOf } from '../../api.ts'
import { useWord } from '../../use-word.ts'

export function useWaiverList(): UseQueryResult<WaiverListReply> {
  return useQuery({ queryKey: ['waivers'], queryFn: () => valueOf(apiClient().listWaivers()) })
}

export function useAskForWaiver(): UseMutationResult<WaiverViewReply, unknown, RouteInput<'requestWaiver'>> {
  return useWord((asked) => valueOf(apiClient().requestWaiver(asked)))
}

export type WaiverDeed = WaiverViewReply['may'][number]

export interface WaiverWord {
  readonly deed: WaiverDeed
  readonly text: string
}

/** The viewer's word on one waiver. */
export function useWaiverWord(waiverId: string): UseMutationResult<WaiverViewReply, unknown, WaiverWord> {
  return useWord(({ deed, text }) =>
    valueOf(
      deed === 'revoke'
        ? apiClient().revokeWaiver({ waiverId, reason: text })
        : apiClient().decideWaiver({ waiverId, verdict: deed, comment: text }),
    ),
  )
}
