import { createHash, timingSafeEqual } from 'node:crypto'
import { DroverError } from '#domain/kernel'
import { ODataError } from '../errors.ts'
import { answerApplications } from './applications.ts'
import { answerClock } from './clock.ts'
import type { ControlApi, ControlReply, ControlRequest } from './control-request.ts'
import { notFound } from './control-request.ts'
import { answerEnvironments } from './environments.ts'
import { answerFaults } from './faults.ts'
import { answerLimits } from './limits.ts'
import { answerSecrets } from './secrets.ts'

/** The parts of the control address; undefined for what they have not. */
const areas: Readonly<Record<string, (api: ControlApi, request: ControlRequest) => Promise<ControlReply | undefined>>> = {
  applications: answerApplications,
  environments: answerEnvironments,
  faults: answerFaults,
  limits: answerLimits,
  clock: answerClock,
  secrets: answerSecrets,
}

/**
 * The emulator's own control address below `/_emulator/`. **None of this exists in Dataverse**: it sets a scene for demos and tests
 * (platform solutions that are there from the start, what other people do, what goes wrong). It is answered only when an admin secret was
 * given at start, to requests that carry it as a bearer token. Its routes stand in docs/emulator.md.
 */
export async function answerControl(api: ControlApi | undefined, request: ControlRequest): Promise<ControlReply> {
  if (api === undefined) throw notFound('The control address is closed: this emulator was started without an admin secret.')
  if (!isSecret(request.authorization, api.secret))
    throw new ODataError(401, 'emulator.unauthorized', 'The control address needs the admin secret of this emulator as a bearer token.')
  try {
    const reply = await areas[request.segments[0] ?? '']?.(api, request)
    if (reply !== undefined) return reply
  } catch (error) {
    // A "no" of the parts below, with what to do about it.
    if (error instanceof DroverError) throw new ODataError(409, error.code, `${error.message} ${error.hint ?? ''}`.trim())
    throw error
  }
  throw notFound(`The control address has no ${request.method} /_emulator/${request.segments.join('/')}.`)
}

function isSecret(authorization: string | undefined, secret: string): boolean {
  const offered = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(createHash('sha256').update(offered).digest(), createHash('sha256').update(secret).digest())
}
