import type { IncomingHttpHeaders } from 'node:http'
import { hideYoungRecord, strikeAfter, strikeLimit } from '../faults/request-faults.ts'
import type { FaultyRequest } from '../faults/request-faults.ts'
import type { Admission, Throttled } from '../limits/limiter.ts'
import type { LimitName, ServiceLimits } from '../limits/numbers.ts'
import { limitErrors, serviceLimits } from '../limits/numbers.ts'
import { ODataError } from '../errors.ts'
import type { Emulator } from './emulator.ts'
import { parsePreferences } from './preferences.ts'
import type { Reply } from './reply.ts'
import { errorReply } from './reply.ts'
import { single } from './server.ts'

interface ProtectedRequest extends FaultyRequest {
  readonly user: string
  readonly headers: IncomingHttpHeaders
}

/** Answers a request of a known user under the service protection limits, and under the faults that are in force. */
export async function answerProtected(emulator: Emulator, request: ProtectedRequest, work: () => Promise<Reply>): Promise<Reply> {
  const { limiter, faults } = emulator
  const admission = limiter.enter(request.environment, request.user)
  if (admission !== undefined && 'limit' in admission) return tooMany(request, admission)
  try {
    return withRemaining(await (faults.isEmpty ? work() : answerFaulty(emulator, request, work)), admission)
  } catch (error) {
    return withRemaining(toReply(error, request), admission)
  } finally {
    admission?.leave()
  }
}

// For debugging only, as the service says (web-api C).
function withRemaining(reply: Reply, admission: Admission | undefined): Reply {
  if (admission === undefined) return reply
  const remaining = {
    'x-ms-ratelimit-burst-remaining-xrm-requests': String(admission.remainingRequests),
    'x-ms-ratelimit-time-remaining-xrm-requests': String(admission.remainingMs),
  }
  return { ...reply, headers: { ...reply.headers, ...remaining } }
}

async function answerFaulty(emulator: Emulator, request: ProtectedRequest, work: () => Promise<Reply>): Promise<Reply> {
  const { faults, clock, store } = emulator
  const storm = strikeLimit(faults, request)
  if (storm !== undefined)
    return tooMany(request, { limit: storm.limit, limits: serviceLimits, retryAfterSeconds: storm.retryAfterSeconds })
  const [, set = '', id = ''] = /^([a-z]+)\(([0-9a-fA-F-]{36})\)/.exec(request.path) ?? []
  if (request.method === 'GET' && id !== '') hideYoungRecord(faults, clock, { env: store.environment(request.environment), set, id })
  const reply = await work()
  strikeAfter(faults, request)
  return reply
}

function tooMany(
  request: ProtectedRequest,
  hit: Omit<Throttled, 'limit'> & { readonly limit: LimitName; readonly limits: ServiceLimits },
): Reply {
  const { code, text } = limitErrors[hit.limit]
  const reply = toReply(new ODataError(429, code, text(hit.limits)), request)
  return hit.retryAfterSeconds === 0 ? reply : { ...reply, headers: { ...reply.headers, 'retry-after': String(hit.retryAfterSeconds) } }
}

/** What was thrown, as the service answers it; other errors than its own are thrown on. */
function toReply(error: unknown, request: ProtectedRequest): Reply {
  if (!(error instanceof ODataError)) throw error
  const { wantsAnnotation } = parsePreferences(single(request.headers['prefer']))
  return errorReply(error, wantsAnnotation('Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus'))
}
