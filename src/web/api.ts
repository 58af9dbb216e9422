import { type Client, createClient, type Reply } from '#contract'
import type { Refusal } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import { readProof, readToken, signOut } from './session.ts'

/** The client of whoever is signed in. */
export function apiClient(token: string = readToken() ?? ''): Client {
  const proof = token === '' ? readProof() : undefined
  return createClient({ baseUrl: location.origin, token, ...(proof === undefined ? {} : { proof }) })
}

/** A "no" of the server, in the form in which queries and mutations hand on what went wrong. */
export class RefusedError extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.name = 'RefusedError'
    this.refusal = refusal
  }
}

/** The value of an answer; a "no" is thrown for the query to show, and a token that no longer holds signs out. */
export async function valueOf<T>(answer: Promise<Reply<T>>): Promise<T> {
  try {
    const reply = await answer
    if (reply.ok) return reply.value
    throw new RefusedError(reply.refusal)
  } catch (error) {
    if (isUnauthorised(error)) signOut()
    throw error
  }
}

export function isUnauthorised(error: unknown): boolean {
  return error instanceof DroverError && error.code === 'api.unauthorised'
}

/** Anything that was thrown, as something to show. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof RefusedError) return error.refusal
  if (error instanceof DroverError) return { code: error.code, message: error.message, hint: error.hint ?? '', reasons: [] }
  return {
    code: 'unexpected',
    message: 'Something went wrong in this page.',
    hint: 'Reload it; if that does not help, tell whoever runs Drover.',
    reasons: [],
  }
}
