import type { z } from 'zod'
import type { Refusal, Result } from '#domain/kernel'
import { DroverError, errorMessage } from '#domain/kernel'
import type { EventNotice } from './event-stream.ts'
import { readEventStream } from './event-stream.ts'
import { problemSchema } from './problem.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { csrf } from './sign-in.ts'
import type { RouteName, Routes } from './routes.ts'
import { routes } from './routes.ts'

export interface ClientOptions {
  /** Address of the server, for example http://127.0.0.1:4600. */
  readonly baseUrl: string
  /** Empty: the cookie of a session stands for it, where a browser sends one. */
  readonly token: string
  /** With such a cookie: what proves that a page of Drover sends the call. */
  readonly proof?: string
  readonly fetch?: typeof globalThis.fetch
}

/** What a call answers: a value, or the server's "no" with the HTTP status that carried it. */
export type Reply<T> =
  | Extract<Result<T>, { readonly ok: true }>
  | { readonly ok: false; readonly status: number; readonly refusal: Refusal }

type SchemaInput<T> = T extends z.ZodType ? z.input<T> : unknown
type Part<R, Key extends 'params' | 'query' | 'body'> = R extends Readonly<Record<Key, infer Schema>> ? SchemaInput<Schema> : unknown
/** Parameters, query and body of a route, in one flat object. */
export type RouteInput<N extends RouteName> = Part<Routes[N], 'params'> & Part<Routes[N], 'query'> & Part<Routes[N], 'body'>
export type RouteOutput<N extends RouteName> = Routes[N]['reply'] extends z.ZodType
  ? z.output<Routes[N]['reply']>
  : Routes[N]['reply'] extends 'bytes'
    ? Uint8Array
    : never

type CallableName = Exclude<RouteName, 'watchEvents'>
type Call<N extends CallableName> =
  unknown extends RouteInput<N>
    ? () => Promise<Reply<RouteOutput<N>>>
    : Record<never, never> extends RouteInput<N>
      ? (input?: RouteInput<N>) => Promise<Reply<RouteOutput<N>>>
      : (input: RouteInput<N>) => Promise<Reply<RouteOutput<N>>>

/**
 * One function per route. A "no" of the domain comes back as a value; `api.unreachable`, `api.unauthorised` (no valid token),
 * `api.failed` (the server broke) and `api.unexpected-reply` are thrown as DroverError.
 */
export type Client = { readonly [N in CallableName]: Call<N> } & {
  /** Entries of the ledger as they are written, after `after` (default: from now on). Ends when `signal` aborts; throws when the connection breaks. */
  watchEvents(options?: WatchOptions): AsyncIterable<EventNotice>
}

export interface WatchOptions {
  readonly after?: number
  readonly signal?: AbortSignal
  /** Called once the stream is open: from here on nothing is missed. */
  readonly onOpen?: () => void
}

export function createClient(options: ClientOptions): Client {
  const names = (Object.keys(routes) as RouteName[]).filter((name): name is CallableName => name !== 'watchEvents')
  const calls = Object.fromEntries(
    names.map((name) => [name, (input?: Readonly<Record<string, unknown>>) => callRoute(options, routes[name], input ?? {})]),
  )
  // The mapped type says per route what callRoute does for all of them; the schemas check it at run time.
  return { ...calls, watchEvents: (watch = {}) => watchEvents(options, watch) } as unknown as Client
}

async function callRoute(options: ClientOptions, route: Route, input: Readonly<Record<string, unknown>>): Promise<Reply<unknown>> {
  const request = buildRequest(options.baseUrl, route, input)
  const response = await send(options, request.url, {
    method: route.method,
    ...(request.body === undefined ? {} : { body: request.body, headers: { 'content-type': 'application/json' } }),
  })
  if (!response.ok) return readProblem(response)
  if (route.reply === 'bytes') return { ok: true, value: new Uint8Array(await response.arrayBuffer()) }
  if (route.reply === 'events') throw new DroverError('api.unexpected-reply', 'A stream of events is read with watchEvents.')
  const parsed = route.reply.safeParse(await readJson(response))
  if (parsed.success) return { ok: true, value: parsed.data }
  throw new DroverError(
    'api.unexpected-reply',
    `The server at ${options.baseUrl} answered ${route.method} ${route.path} in a form that this version does not know.`,
    {
      hint: 'Use the same version of drover on both sides.',
      cause: parsed.error,
    },
  )
}

interface Request {
  readonly url: string
  readonly body: string | undefined
}

function buildRequest(baseUrl: string, route: Route, input: Readonly<Record<string, unknown>>): Request {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    return encodeURIComponent(String(value))
  })
  const query = new URLSearchParams()
  for (const name of Object.keys(route.query?.shape ?? {})) {
    if (rest.has(name)) query.set(name, String(rest.get(name)))
    rest.delete(name)
  }
  const search = query.size === 0 ? '' : `?${query}`
  return {
    url: `${baseUrl.replace(/\/+$/, '')}${path}${search}`,
    body: route.body === undefined ? undefined : JSON.stringify(Object.fromEntries(rest)),
  }
}

async function* watchEvents(options: ClientOptions, watch: WatchOptions): AsyncIterable<EventNotice> {
  const response = await send(options, `${options.baseUrl.replace(/\/+$/, '')}${apiBase}/events`, {
    headers: { accept: 'text/event-stream', ...(watch.after === undefined ? {} : { 'last-event-id': String(watch.after) }) },
    ...(watch.signal === undefined ? {} : { signal: watch.signal }),
  })
  if (!response.ok || response.body === null) {
    const problem = await readProblem(response)
    throw new DroverError('api.failed', problem.ok ? 'The server sent no events.' : problem.refusal.message)
  }
  watch.onOpen?.()
  yield* readEventStream(response.body)
}

async function send(options: ClientOptions, url: string, init: RequestInit): Promise<Response> {
  const { token, proof } = options
  const headers = {
    ...init.headers,
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(proof === undefined ? {} : { [csrf.header]: proof }),
  }
  try {
    return await (options.fetch ?? globalThis.fetch)(url, { ...init, headers })
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    throw new DroverError('api.unreachable', `The Drover server at ${options.baseUrl} cannot be reached (${causeOf(error)}).`, {
      hint: 'Start it with `drover up`, or name another one with --server or DROVER_SERVER.',
      cause: error,
      isRetryable: true,
    })
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : errorMessage(error)
}

async function readProblem(response: Response): Promise<Extract<Reply<never>, { ok: false }>> {
  const parsed = problemSchema.safeParse(await readJson(response))
  if (!parsed.success) {
    throw new DroverError('api.unexpected-reply', `The server answered ${response.status} without a problem that Drover knows.`, {
      hint: 'Check that the address names a Drover server and not something in front of it.',
    })
  }
  const { code, message, hint, reasons } = parsed.data.error
  if (response.status === 401) throw new DroverError('api.unauthorised', message, { hint })
  if (response.status >= 500) throw new DroverError(code, message, { hint, isRetryable: response.status === 503 })
  return { ok: false, status: response.status, refusal: { code, message, hint, reasons } }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}
