import { type UseMutationResult, type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { PersonViewReply, RaciReply, RouteInput } from '#contract'
import { apiClient, valueOf } from '../../api.ts'
import { useWord } from '../../use-word.ts'

export function usePeople(): UseQueryResult<readonly PersonViewReply[]> {
  return useQuery({ queryKey: ['people'], queryFn: async () => (await valueOf(apiClient().listPeople())).people })
}

export function useRaci(): UseQueryResult<RaciReply> {
  return useQuery({ queryKey: ['raci'], queryFn: () => valueOf(apiClient().loadRaci()) })
}

export function useNameDeputy(): UseMutationResult<PersonViewReply, unknown, RouteInput<'nameDeputy'>> {
  return useWord((named) => valueOf(apiClient().nameDeputy(named)))
}

export type DelegationReply = PersonViewReply['deputies'][number]

/** The viewer's word on a delegation: that it holds, or that it ends. */
export function useDelegationWord({ id, absent }: DelegationReply): UseMutationResult<PersonViewReply, unknown, 'confirm' | 'end'> {
  const which = { personId: absent, delegationId: id }
  return useWord((word) => valueOf(word === 'confirm' ? apiClient().confirmDeputy(which) : apiClient().endDeputy(which)))
}
