import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { EmulatorOptions } from '#emulator'
import { startEmulator } from '#emulator'
import { writeZip } from '#format'
import { memoryFolder } from '../support/memory-folder.ts'

/**
 * Who the wire tests talk to: a local environment started for them, or a live organisation named by DATAVERSE_URL, DATAVERSE_TOKEN_URL,
 * DATAVERSE_CLIENT_ID and DATAVERSE_CLIENT_SECRET. In a live one nothing is changed unless DATAVERSE_ALLOW_CHANGES is 1.
 */
export interface Organisation {
  readonly isLive: boolean
  readonly mayChange: boolean
  /** Address of the environment; the Web API is below api/data/v9.2/. */
  readonly url: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Object id of the caller; undefined for a live organisation. */
  readonly objectId: string | undefined
  readonly connectivityUrl: string
  /** Control address of the emulator; undefined for a live organisation. */
  readonly control: ((method: string, path: string, body?: unknown) => Promise<Answer>) | undefined
  call(method: string, path: string, more?: CallOptions): Promise<Answer>
  close(): Promise<void>
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The JSON body; an empty object when there is none. */
  readonly json: Record<string, unknown>
}

export const tenantId = '11111111-1111-4111-8111-111111111111'
export const deployer = {
  tenantId,
  clientId: '22222222-2222-4222-8222-222222222222',
  clientSecret: 'a secret of the tests',
  objectId: '22222222-0000-4222-8222-222222222222',
  name: 'Deployer',
}
export const adminSecret = 'control of the tests'
const sampleFolder = join(import.meta.dirname, '../../samples/contoso-inspection')

export async function openOrganisation(options: { readonly clockScale?: number } = {}): Promise<Organisation> {
  const liveUrl = process.env['DATAVERSE_URL']
  return liveUrl === undefined ? openLocal(options) : openLive(liveUrl.replace(/\/$/, ''))
}

export async function openLocal(
  options: Partial<Pick<EmulatorOptions, 'clockScale' | 'tokenLifetimeSeconds' | 'limits' | 'faults' | 'people' | 'clients'>> = {},
): Promise<Organisation> {
  const dataDir = mkdtempSync(join(memoryFolder(), 'drover-wire-'))
  const emulator = await startEmulator({
    port: 0,
    dataDir,
    environments: ['dev', 'test'],
    clients: [deployer],
    adminSecret,
    clockScale: 10,
    ...options,
  })
  const url = `${emulator.url}/dev`
  return {
    ...client({
      url,
      tokenUrl: `${emulator.url}/${tenantId}/oauth2/v2.0/token`,
      clientId: deployer.clientId,
      clientSecret: deployer.clientSecret,
    }),
    isLive: false,
    mayChange: true,
    objectId: deployer.objectId,
    connectivityUrl: `${url}/connectivity`,
    control: (method, path, body) =>
      send(`${emulator.url}/_emulator/${path}`, {
        method,
        headers: { authorization: `Bearer ${adminSecret}` },
        ...(body === undefined ? {} : { body }),
      }),
    async close() {
      await emulator.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A sample solution of the repository as an unmanaged solution file. */
export async function sampleSolution(version: '1.0.0.0' | '1.1.0.0' = '1.0.0.0'): Promise<Uint8Array> {
  const root = join(sampleFolder, version)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile())
  return writeZip(
    files.map((path) => ({ path: relative(root, join(root, path)).split(sep).join('/'), bytes: readFileSync(join(root, path)) })),
  )
}

/** Polls an asynchronous operation until it has completed. */
export async function followOperation(organisation: Organisation, id: string): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 900_000
  for (;;) {
    const { json } = await organisation.call('GET', `asyncoperations(${id})`)
    if (json['statecode'] === 3) return json
    if (Date.now() > deadline) throw new Error(`The operation ${id} did not end: ${JSON.stringify(json)}`)
    await wait(organisation.isLive ? 5_000 : 20)
  }
}

/** Imports a solution file and returns the completed operation. */
export async function importSolution(
  organisation: Organisation,
  zip: Uint8Array,
  more: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const body = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: Buffer.from(zip).toString('base64'),
    ImportJobId: crypto.randomUUID(),
    ...more,
  }
  const started = await organisation.call('POST', 'ImportSolutionAsync', { body })
  if (started.status !== 200) throw new Error(`${started.status} ${started.text}`)
  return followOperation(organisation, String(started.json['AsyncOperationId']))
}

export function errorOf(answer: Answer): { readonly code: string; readonly message: string } {
  // Every error body of the Web API has this shape; the tests that read it fail when it has not.
  return answer.json['error'] as { code: string; message: string }
}

export function rowsOf(answer: Answer): readonly Record<string, unknown>[] {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  return answer.json['value'] as Record<string, unknown>[]
}

function openLive(url: string): Organisation {
  const tokenUrl = required('DATAVERSE_TOKEN_URL')
  return {
    ...client({ url, tokenUrl, clientId: required('DATAVERSE_CLIENT_ID'), clientSecret: required('DATAVERSE_CLIENT_SECRET') }),
    isLive: true,
    mayChange: process.env['DATAVERSE_ALLOW_CHANGES'] === '1',
    objectId: undefined,
    connectivityUrl: process.env['DATAVERSE_CONNECTIVITY_URL'] ?? '',
    control: undefined,
    close: () => Promise.resolve(),
  }
}

interface Address {
  readonly url: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Signs in once, when it is first asked for something. */
export function client(address: Address): Address & Pick<Organisation, 'call'> {
  let token: Promise<string> | undefined
  return {
    ...address,
    async call(method, path, more = {}) {
      token ??= fetchToken(address)
      const url = path.startsWith('http') ? path : `${address.url}/api/data/v9.2/${path}`
      const headers = { authorization: `Bearer ${await token}`, accept: 'application/json', 'odata-version': '4.0', ...more.headers }
      return send(url, { method, headers, ...(more.body === undefined ? {} : { body: more.body }) })
    },
  }
}

async function fetchToken(address: Address): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: address.clientId,
    client_secret: address.clientSecret,
    scope: `${new URL(address.url).origin}/.default`,
  }
  const answer = await send(address.tokenUrl, { method: 'POST', form })
  if (answer.status !== 200) throw new Error(`No token: ${answer.text}`)
  return String(answer.json['access_token'])
}

export async function send(
  url: string,
  request: {
    readonly method: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly form?: Record<string, string>
  },
): Promise<Answer> {
  const content = request.body === undefined ? {} : { 'content-type': 'application/json' }
  const body = request.form === undefined ? contentOf(request.body) : new URLSearchParams(request.form)
  const response = await fetch(url, {
    method: request.method,
    headers: { ...content, ...request.headers },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
  return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} }
}

/** Text goes as it is (a batch), and so do bytes (a file); anything else as JSON. */
function contentOf(body: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (body instanceof Uint8Array) return new Uint8Array(body)
  return typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`DATAVERSE_URL is set, so ${name} is needed too.`)
  return value
}
