import type { RunningDrover } from './product.ts'
import { deployerClient, loadLocalSecret, localTenant, makerClient } from './product.ts'

export type Who = 'deployer' | 'maker'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Said {
  readonly status: number
  readonly text: string
  // Whatever the Web API answers with.
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they know to be there
  readonly json: any
  /** Id of the row that was made. */
  readonly id: string | undefined
}

/** Somebody at work in one local environment, over its Web API. */
export interface Hand {
  /** Answers whatever the environment says. */
  ask(asked: Asked): Promise<Said>
  /** Throws what the environment refuses. */
  do(asked: Asked): Promise<Said>
  rows(query: string): Promise<readonly Record<string, unknown>[]>
}

export async function handIn(drover: RunningDrover, environment: string, who: Who): Promise<Hand> {
  const url = `${drover.platformUrl}/${environment}`
  let token = await signIn(drover, url, who)
  const send = ({ method, path, body, headers }: Asked): Promise<Response> =>
    fetch(`${url}/api/data/v9.2/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const ask = async (asked: Asked): Promise<Said> => {
    let answer = await send(asked)
    // Where hours pass on the platform, a token does not last through a test.
    if (answer.status === 401) {
      token = await signIn(drover, url, who)
      answer = await send(asked)
    }
    const text = await answer.text()
    const id = /\(([0-9a-f-]{36})\)$/.exec(answer.headers.get('odata-entityid') ?? '')?.[1]
    return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : {}, id }
  }
  const must = async (asked: Asked): Promise<Said> => {
    const said = await ask(asked)
    if (said.status >= 400) throw new Error(`${asked.method} ${asked.path}: ${said.status} ${said.text}`)
    return said
  }
  return { ask, do: must, rows: async (query) => (await must({ method: 'GET', path: query })).json.value }
}

/** Reads an environment's own records, as anybody with a token may. */
export async function readRows(drover: RunningDrover, environment: string, query: string): Promise<readonly Record<string, unknown>[]> {
  return (await handIn(drover, environment, 'deployer')).rows(query)
}

/** Changes one record over the Web API, as a maker does in Dev or somebody does by hand in a target. */
export async function patchRow(drover: RunningDrover, environment: string, path: string, body: unknown, who: Who = 'maker'): Promise<void> {
  await (await handIn(drover, environment, who)).do({ method: 'PATCH', path, body })
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
