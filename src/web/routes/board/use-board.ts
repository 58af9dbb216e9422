import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { BoardReply } from '#contract'
import { apiClient, valueOf } from '../../api.ts'

export function useBoard(): UseQueryResult<BoardReply> {
  return useQuery({ queryKey: ['board'], queryFn: () => valueOf(apiClient().loadBoard()) })
}
