import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Environment } from '#domain/environment'
import { activeLayer, isHarmless, isSettingKind } from '#domain/environment'
import { parseVersion } from '#domain/kernel'
import type { ImportStart, OperationState, SolutionExport, SolutionImport } from '#engine/ports'
import type { RunningEmulator } from '#emulator'
import { startEmulator } from '#emulator'
import { readSolution, writeZip } from '#format'
import { createEnvironments } from './environments.ts'
import { createMakerSession } from './maker-session.ts'
import { dependencies, environmentAt, failureOf, quietLog, secretText } from './testing/local-server.ts'

const solution = 'ContosoInspection'
const client = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  clientId: '22222222-2222-4222-8222-222222222222',
  clientSecret: secretText,
  objectId: '33333333-3333-4333-8333-333333333333',
  name: 'Drover',
}
const adminSecret = 'scene'
const jobId = '1b1fa80d-aa0f-4291-b60c-b0745304ce24'
const upgradeJobId = '2c2fb91e-bb10-4302-871d-c1856415df35'

let folder: string
let emulator: RunningEmulator

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-dataverse-'))
  emulator = await startEmulator({
    port: 0,
    dataDir: folder,
    environments: ['dev', 'test'],
    clients: [client],
    clockScale: 20,
    adminSecret,
  })
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
})

function environment(name: 'dev' | 'test'): Environment {
  const url = `${emulator.url}/${name}`
  return environmentAt(url, {
    name,
    purpose: name === 'dev' ? 'development' : 'test',
    credentials: {
      tokenUrl: `${emulator.url}/${client.tenantId}/oauth2/v2.0/token`,
      clientId: client.clientId,
      clientSecret: { kind: 'environment', variable: 'TEST_SECRET' },
    },
  })
}

const realTime = dependencies({ clock: { now: () => instant(new Date()) }, log: quietLog, limits: { pollIntervalMs: 50 } })

function instant(date: Date): ReturnType<typeof realTime.clock.now> {
  // Date gives ISO 8601 in UTC, which is what an Instant is.
  return date.toISOString() as ReturnType<typeof realTime.clock.now>
}

