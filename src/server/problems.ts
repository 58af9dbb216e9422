import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Problem } from '#contract'
import type { Reason, Refusal } from '#domain/kernel'
import { DroverError, errorMessage } from '#domain/kernel'
import type { Log } from '#engine/ports'

/** Status by code, most particular first; a refusal that no row names is 409: the state of things says no. */
const refusalStatuses: readonly (readonly [RegExp, number])[] = [
  [/^(request|configuration)\.(invalid|not-yaml)$/, 400],
  [/\.(malformed)$/, 400],
  [/\.(unknown|absent|none|not-governed|not-found)$/, 404],
  [/\.(forbidden|not-allowed|not-authorised|not-entitled)$/, 403],
]

/** Status by code for breakage; what no row names is 500, or 503 when the same call may succeed later. */
const errorStatuses: readonly (readonly [RegExp, number])[] = [
  [/^auth\.too-many$/, 429],
  [/^auth\.(token-|sign-in-)/, 401],
  [/^auth\.(unknown-person|scope-missing|beyond-limits|csrf)$/, 403],
  [/^request\.(invalid|malformed)$/, 400],
  [/\.(unknown|absent|not-found|digest-malformed)$/, 404],
  [/^ledger\.conflict$/, 409],
  [/^artifact-store\.full$/, 507],
  [/^((store|durable)\.unreachable|auth\.issuer-unreachable)$/, 503],
  [/^dataverse\./, 502],
]

/** Secrets are referred to by name in hints, but which ones are missing is for the server's log, so their absence is 500, not 404. */
const alwaysInternal = /^secret\./

export function refusalStatus(code: string): number {
  return refusalStatuses.find(([form]) => form.test(code))?.[1] ?? 409
}

export function errorStatus(error: DroverError): number {
  if (alwaysInternal.test(error.code)) return 500
  return errorStatuses.find(([form]) => form.test(error.code))?.[1] ?? (error.isRetryable ? 503 : 500)
}

export function answerRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return sendProblem(reply, refusalStatus(refusal.code), { ...refusal })
}

/** Turns anything thrown into a problem. What is not an error of ours is logged under an id; the caller gets the id, never the stack. */
export function answerError({
  error,
  request,
  reply,
  log,
}: {
  error: unknown
  request: FastifyRequest
  reply: FastifyReply
  log: Log
}): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(error)) return answerInvalid(reply, error.validation.map(toReason))
  if (error instanceof DroverError) return answerDroverError({ error, request, reply, log })
  const status = clientErrorStatus(error)
  if (status !== undefined) {
    return sendProblem(reply, status, {
      code: status === 413 ? 'request.too-large' : 'request.invalid',
      message: errorMessage(error),
      hint: 'See /api/v1/openapi.json for what this route takes.',
      reasons: [],
    })
  }
  const id = randomUUID()
  log.error('A request broke.', {
    id,
    method: request.method,
    route: request.routeOptions.url ?? '',
    error: errorMessage(error),
    // Of a reply that breaks its own schema: where; its values are not among it.
    ...(error instanceof Error && error.cause !== undefined ? { cause: errorMessage(error.cause) } : {}),
    stack: error instanceof Error ? (error.stack ?? '') : '',
  })
  return sendProblem(reply, 500, {
    code: 'unexpected',
    message: 'The server met an error that it did not expect.',
    hint: `Look for ${id} in the log of the server.`,
    reasons: [],
    id,
  })
}

export function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, 404, {
    code: 'route.unknown',
    message: `There is no ${request.method} ${request.url.split('?')[0]}.`,
    hint: 'See /api/v1/openapi.json for what there is.',
    reasons: [],
  })
}

function answerDroverError({
  error,
  request,
  reply,
  log,
}: {
  error: DroverError
  request: FastifyRequest
  reply: FastifyReply
  log: Log
}): FastifyReply {
  const status = errorStatus(error)
  if (status >= 500)
    log.error(error.message, {
      code: error.code,
      method: request.method,
      route: request.routeOptions.url ?? '',
      cause: errorMessage(error.cause),
    })
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="drover"')
  if (status === 503) reply.header('retry-after', '5')
  if (status === 429) reply.header('retry-after', String(Math.ceil((error.retryAfterMs ?? 60_000) / 1000)))
  return sendProblem(reply, status, { code: error.code, message: error.message, hint: error.hint ?? '', reasons: [] })
}

function answerInvalid(reply: FastifyReply, reasons: readonly Reason[]): FastifyReply {
  return sendProblem(reply, 400, {
    code: 'request.invalid',
    message: 'The request is not in the form that this route takes.',
    hint: 'See /api/v1/openapi.json for what this route takes.',
    reasons,
  })
}

function toReason(issue: { readonly instancePath: string; readonly message?: string }): Reason {
  return { subject: issue.instancePath.replace(/^\//, '').replaceAll('/', '.') || 'request', message: issue.message ?? 'is not valid.' }
}

/** 4xx errors that Fastify itself raises: unreadable JSON, a body that is too large, an unknown media type. */
function clientErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined
}

function sendProblem(reply: FastifyReply, status: number, problem: Problem['error']): FastifyReply {
  const body: Problem = { error: problem }
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body))
}
