import { useState } from 'react'
import { apiClient, isUnauthorised } from '../../api.ts'
import { signIn } from '../../session.ts'

export interface SignIn {
  readonly isBusy: boolean
  readonly error: unknown
  submit(token: string): Promise<void>
}

/** Tries the token before keeping it. */
export function useSignIn(): SignIn {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(undefined)
  async function submit(token: string): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const reply = await apiClient(token.trim()).loadMe()
      if (reply.ok) signIn(token.trim())
    } catch (failure) {
      setError(isUnauthorised(failure) ? new Error('not accepted') : failure)
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, error, submit }
}
