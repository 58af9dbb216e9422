import type { RunningDrover } from './product.ts'
import { loadLocalSecret } from './product.ts'

/** Sets a scene in local environments over their control address; none of it exists in the service. */
export async function control(drover: RunningDrover, method: string, path: string, body: object): Promise<void> {
  const secret = await loadLocalSecret(drover.workspace, 'emulator-admin')
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const answer = await fetch(`${drover.platformUrl}/_emulator${path}`, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
}
