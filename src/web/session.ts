import { useSyncExternalStore } from 'react'

const key = 'drover.token'
const listeners = new Set<() => void>()

/** The token lives as long as the browser tab; it is never put into an address. */
export function readToken(): string | undefined {
  return sessionStorage.getItem(key) ?? undefined
}

export function signIn(token: string): void {
  sessionStorage.setItem(key, token)
  for (const listener of listeners) listener()
}

export function signOut(): void {
  sessionStorage.removeItem(key)
  for (const listener of listeners) listener()
}

export function useToken(): string | undefined {
  return useSyncExternalStore(subscribe, readToken)
}

/** `drover up` prints a link that ends in #token=…; a fragment is not sent to the server, and is wiped from the address at once. */
export function takeTokenFromAddress(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null || token === '') return
  signIn(token)
  history.replaceState(null, '', location.pathname + location.search)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
