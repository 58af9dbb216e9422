import type { ServiceLimits } from '../limits/numbers.ts'
import { serviceLimits } from '../limits/numbers.ts'
import type { ControlApi, ControlReply, ControlRequest } from './control-request.ts'
import { badRequest, number, readBody } from './control-request.ts'

const names = ['windowMs', 'requests', 'executionMs', 'concurrent'] as const

/** `GET|PUT|DELETE /_emulator/limits`: what is in force; other numbers, or `{off: true}`; the service's own again. */
export async function answerLimits(api: ControlApi, request: ControlRequest): Promise<ControlReply | undefined> {
  if (request.segments.length > 1) return undefined
  if (request.method === 'PUT') api.limiter.set(limitsOf(await readBody(request)))
  else if (request.method === 'DELETE') api.limiter.set(serviceLimits)
  else if (request.method !== 'GET') return undefined
  const { limits } = api.limiter
  return { status: 200, body: limits === 'off' ? { off: true } : limits }
}

function limitsOf(body: Readonly<Record<string, unknown>>): ServiceLimits | 'off' {
  if (body['off'] === true) return 'off'
  const wrong = Object.keys(body).find((name) => !names.some((known) => known === name))
  if (wrong !== undefined) throw badRequest(`Limits have no '${wrong}': give some of ${names.join(', ')}, or {"off": true}.`)
  const given = Object.fromEntries(names.filter((name) => body[name] !== undefined).map((name) => [name, positive(body, name)]))
  return { ...serviceLimits, ...given }
}

function positive(body: Readonly<Record<string, unknown>>, name: string): number {
  const value = number(body, name)
  if (value > 0) return value
  throw badRequest(`The limit '${name}' must be greater than 0.`)
}
