import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { apiClient, isUnauthorised } from './api.ts'
import { signOut } from './session.ts'

export type LiveState = 'connecting' | 'live' | 'interrupted'

const firstPauseMs = 500
const longestPauseMs = 10_000
/** Several events of one step come together; one look after the last is enough. */
const settleMs = 80

/** Follows the ledger and has every page that is open read again when something was recorded. Comes back by itself, without a gap. */
export function useLiveUpdates(token: string): LiveState {
  const queries = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    const stop = new AbortController()
    let pending: ReturnType<typeof setTimeout> | undefined
    function refresh(): void {
      clearTimeout(pending)
      pending = setTimeout(() => void queries.invalidateQueries(), settleMs)
    }
    void follow({ token, signal: stop.signal, refresh, setState })
    return () => {
      stop.abort()
      clearTimeout(pending)
    }
  }, [token, queries])
  return state
}

async function follow(options: {
  readonly token: string
  readonly signal: AbortSignal
  readonly refresh: () => void
  readonly setState: (state: LiveState) => void
}): Promise<void> {
  const { token, signal, refresh, setState } = options
  let last: number | undefined
  let pauseMs = firstPauseMs
  function onOpen(): void {
    setState('live')
    pauseMs = firstPauseMs
    // What was recorded between loading the page and opening the stream.
    refresh()
  }
  while (!signal.aborted) {
    try {
      const watch = { signal, onOpen, ...(last === undefined ? {} : { after: last }) }
      for await (const notice of apiClient(token).watchEvents(watch)) {
        last = notice.sequence
        refresh()
      }
    } catch (error) {
      if (signal.aborted) return
      if (isUnauthorised(error)) return signOut()
    }
    if (signal.aborted) return
    setState('interrupted')
    await pause(pauseMs, signal)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
