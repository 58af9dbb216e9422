import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { apiBase, csrf } from '#contract'
import { DroverError } from '#domain/kernel'

const sessionCookie = 'drover_session'

/** The token of a session, of the cookie that no script can read. */
export function sessionToken(request: FastifyRequest): string | undefined {
  return readCookie(request, sessionCookie)
}

export function readCookie(request: FastifyRequest, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

/** Gives a page its session: the token where no script reads it, and beside it what proves that a page of ours sends a call. */
export function openSession(
  reply: FastifyReply,
  session: { readonly token: string; readonly lifeSeconds: number; readonly isSecure: boolean },
): void {
  const { token, lifeSeconds, isSecure } = session
  const rest = `; Max-Age=${lifeSeconds}; SameSite=Strict${isSecure ? '; Secure' : ''}`
  reply.header('set-cookie', [
    `${sessionCookie}=${token}; Path=${apiBase}; HttpOnly${rest}`,
    `${csrf.cookie}=${csrfOf(token)}; Path=/${rest}`,
  ])
}

/** Refuses what another site had the browser send: it has the cookie sent along, and cannot know what is derived from its token. */
export function requireCsrf(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const given = Buffer.from(String(request.headers[csrf.header] ?? ''))
  const wanted = Buffer.from(csrfOf(sessionToken(request) ?? ''))
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new DroverError('auth.csrf', 'The call came with the cookie of a session, and without the proof that a page of Drover sent it.', {
    hint: `Reload the page; programs send a token as \`Authorization: Bearer\`, or the header ${csrf.header}.`,
  })
}

/** Bound to the session, so that a cookie set by somebody else is of no use. */
function csrfOf(token: string): string {
  return createHash('sha256').update(`drover csrf ${token}`).digest('hex')
}
