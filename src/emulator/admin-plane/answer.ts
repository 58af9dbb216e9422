import { ODataError } from '../errors.ts'
import type { Emulator } from '../http/emulator.ts'
import type { Reply } from '../http/reply.ts'
import type { HttpRequest } from '../http/server.ts'
import { requireAdministrator } from './administrator.ts'
import { answerAppSharing } from './app-sharing.ts'
import { answerApplications } from './application-routes.ts'
import { answerBap } from './bap-routes.ts'
import { recordCheckerResult } from './checker-enforcement.ts'
import { answerConnections } from './connections.ts'
import { answerConnectorPolicies } from './connector-policies.ts'
import { answerDataPolicies } from './data-policies.ts'
import type { AdminCall } from './environments.ts'
import { answerPlatformApi } from './platform-routes.ts'
import { readBody } from './request-body.ts'

/**
 * Administration of environments as BAP and the Power Platform API offer it (web-api F), at the addresses of both without their hosts:
 * `/providers/…`, `/environmentmanagement/…`, `/appmanagement/…` and `/governance/…`. Undefined for any other address.
 */
export async function answerAdminPlane(emulator: Emulator, request: HttpRequest): Promise<Reply | undefined> {
  const segments = request.url.pathname.split('/').filter((part) => part !== '')
  const [first = '', second = ''] = segments
  if (!['providers', 'environmentmanagement', 'appmanagement', 'governance'].includes(first.toLowerCase())) return undefined
  const isBap = first.toLowerCase() === 'providers'
  const by = await requireAdministrator(emulator, request, isBap ? 'https://service.powerapps.com' : 'https://api.powerplatform.com')
  const call: AdminCall = { emulator, request, by }
  const reply =
    (await answerDataPolicies(emulator, request, by.identity)) ??
    (await answerPart(call, `${first}/${second}`.toLowerCase(), segments.slice(2)))
  if (reply !== undefined) return reply
  const text = `This local Dataverse does not support ${request.method} ${request.url.pathname} of the administration of environments.`
  throw new ODataError(501, 'NotSupported', text)
}

async function answerPart(call: AdminCall, part: string, rest: readonly string[]): Promise<Reply | undefined> {
  if (part === 'providers/microsoft.businessappplatform') return answerBap(call, rest)
  if (part === 'providers/microsoft.powerapps') return (await answerConnections(call, rest)) ?? answerAppSharing(call, rest)
  if (part === 'appmanagement/environments') return answerApplications(call, rest)
  if (part === 'environmentmanagement/environments') return answerPlatformApi(call, rest)
  if (part === 'governance/rulebasedpolicies') return answerConnectorPolicies(call, rest)
  if (part === 'providers/drover.emulator' && rest[0] === 'checkerResults' && call.request.method === 'PUT')
    return putCheckerResult(call, rest[1] ?? '')
  return undefined
}

async function putCheckerResult({ emulator, request }: AdminCall, digest: string): Promise<Reply> {
  const body = await readBody(request)
  await emulator.store.tenant().write((tx) => recordCheckerResult(tx, { digest, body }, emulator.clock))
  return { status: 204 }
}
