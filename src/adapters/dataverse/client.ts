import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Environment, SecretRef } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseDependencies } from './environments.ts'
import type { Subject } from './failure.ts'
import { ambiguous, answerFailure, connectionFailure, unexpected } from './failure.ts'
import type { Limits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import type { Governor } from './governor.ts'
import { createGovernor } from './governor.ts'
import { isNeverSent } from './never-sent.ts'
import type { Operation } from './operations.ts'
import { operations } from './operations.ts'
import { retryAfterOf } from './retry-after.ts'
import { createTokenSource, parseJson } from './token.ts'
import type { TokenSource } from './token.ts'
import type { Strike } from './strike-secrets.ts'
import { makeStrike } from './strike-secrets.ts'

export interface Call<Reply> {
  readonly operation: Operation
  /** Relative to /api/data/v9.2/, already encoded; a whole address for the connectivity API. */
  readonly path: string
  readonly body?: unknown
  /** A body that goes as it is, with the headers that it needs. */
  readonly text?: string
  readonly bytes?: Uint8Array<ArrayBuffer>
  /** Besides those that every request has, or in place of them. */
  readonly headers?: Readonly<Record<string, string>>
  /** Undefined when only success matters. */
  readonly reply?: z.ZodType<Reply>
  /** Of a change: the version of the row that it may change; without it, whatever is there. */
  readonly etag?: string
  /** Asked of the administration API of the tenant; `path` is relative to its base. */
  readonly isAdministration?: boolean
  /** Asked of the Power Platform API; `path` is relative to its base. */
  readonly isPlatformApi?: boolean
  /** Carries a solution file or waits for a publish, so it may take long. */
  readonly isLong?: boolean
  /** The answer is no text: each character of it stands for one byte. */
  readonly isBinary?: boolean
}

/** A thin client of the Dataverse Web API v9.2 for one environment. */
export interface DataverseClient {
  readonly environment: Environment
  readonly limits: Limits
  call<Reply>(call: Call<Reply> & { readonly reply: z.ZodType<Reply> }): Promise<Reply>
  /** For requests whose answer has no content that matters. */
  send(call: Call<never>): Promise<void>
  /** The text of a success, for answers that are no JSON. */
  callText(call: Call<never>): Promise<string>
  /** The bytes of a success, for the contents of files. */
  callBytes(call: Call<never>): Promise<Uint8Array>
  /** As `callBytes`, with what the answer says of them: for contents that come or go in parts. */
  callPart(call: Call<never>): Promise<Part>
  /** All pages of a list. */
  list<Row>(operation: Operation, path: string, row: z.ZodType<Row>): Promise<readonly Row[]>
  /** The row, or undefined when the server says 404. */
  find<Row>(path: string, row: z.ZodType<Row>): Promise<Row | undefined>
  /** For texts of the platform that go on to people or into records. */
  makeStrike(): Promise<Strike>
  /** Requests that this client sent, sign-in not counted. */
  countRequests(): number
}

export interface Part {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

interface Session extends SignIn {
  /** Is called before each request. */
  readonly noteRequest: () => void
  makeStrike(): Promise<Strike>
}

/** A call on its way. */
interface Sending extends Call<unknown> {
  /** The service refused it before and named the time to wait. */
  readonly isAgain: boolean
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly retryAfterMs: number | undefined
}

/** One sign-in, shared by all clients of an environment. */
export interface SignIn {
  readonly environment: Environment
  readonly dependencies: DataverseDependencies
  readonly limits: Limits
  readonly tokens: TokenSource
  /** Of this identity in this environment. */
  readonly governor: Governor
}

export function createSignIn(environment: Environment, dependencies: DataverseDependencies, governor?: Governor): SignIn {
  const limits = { ...defaultLimits, ...dependencies.limits }
  const tokens = createTokenSource(environment, dependencies, limits)
  return { environment, dependencies, limits, tokens, governor: governor ?? createGovernor(limits) }
}

/** `secrets` are struck out of what the platform says, besides the one that signs in. */
export function createClient(signIn: SignIn, secrets: readonly SecretRef[] = []): DataverseClient {
  const { environment, dependencies, limits } = signIn
  const refs = [environment.credentials.clientSecret, ...secrets]
  let requests = 0
  const session: Session = {
    ...signIn,
    noteRequest: () => {
      requests += 1
    },
    makeStrike: () => makeStrike(dependencies.secrets, refs),
  }
  const client: DataverseClient = {
    environment,
    limits,
    makeStrike: session.makeStrike,
    countRequests: () => requests,
    async call(call) {
      return parseReply(session, call, (await exchange(session, call)).text)
    },
    async send(call) {
      await exchange(session, call)
    },
    callText: async (call) => (await exchange(session, call)).text,
    callBytes: async (call) => (await client.callPart(call)).bytes,
    async callPart(call) {
      const { status, headers, text } = await exchange(session, { ...call, isBinary: true })
      return { status, headers, bytes: Buffer.from(text, 'latin1') }
    },
    list: (operation, path, row) => listPages(client, { operation, path, row }),
    async find(path, row) {
      try {
        return await client.call({ operation: 'ReadRows', path, reply: row })
      } catch (error) {
        if (error instanceof DroverError && error.code === 'dataverse.not-found') return undefined
        throw error
      }
    },
  }
  return client
}

/** Doubles quotes, as OData wants them, and encodes for a URL. */
export function literal(text: string): string {
  return encodeURIComponent(`'${text.replaceAll("'", "''")}'`)
}

async function listPages<Row>(
  client: DataverseClient,
  list: { readonly operation: Operation; readonly path: string; readonly row: z.ZodType<Row> },
): Promise<readonly Row[]> {
  const page = z.object({ value: z.array(list.row), '@odata.nextLink': z.string().optional() })
  const rows: Row[] = []
  let path: string | undefined = list.path
  while (path !== undefined) {
    const reply: z.infer<typeof page> = await client.call({ operation: list.operation, path, reply: page })
    rows.push(...reply.value)
    path = reply['@odata.nextLink']
  }
  return rows
}

/** Sends the call, repeats it only when it is a safe read, and gives the answer of a success. */
async function exchange(session: Session, call: Call<unknown>): Promise<Answer> {
  const subject = subjectOf(session.environment, call)
  const isRead = operations[call.operation].effect === 'read'
  let told = 0
  for (let attempt = 1; ; attempt++) {
    const isLast = !isRead || attempt - told >= session.limits.readAttempts
    let answer: Answer
    try {
      answer = await sendSignedIn(session, { ...call, isAgain: told > 0 })
    } catch (error) {
      if (error instanceof DroverError) throw error
      if (isLast || isNeverSent(error)) throw connectionFailure(subject, error)
      await wait(session.limits.retryDelayMs * 2 ** (attempt - told - 1))
      continue
    }
    if (answer.status >= 200 && answer.status < 300) return answer
    const delayMs = answer.retryAfterMs ?? session.limits.retryDelayMs * 2 ** (attempt - told - 1)
    if (answer.status === 429 && answer.retryAfterMs !== undefined && told + 1 < session.limits.toldAttempts) told += 1
    if (isLast || !asksToWait(answer, delayMs, session.limits)) {
      throw answerFailure(subject, answer, await session.makeStrike())
    }
    session.dependencies.log.warn(`${subject.environment} asks to wait before ${call.operation} is sent again`, {
      status: answer.status,
      delayMs,
    })
    if (answer.status === 429 && isGoverned(call)) session.governor.hold(delayMs)
    else await wait(delayMs)
  }
}

/** Rows are named by their set, since the name of the operation tells a reader nothing. */
function subjectOf(environment: Environment, call: Call<unknown>): Subject {
  const { operation, path } = call
  const set = /^[a-z_]+/.exec(path.split('/api/data/v9.2/').at(-1) ?? '')?.[0] ?? path
  const works: Partial<Record<Operation, string>> = {
    ReadRows: `reading ${set}`,
    RetrieveUnpublishedMultiple: `reading unpublished ${set}`,
    ReadConnections: 'reading connections',
    UpdateRow: `changing ${set}`,
    CreateRow: `making ${set}`,
    DeleteRow: `deleting ${set}`,
    RemoveActiveCustomizations: 'removing an unmanaged layer',
  }
  return { environment: environment.name, operation, work: works[operation] ?? operation }
}

function asksToWait(answer: Answer, delayMs: number, limits: Limits): boolean {
  return (answer.status === 429 || answer.status === 503) && delayMs <= limits.longestRetryAfterMs
}

/** 401 means that the request was turned away at the door, so it is sent once more with a fresh token, whatever it is. */
async function sendSignedIn(session: Session, call: Sending): Promise<Answer> {
  const url = addressOf(session.environment, call)
  const audience = audienceOf(call) ?? url.origin
  const answer = await sendOnce(session, call, { url, token: await session.tokens.fetchToken(audience) })
  if (answer.status !== 401) return answer
  return sendOnce(session, call, { url, token: await session.tokens.fetchToken(audience, true) })
}

async function sendOnce(session: Session, call: Sending, to: { readonly url: URL; readonly token: string }): Promise<Answer> {
  if (!isGoverned(call)) return readAnswer(session, call, await send(session, call, to))
  const { effect } = operations[call.operation]
  refuseLongWait(session, call)
  const leave = await session.governor.enter(effect, call.isAgain)
  let isThrottled = false
  try {
    const response = await send(session, call, to)
    isThrottled = response.status === 429
    // Before the body is read: nobody may go in between.
    if (isThrottled) session.governor.hold(retryAfterOf(response, session.dependencies.clock) ?? session.limits.retryDelayMs)
    return await readAnswer(session, call, response)
  } finally {
    leave(isThrottled)
  }
}

/** Connections are another service's, which counts by itself. */
function isGoverned(call: Call<unknown>): boolean {
  return call.operation !== 'ReadConnections'
}

async function readAnswer(session: Session, { isBinary }: Call<unknown>, response: Response): Promise<Answer> {
  // What is no success is a text in any case.
  const isBytes = isBinary === true && response.ok
  const text = isBytes ? Buffer.from(await response.arrayBuffer()).toString('latin1') : await response.text()
  return { status: response.status, text, headers: response.headers, retryAfterMs: retryAfterOf(response, session.dependencies.clock) }
}

/** Nobody waits behind a hold that is longer than any answer to it would be waited for. */
function refuseLongWait(session: Session, call: Call<unknown>): void {
  const retryAfterMs = session.governor.heldForMs()
  if (retryAfterMs > session.limits.longestRetryAfterMs) {
    throw answerFailure(subjectOf(session.environment, call), { status: 429, text: '', retryAfterMs }, (text) => text)
  }
}

function send(session: Session, call: Call<unknown>, to: { readonly url: URL; readonly token: string }): Promise<Response> {
  const { method } = operations[call.operation]
  session.noteRequest()
  return (session.dependencies.fetch ?? fetch)(to.url, {
    method,
    redirect: 'manual',
    headers: headersFor(session, call, to.token),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(call.text === undefined ? {} : { body: call.text }),
    ...(call.bytes === undefined ? {} : { body: call.bytes }),
    signal: AbortSignal.timeout(call.isLong === true ? session.limits.transferTimeoutMs : session.limits.requestTimeoutMs),
  })
}

function headersFor(session: Session, call: Call<unknown>, token: string): Record<string, string> {
  const { method } = operations[call.operation]
  return {
    Authorization: `Bearer ${token}`,
    Accept: 'application/json',
    'OData-Version': '4.0',
    'OData-MaxVersion': '4.0',
    ...(method === 'GET' ? { 'If-None-Match': 'null', Prefer: `odata.maxpagesize=${session.limits.pageSize}` } : {}),
    // Without it a PATCH to a row that is gone would create one.
    ...(method === 'PATCH' && call.operation !== 'UploadFile' ? { 'If-Match': call.etag ?? '*' } : {}),
    ...(call.body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    ...call.headers,
  }
}

/** Tokens of the administration API are for this resource, wherever it answers [web-api D]. */
const administrationAudience = 'https://service.powerapps.com/'
const platformApiAudience = 'https://api.powerplatform.com/'

/** Undefined: the place where it is asked. */
function audienceOf({ isAdministration, isPlatformApi }: Call<unknown>): string | undefined {
  if (isAdministration === true) return administrationAudience
  return isPlatformApi === true ? platformApiAudience : undefined
}

/** A token goes to the services that the environment names and nowhere else, also when a page link says so. */
function addressOf(environment: Environment, call: Call<unknown>): URL {
  if (call.isAdministration === true) return tenantAddress(environment, call, environment.administrationUrl)
  if (call.isPlatformApi === true) return tenantAddress(environment, call, environment.platformApiUrl)
  const base = new URL(`${environment.url.replace(/\/+$/, '')}/api/data/v9.2/`)
  const url = new URL(call.path, base)
  if (url.origin === base.origin || url.origin === new URL(environment.connectivityUrl).origin) return url
  throw unexpected(subjectOf(environment, call), `a link to another server, ${url.origin}`)
}

function tenantAddress(environment: Environment, call: Call<unknown>, service: string | undefined): URL {
  const base = new URL(`${(service ?? environment.url).replace(/\/+$/, '')}/`)
  const url = new URL(call.path, base)
  if (url.origin === base.origin) return url
  throw unexpected(subjectOf(environment, call), `a link to another server, ${url.origin}`)
}

function parseReply<Reply>(session: Session, call: Call<Reply> & { readonly reply: z.ZodType<Reply> }, text: string): Reply {
  const subject = subjectOf(session.environment, call)
  const parsed = call.reply.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const what = z.prettifyError(parsed.error).replaceAll('\n', '; ')
  // The server took the request and only its answer is unreadable: the work may have begun.
  if (operations[call.operation].effect === 'start') throw ambiguous(subject, `its answer cannot be read: ${what}`, parsed.error)
  throw unexpected(subject, what, parsed.error)
}
