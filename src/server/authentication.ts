import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Route, RouteName } from '#contract'
import { routes, scopeOf } from '#contract'
import { DroverError, errorCode } from '#domain/kernel'
import type { Access, AccessScope } from '#domain/people'
import type { Engine } from '#engine'
import type { CallLimit } from './call-limit.ts'
import { requireCsrf, sessionToken } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, and how far the token reaches; set before anything else is read. */
    access: Access
  }
}

export type VerifyToken = Engine['verifyToken']

/**
 * Every route of this scope answers 401 without an accepted token, and 403 where the token does not reach so far, before it reads a body.
 * What a page sends by its session's cookie must besides prove that a page of ours sent it.
 */
export function requireAccess(app: FastifyInstance, engine: Pick<Engine, 'verifyToken' | 'placesOf'>, failures: CallLimit): void {
  app.decorateRequest('access')
  const names = new Map((Object.keys(routes) as RouteName[]).map((name) => [`${routes[name].method} ${routes[name].path}`, name]))
  const nameOf = (request: FastifyRequest): RouteName | undefined => names.get(`${request.method} ${request.routeOptions.url ?? ''}`)
  const scopeFor = (request: FastifyRequest): AccessScope => {
    const name = nameOf(request)
    return name === undefined ? 'administer' : scopeOf(name)
  }
  app.addHook('onRequest', async (request) => {
    request.access = await verifyCaller(engine, request, failures)
    if (request.headers.authorization === undefined) requireCsrf(request)
    const scope = scopeFor(request)
    if (!request.access.scopes.includes(scope)) throw outOfScope(request.access, scope)
  })
  app.addHook('preHandler', async (request) => {
    if (request.access.environments === undefined && request.access.solutions === undefined) return
    if (scopeFor(request) === 'read') return
    await requireWithin(engine, request, nameOf(request))
  })
}

/** A token that does not hold is counted against its address; others of that address, whose tokens hold, go on. */
async function verifyCaller(engine: Pick<Engine, 'verifyToken'>, request: FastifyRequest, failures: CallLimit): Promise<Access> {
  const token = callerToken(request)
  try {
    return await engine.verifyToken(token)
  } catch (error) {
    if (errorCode(error).startsWith('auth.')) failures.take(request.ip)
    throw error
  }
}

/** Of the Authorization header, or of the cookie of a session; tokens in addresses would end up in logs and are not taken. */
export function callerToken(request: FastifyRequest): string {
  const token = request.headers.authorization === undefined ? sessionToken(request) : bearerToken(request)
  if (token !== undefined) return token
  throw new DroverError('auth.token-missing', 'The request carries no token.', {
    hint: 'Send `Authorization: Bearer <token>`, or sign in at the page; `drover token issue --person <id>` makes one.',
  })
}

function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

function outOfScope(access: Access, scope: AccessScope): DroverError {
  return new DroverError(
    'auth.scope-missing',
    `The token ${access.tokenId} lacks the scope ${scope}; it has ${access.scopes.join(', ')}.`,
    {
      hint: `Use a token with the scope ${scope}: \`drover token issue --scope ${scope}\`.`,
    },
  )
}

/** Calls that make or fill all of an environment anew, which they may name one solution for: every other that is in it goes too. */
const onAllSolutions: readonly RouteName[] = ['rebuildEnvironment', 'rehearseRecovery']

/** What the call acts on must be among what the token is limited to; a call that names nothing acts on everything. */
async function requireWithin(engine: Pick<Engine, 'placesOf'>, request: FastifyRequest, name: RouteName | undefined): Promise<void> {
  const named = await engine.placesOf(name === undefined ? {} : takenParts(request, routes[name]))
  const places = name !== undefined && onAllSolutions.includes(name) ? { ...named, solutions: [] } : named
  const { environments, solutions } = request.access
  const isWithin = (allowed: readonly string[] | undefined, wanted: readonly string[]): boolean =>
    allowed === undefined || (wanted.length > 0 && wanted.every((one) => allowed.includes(one)))
  if (isWithin(environments, places.environments) && isWithin(solutions, places.solutions)) return
  const reach = [...(environments ?? []), ...(solutions ?? [])].join(', ')
  throw new DroverError(
    'auth.beyond-limits',
    `The token ${request.access.tokenId} reaches ${reach} only, and this call does not stay within that.`,
    {
      hint: 'Use a token without that limit, or with another.',
    },
  )
}

/** Only what the route takes: whatever else stands in an address says nothing about what the call acts on. */
function takenParts(request: FastifyRequest, route: Route): Readonly<Record<string, unknown>> {
  return {
    ...(route.body === undefined ? {} : asObject(request.body)),
    ...(route.query === undefined ? {} : asObject(request.query)),
    ...(route.params === undefined ? {} : asObject(request.params)),
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
