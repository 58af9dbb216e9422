import { useSyncExternalStore } from 'react'
import { apiBase, csrf, signInPaths, signInStateSchema } from '#contract'

const key = 'drover.token'
const listeners = new Set<() => void>()
/** Whether this browser has the cookie of a session, which no script can read. */
let hasSession = false
let isIssuerOffered = false

/** The token lives as long as the browser tab; it is never put into an address. Empty: the cookie of a session stands for it. */
export function readToken(): string | undefined {
  return sessionStorage.getItem(key) ?? (hasSession ? '' : undefined)
}

/** What proves to the server that a page of ours sends what the cookie goes along with. */
export function readProof(): string | undefined {
  const part = document.cookie.split('; ').find((one) => one.startsWith(`${csrf.cookie}=`))
  return part?.slice(csrf.cookie.length + 1)
}

export function signIn(token: string): void {
  sessionStorage.setItem(key, token)
  tell()
}

/** A session ends at the server too; a token goes on for whoever else has it. */
export function signOut(): void {
  const proof = readProof()
  if (hasSession && proof !== undefined) void fetch(`${apiBase}/sign-out`, { method: 'POST', headers: { [csrf.header]: proof } })
  hasSession = false
  sessionStorage.removeItem(key)
  tell()
}

/** Asks the server whether this browser is signed in, and whether it could be; a server that does not answer is met by the pages. */
export async function lookForSession(): Promise<void> {
  const response = await fetch(signInPaths.state).catch(() => undefined)
  const state = signInStateSchema.safeParse(await response?.json().catch(() => undefined))
  if (!state.success) return
  hasSession = state.data.isSignedIn
  isIssuerOffered = state.data.isOffered
  tell()
}

export function useToken(): string | undefined {
  return useSyncExternalStore(subscribe, readToken)
}

/** Whether people can sign in with an account of their organisation. */
export function useIssuerOffered(): boolean {
  return useSyncExternalStore(subscribe, () => isIssuerOffered)
}

/** `drover up` prints a link that ends in #token=…; a fragment is not sent to the server, and is wiped from the address at once. */
export function takeTokenFromAddress(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null || token === '') return
  signIn(token)
  history.replaceState(null, '', location.pathname + location.search)
}

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
