import { type InfiniteData, type UseInfiniteQueryResult, type UseQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { BiographyReply, CattleReply, DriftReply, EnvironmentRecordReply, ProtectionReply, RescueReply } from '#contract'
import { type EnvironmentId, toId } from '#domain/kernel'
import { apiClient, valueOf } from '../../api.ts'

export interface EnvironmentModel {
  /** As it stood when it was last seen: reading it asks nothing of the environment. */
  readonly drift: UseQueryResult<DriftReply>
  readonly record: EnvironmentRecordReply | undefined
  /** How long a disposable one stays, and how it is made again; undefined of a pet. */
  readonly life: CattleReply | undefined
  readonly rescues: UseQueryResult<readonly RescueReply[]>
  /** A page at a time. */
  readonly biography: UseInfiniteQueryResult<InfiniteData<BiographyReply>>
  /** Read from the environment itself: when the page opens and when somebody asks, not with every entry of the ledger. */
  readonly protection: UseQueryResult<ProtectionReply>
}

/** All that is known of one environment. */
export function useEnvironment(id: string): EnvironmentModel {
  const environmentId = toId<EnvironmentId>(id)
  const drift = useQuery({ queryKey: ['drift', id], queryFn: () => valueOf(apiClient().loadDrift({ environmentId })) })
  const record = useQuery({ queryKey: ['environment', id], queryFn: () => valueOf(apiClient().loadEnvironmentRecord({ environmentId })) })
  const cattle = useQuery({ queryKey: ['cattle'], queryFn: async () => (await valueOf(apiClient().listCattle())).cattle })
  const rescues = useQuery({
    queryKey: ['rescues', id],
    queryFn: async () => (await valueOf(apiClient().listRescues({ environment: id }))).rescues,
  })
  const biography = useInfiniteQuery({
    queryKey: ['biography', id],
    queryFn: ({ pageParam }) =>
      valueOf(apiClient().loadBiography({ environmentId, limit: 20, ...(pageParam === undefined ? {} : { before: pageParam }) })),
    initialPageParam: undefined as string | undefined, // the first page has no cursor, and later ones have the type of `next`
    getNextPageParam: (page) => page.next,
  })
  const protection = useQuery({
    queryKey: ['protection', id],
    queryFn: () => valueOf(apiClient().loadProtection({ environmentId })),
    enabled: false,
    retry: false,
  })
  const { refetch } = protection
  const isThere = drift.data !== undefined
  useEffect(() => {
    if (isThere) void refetch()
  }, [isThere, refetch])
  const life = cattle.data?.find((one) => one.environmentId === id)
  return { drift, record: record.data, life, rescues, biography, protection }
}
