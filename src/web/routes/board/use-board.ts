import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { BoardReply, WaitingReply } from '#contract'
import { apiClient, valueOf } from '../../api.ts'

export function useBoard(): UseQueryResult<BoardReply> {
  return useQuery({ queryKey: ['board'], queryFn: () => valueOf(apiClient().loadBoard()) })
}

/** What waits for a word of whoever looks. */
export function useWaiting(): UseQueryResult<WaitingReply> {
  return useQuery({ queryKey: ['waiting'], queryFn: () => valueOf(apiClient().listWaiting()) })
}
