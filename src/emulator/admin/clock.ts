import type { ControlApi, ControlReply, ControlRequest } from './control-request.ts'
import { badRequest, number, readBody } from './control-request.ts'

/** `GET /_emulator/clock`, `POST /_emulator/clock/jump {seconds}`: seconds of this machine, back when negative. */
export async function answerClock(api: ControlApi, request: ControlRequest): Promise<ControlReply | undefined> {
  const route = `${request.method} ${request.segments.slice(1).join('/')}`
  if (route === 'POST jump') {
    const ms = number(await readBody(request), 'seconds') * 1000
    if (Number.isNaN(new Date(api.now().getTime() + ms).getTime())) throw badRequest('There is no such time.')
    api.clock.jump(ms)
  } else if (route !== 'GET ') return undefined
  return { status: 200, body: { now: api.now().toISOString(), serviceSecondsPerSecond: 1 / api.clock.scaled(1) } }
}
