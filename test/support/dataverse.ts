import type { RunningDrover } from './product.ts'
import { loadLocalSecret, localTenant, deployerClient } from './product.ts'

/** Reads an environment's own records, as anybody with a token may. */
export async function readRows(drover: RunningDrover, environment: string, query: string): Promise<readonly Record<string, unknown>[]> {
  const url = `${drover.platformUrl}/${environment}`
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: deployerClient.clientId,
    client_secret: await loadLocalSecret(drover.workspace, 'deployer'),
    scope: `${url}/.default`,
  })
  const signedIn = await fetch(`${drover.platformUrl}/${localTenant}/oauth2/v2.0/token`, { method: 'POST', body: form })
  const { access_token: token } = (await signedIn.json()) as { access_token: string }
  const answer = await fetch(`${url}/api/data/v9.2/${query}`, { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } })
  if (!answer.ok) throw new Error(`${query}: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { value: Record<string, unknown>[] }).value
}
