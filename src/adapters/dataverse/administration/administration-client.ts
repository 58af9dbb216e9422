import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { DroverError } from '#domain/kernel'
import type { DataverseDependencies } from '../environments.ts'
import type { Governor } from '../governor.ts'
import type { Limits } from '../limits.ts'
import { isNeverSent } from '../never-sent.ts'
import type { Effect } from '../operations.ts'
import { retryAfterOf } from '../retry-after.ts'
import { makeStrike } from '../strike-secrets.ts'
import type { SigningIn, TokenSource } from '../token.ts'
import { parseJson } from '../token.ts'
import type { Asked } from './administration-failure.ts'
import { administrationFailure, lostConnection, unreadable } from './administration-failure.ts'

/** A service of administration: where it is, and what its tokens are for (web-api D). */
export interface Service {
  /** Without a slash at its end. */
  readonly base: string
  readonly audience: string
}

/** One request. */
export interface AdministrationCall {
  readonly service: Service
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Behind the base, beginning with a slash; a whole address only where the service itself named it. */
  readonly path: string
  readonly body?: unknown
  /** As in {@link Effect}: reads are sent again, nothing else ever is. */
  readonly effect: Effect
  /** What is asked, in words, for messages: `listing environments`. */
  readonly work: string
}

export interface AdministrationAnswer {
  readonly status: number
  readonly json: unknown
  readonly headers: Headers
}

export interface AdministrationClient {
  /** The answer with its status where that is a success or one of `expected`; throws for any other. */
  ask(call: AdministrationCall, expected?: readonly number[]): Promise<AdministrationAnswer>
  /** What a success says. */
  read<Reply>(call: AdministrationCall, reply: z.ZodType<Reply>): Promise<Reply>
}

interface Session {
  readonly environment: SigningIn
  readonly dependencies: DataverseDependencies
  readonly limits: Limits
  readonly tokens: TokenSource
  readonly governor: Governor
}

/** Sends requests of administration as the identity of an environment. */
export function createAdministrationClient(session: Session): AdministrationClient {
  const client: AdministrationClient = {
    ask: (call, expected = []) => exchange(session, call, expected),
    async read(call, reply) {
      const { json } = await client.ask(call)
      return parseAnswer(session, call, { json, reply })
    },
  }
  return client
}

async function exchange(session: Session, call: AdministrationCall, expected: readonly number[]): Promise<AdministrationAnswer> {
  const { limits } = session
  for (let attempt = 1; ; attempt++) {
    const isLast = call.effect !== 'read' || attempt >= limits.readAttempts
    const pauseMs = limits.retryDelayMs * 2 ** (attempt - 1)
    let answer: Answer
    try {
      answer = await sendSignedIn(session, call, attempt > 1)
    } catch (error) {
      if (error instanceof DroverError) throw error
      if (isLast || isNeverSent(error)) throw lostConnection(askedOf(session, call), { isNeverSent: isNeverSent(error), error })
      await wait(pauseMs)
      continue
    }
    const { status, text, headers, retryAfterMs } = answer
    if ((status >= 200 && status < 300) || expected.includes(status)) return { status, headers, json: parseJson(text) }
    const delayMs = retryAfterMs ?? pauseMs
    if (isLast || !(status === 429 || status === 503) || delayMs > limits.longestRetryAfterMs) {
      const strike = await makeStrike(session.dependencies.secrets, [session.environment.credentials.clientSecret])
      throw administrationFailure(askedOf(session, call), { status, text: strike(text), retryAfterMs })
    }
    session.dependencies.log.warn(`the administration asks to wait before ${call.work} is sent again`, { status, delayMs })
    if (status === 429) session.governor.hold(delayMs)
    else await wait(delayMs)
  }
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly retryAfterMs: number | undefined
}

/** 401 means that the request was turned away at the door, so it is sent once more with a fresh token, whatever it is. */
async function sendSignedIn(session: Session, call: AdministrationCall, isAgain: boolean): Promise<Answer> {
  const answer = await sendOnce(session, call, { token: await session.tokens.fetchToken(call.service.audience), isAgain })
  if (answer.status !== 401) return answer
  return sendOnce(session, call, { token: await session.tokens.fetchToken(call.service.audience, true), isAgain })
}

async function sendOnce(
  session: Session,
  call: AdministrationCall,
  { token, isAgain }: { readonly token: string; readonly isAgain: boolean },
): Promise<Answer> {
  const url = addressOf(session, call)
  const leave = await session.governor.enter(call.effect, isAgain)
  let isThrottled = false
  try {
    const response = await (session.dependencies.fetch ?? fetch)(url, {
      method: call.method,
      redirect: 'manual',
      headers: {
        Authorization: `Bearer ${token}`,
        Accept: 'application/json',
        ...(call.body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(session.limits.requestTimeoutMs),
    })
    isThrottled = response.status === 429
    const retryAfterMs = retryAfterOf(response, session.dependencies.clock)
    if (isThrottled) session.governor.hold(retryAfterMs ?? session.limits.retryDelayMs)
    return { status: response.status, text: await response.text(), headers: response.headers, retryAfterMs }
  } finally {
    leave(isThrottled)
  }
}

/**
 * A token goes to the service that it is for and to its regions (https://europe.api.bap.microsoft.com, as its own addresses of operations
 * name them), whatever a link says.
 */
function addressOf(session: Session, call: AdministrationCall): URL {
  const base = new URL(`${call.service.base}/`)
  const url = call.path.startsWith('/') ? new URL(`${call.service.base}${call.path}`) : new URL(call.path)
  const isRegion = base.protocol === 'https:' && url.protocol === 'https:' && url.host.endsWith(`.${base.host}`)
  if (url.origin === base.origin || isRegion) return url
  throw unreadable(askedOf(session, call), `a link to another server, ${url.origin}`)
}

function parseAnswer<Reply>(
  session: Session,
  call: AdministrationCall,
  { json, reply }: { readonly json: unknown; readonly reply: z.ZodType<Reply> },
): Reply {
  const parsed = reply.safeParse(json)
  if (parsed.success) return parsed.data
  const what = z.prettifyError(parsed.error).replaceAll('\n', '; ')
  // The service took the request and only its answer is unreadable: the work may have begun.
  if (call.effect === 'start') throw lostConnection(askedOf(session, call), { isNeverSent: false, error: parsed.error })
  throw unreadable(askedOf(session, call), what)
}

function askedOf({ environment }: Session, { work, effect }: AdministrationCall): Asked {
  return { environment: environment.name, work, effect }
}
