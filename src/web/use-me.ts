import { useQuery } from '@tanstack/react-query'
import type { MeReply } from '#contract'
import { apiClient, valueOf } from './api.ts'

export interface Viewer {
  readonly me: MeReply | undefined
  /** The name of a person, or the id for somebody whom the configuration does not name. */
  nameOf(id: string): string
}

export function useViewer(): Viewer {
  const { data } = useQuery({ queryKey: ['me'], queryFn: () => valueOf(apiClient().loadMe()) })
  return {
    me: data,
    nameOf: (id) => (id === 'drover' ? 'Drover' : (data?.people.find((person) => person.id === id)?.name ?? id)),
  }
}
