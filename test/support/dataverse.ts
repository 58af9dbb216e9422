import type { RunningDrover } from './product.ts'
import { deployerClient, loadLocalSecret, localTenant, makerClient } from './product.ts'

type Who = 'deployer' | 'maker'

/** Reads an environment's own records, as anybody with a token may. */
export async function readRows(drover: RunningDrover, environment: string, query: string): Promise<readonly Record<string, unknown>[]> {
  const answer = await call(drover, environment, { who: 'deployer', method: 'GET', path: query })
  return (answer as { value: Record<string, unknown>[] }).value
}

/** Changes one record over the Web API, as a maker does in Dev or somebody does by hand in a target. */
export async function patchRow(drover: RunningDrover, environment: string, path: string, body: unknown, who: Who = 'maker'): Promise<void> {
  await call(drover, environment, { who, method: 'PATCH', path, body })
}

async function call(
  drover: RunningDrover,
  environment: string,
  request: { readonly who: Who; readonly method: string; readonly path: string; readonly body?: unknown },
): Promise<unknown> {
  const url = `${drover.platformUrl}/${environment}`
  const token = await signIn(drover, url, request.who)
  const answer = await fetch(`${url}/api/data/v9.2/${request.path}`, {
    method: request.method,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${request.method} ${request.path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function signIn(drover: RunningDrover, url: string, who: Who): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: who === 'maker' ? makerClient.clientId : deployerClient.clientId,
    client_secret: await loadLocalSecret(drover.workspace, who),
    scope: `${url}/.default`,
  })
  const signedIn = await fetch(`${drover.platformUrl}/${localTenant}/oauth2/v2.0/token`, { method: 'POST', body: form })
  return ((await signedIn.json()) as { access_token: string }).access_token
}