async function follow(target: Pick<SolutionImport, 'fetchOperation'>, id: string): Promise<OperationState> {
  for (;;) {
    const operation = await target.fetchOperation(id)
    if (operation.state !== 'waiting') return operation
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function exportFrom(source: SolutionExport, isManaged: boolean): Promise<Uint8Array> {
  const started = await source.startExport(solution, isManaged)
  expect(await follow(source, started.asyncOperationId)).toEqual({ state: 'succeeded' })
  return source.downloadExport(started.exportJobId)
}

describe('the way of a solution through local environments', () => {
  it('imports as a maker, exports managed, imports with values and connections, and reads back what it did', async () => {
    await createMakerSession(environment('dev'), realTime).importUnmanaged(await sampleZip('1.0.0.0'))
    const dev = createEnvironments(realTime).open(environment('dev'))
    expect(await dev.fetchSolution(solution)).toEqual({ version: '1.0.0.0', isManaged: false })
    expect((await dev.fetchPending(solution)).pending).toEqual([])

    const raised = parseVersion('1.0.0.1')
    if (raised.ok) await dev.raiseVersion(solution, raised.value)
    const file = await exportFrom(dev, true)
    const { model } = await readSolution(file)
    expect(model.manifest).toMatchObject({ uniqueName: solution, version: '1.0.0.1', isManaged: true })

    const target = createEnvironments(realTime).open(environment('test'))
    const connectionReferences = model.connectionReferences.map((reference, i) => ({
      logicalName: reference.logicalName,
      displayName: reference.displayName,
      connectorId: reference.connectorId ?? '',
      connectionId: `connection-${i}`,
    }))
    for (const { connectionId, connectorId } of connectionReferences) await putConnection(connectionId, connectorId)
    const connectionIds = connectionReferences.map(({ connectionId }) => connectionId)
    const before = await target.observe({ solution, connectionIds })
    expect(before.connections.map(({ id, mayUse, status }) => ({ id, mayUse, status }))).toEqual(
      connectionIds.map((id) => ({ id, mayUse: 'yes', status: 'connected' })),
    )

    const staged = await target.stage(file)
    expect(staged).toMatchObject({ isValid: true, problems: [] })
    const environmentVariables = model.environmentVariables.map(({ schemaName }) => ({ schemaName, value: `value of ${schemaName}` }))
    const start: ImportStart = {
      importJobId: jobId,
      uploadId: staged.uploadId,
      mode: 'install',
      parameters: { connectionReferences, environmentVariables },
    }
    const { asyncOperationId } = await target.startImport(start)
    expect(await target.findImport(jobId, solution)).toMatchObject({ found: true, asyncOperationId })
    expect(await follow(target, asyncOperationId)).toEqual({ state: 'succeeded' })
    expect(await target.findImport(jobId, solution)).toEqual({ found: true, asyncOperationId, isFinished: true })
    expect(await target.fetchProgress(jobId)).toBe(100)
    expect(await target.fetchImportResult(jobId)).toMatchObject({ isPassed: true, errors: [], failedComponents: [] })

    const children = new Set(model.flows.flatMap((flow) => flow.childFlows))
    const order = [...model.flows].sort((a, b) => Number(children.has(b.id)) - Number(children.has(a.id)))
    for (const flow of order) await target.setFlowState(flow.id, 'on')
    const after = await target.observe({ solution, connectionIds })
    expect(after.solutions.find(({ uniqueName }) => uniqueName === solution)).toMatchObject({ version: '1.0.0.1', isManaged: true })
    expect(after.flows.map(({ state }) => state)).toEqual(model.flows.map(() => 'on'))
    expect(model.flows.length).toBeGreaterThan(0)
    for (const { logicalName, connectionId } of connectionReferences) {
      expect(after.bindings.find((binding) => binding.logicalName === logicalName)?.connectionId).toBe(connectionId)
    }
    for (const { schemaName } of environmentVariables) {
      expect(after.variables.find((variable) => variable.schemaName === schemaName)?.hasValue).toBe(true)
    }
    expect(environmentVariables.length).toBeGreaterThan(1)
    expect(await target.findOtherValues(environmentVariables)).toEqual([])
    const [first, ...rest] = environmentVariables
    expect(await target.findOtherValues([{ schemaName: String(first?.schemaName), value: 'something else' }, ...rest])).toEqual([
      first?.schemaName,
    ])
    const installed = after.solutions.find(({ uniqueName }) => uniqueName === solution)
    const { components } = await target.fetchHoldings(installed ?? { id: '', uniqueName: solution })
    const edited: string[] = []
    await target.fetchLayers(components, async ({ kind }, layers) => {
      const active = layers?.find((layer) => layer.solution === activeLayer)
      if (active !== undefined && !isHarmless(active) && !isSettingKind(kind) && kind !== 'SystemForm') edited.push(kind)
    })
    expect(components.length).toBeGreaterThan(10)
    expect(edited).toEqual([])
  })

  it('finds an import that the environment accepted while its answer was lost', async () => {
    await createMakerSession(environment('dev'), realTime).importUnmanaged(await sampleZip('1.1.0.0'))
    const dev = createEnvironments(realTime).open(environment('dev'))
    const target = createEnvironments(realTime).open(environment('test'))
    const staged = await target.stage(await exportFrom(dev, true))
    const parameters = { connectionReferences: [], environmentVariables: [] }
    const start: ImportStart = { importJobId: upgradeJobId, uploadId: staged.uploadId, mode: 'upgrade', parameters }
    let sent = 0
    const losing: typeof fetch = async (input, init) => {
      const reply = await fetch(input, init)
      if (!String(input).includes('StageAndUpgradeAsync')) return reply
      sent++
      await reply.arrayBuffer()
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
    }
    const cut = createEnvironments({ ...realTime, fetch: losing }).open(environment('test'))
    expect(await failureOf(cut.startImport(start))).toMatchObject({ code: 'dataverse.ambiguous' })
    expect(sent).toBe(1)

    expect((await target.findImport(upgradeJobId, solution)).found).toBe(true)
    await expect.poll(() => target.findImport(upgradeJobId, solution)).toMatchObject({ found: true, isFinished: true })
    expect(await target.fetchImportResult(upgradeJobId)).toMatchObject({ isPassed: true })
    const { solutions } = await target.observe({ solution, connectionIds: [] })
    expect(solutions.filter(({ uniqueName }) => uniqueName.startsWith(solution)).map(({ version }) => version)).toEqual(['1.1.0.0'])
  })

  it('does not find an import that never arrived', async () => {
    const target = createEnvironments(realTime).open(environment('test'))
    expect(await target.findImport('2c2fb91e-0000-4000-8000-00000000c0de', solution)).toEqual({
      found: false,
      asyncOperationId: undefined,
      isFinished: false,
    })
  })

  it('names a changed view as unpublished, and publishes just that', async () => {
    const dev = createEnvironments(realTime).open(environment('dev'))
    const view = await renameView('Inspections to do')
    expect((await dev.fetchPending(solution)).pending).toEqual([
      { kind: 'SavedQuery', id: view.savedqueryid, name: 'Inspections to do', publishTarget: view.returnedtypecode },
    ])
    await dev.publish((await dev.fetchPending(solution)).pending)
    expect((await dev.fetchPending(solution)).pending).toEqual([])
  })

  it('makes a maker session in development only', () => {
    expect(() => createMakerSession(environment('test'), realTime)).toThrow('makers change development environments only')
  })
})

async function putConnection(id: string, connectorId: string): Promise<void> {
  const reply = await fetch(`${emulator.url}/_emulator/environments/test/connections/${id}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ connectorId, displayName: id, ownerName: 'Service account', sharedWith: [client.objectId] }),
  })
  expect(reply.status).toBe(204)
}

/** What somebody does in the view designer: saves, and does not publish. */
async function renameView(name: string): Promise<{ readonly savedqueryid: string; readonly returnedtypecode: string }> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: secretText,
    scope: `${emulator.url}/.default`,
  })
  const signedIn = await fetch(environment('dev').credentials.tokenUrl, { method: 'POST', body: form })
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await signedIn.json())
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const root = `${environment('dev').url}/api/data/v9.2`
  const filter = encodeURIComponent("returnedtypecode eq 'contoso_inspection'")
  const list = await fetch(`${root}/savedqueries?$select=savedqueryid,returnedtypecode&$filter=${filter}`, { headers })
  const view = z
    .object({ value: z.array(z.object({ savedqueryid: z.string(), returnedtypecode: z.string() })).min(1) })
    .parse(await list.json()).value[0]
  if (view === undefined) throw new Error('The sample has no view.')
  const saved = await fetch(`${root}/savedqueries(${view.savedqueryid})`, { method: 'PATCH', headers, body: JSON.stringify({ name }) })
  expect(saved.status).toBe(204)
  return view
}

async function sampleZip(version: string): Promise<Uint8Array> {
  const root = join(import.meta.dirname, '../../../samples/contoso-inspection', version)
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return writeZip(paths.map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), bytes: readFileSync(path) })))
}
