import type { Emulator } from '../http/emulator.ts'
import type { Reply } from '../http/reply.ts'
import type { HttpRequest } from '../http/server.ts'

/** Administration of environments as the BAP and the Power Platform API offer it (web-api F); undefined for any other address. */
export async function answerAdminPlane(_emulator: Emulator, _request: HttpRequest): Promise<Reply | undefined> {
  return undefined
}
