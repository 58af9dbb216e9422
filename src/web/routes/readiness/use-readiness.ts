import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { ReadinessReply } from '#contract'
import { apiClient, valueOf } from '../../api.ts'

export function useReadiness(): UseQueryResult<ReadinessReply> {
  return useQuery({ queryKey: ['readiness'], queryFn: () => valueOf(apiClient().loadReadiness()) })
}
