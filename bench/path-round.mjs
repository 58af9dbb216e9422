// One round of the path in a process of its own: `node bench/path-round.mjs <checkout> <solution.zip>`; prints what each step took as JSON.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const [checkout = '.', zip = ''] = process.argv.slice(2)
const load = (room) => import(pathToFileURL(join(resolve(checkout), 'dist', room, 'index.js')).href)
const format = await load('format')
const { startEmulator } = await load('emulator')
const { createEnvironments, createMakerSession } = await load('adapters/dataverse')

const secret = 'bench'
const tenantId = '11111111-1111-4111-8111-111111111111'
const client = { tenantId, clientId: randomUUID(), clientSecret: secret, objectId: randomUUID(), name: 'Bench' }
const dependencies = {
  secrets: { resolve: async () => secret },
  clock: { now: () => new Date().toISOString() },
  log: { info() {}, warn() {}, error() {} },
}

const steps = {}
const bytes = new Uint8Array(readFileSync(zip))
const pkg = await timed('take apart the zip', () => format.readPackage(bytes))
const model = await timed('read the model', () => format.readModel(pkg))
await timed('unpack the source', () => format.unpackSource(pkg))
await timed('compose the zip', () => format.writePackage(pkg))

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'))
const emulator = await startEmulator({
  port: 0,
  dataDir: folder,
  environments: ['dev', 'test', 'prod'],
  clients: [client],
  clockScale: 20,
  adminSecret: secret,
})
try {
  await travel()
} finally {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(JSON.stringify({ components: model.components.length, steps }))

async function travel() {
  const solution = model.manifest.uniqueName
  for (const { required } of model.manifest.missingDependencies) await mount(required)
  await timed('import into Dev', () => createMakerSession(environment('dev'), dependencies).importUnmanaged(bytes))
  const dev = createEnvironments(dependencies).open(environment('dev'))
  await timed('look for unpublished changes', () => dev.fetchPending(solution))
  await timed('export unmanaged', () => exportFrom(dev, solution, false))
  const managed = await timed('export managed', () => exportFrom(dev, solution, true))
  for (const name of ['test', 'prod']) {
    const target = createEnvironments(dependencies).open(environment(name))
    const { uploadId, problems } = await timed(`stage in ${name}`, () => target.stage(managed))
    if (problems.length > 0) throw new Error(JSON.stringify(problems))
    await timed(`import into ${name}`, () => importInto(target, uploadId))
    await timed(`read Active layers of ${name}`, () => target.fetchActiveLayers(solution))
  }
}

async function timed(name, work) {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  steps[name] = { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 }
  return result
}

async function exportFrom(source, solution, isManaged) {
  const { asyncOperationId, exportJobId } = await source.startExport(solution, isManaged)
  await follow(source, asyncOperationId)
  return source.downloadExport(exportJobId)
}

async function importInto(target, uploadId) {
  const parameters = { connectionReferences: [], environmentVariables: [] }
  const { asyncOperationId } = await target.startImport({ importJobId: randomUUID(), uploadId, mode: 'install', parameters })
  await follow(target, asyncOperationId)
}

async function follow(environment, id) {
  for (;;) {
    const operation = await environment.fetchOperation(id)
    if (operation.state === 'succeeded') return
    if (operation.state !== 'waiting') throw new Error(`${operation.state} ${operation.message ?? ''}`)
    await wait(20)
  }
}

/** Platform solutions that the file names as missing are in every environment of the bench. */
async function mount({ solution, minimumVersion }) {
  if (['System', 'Active', ''].includes(solution)) return
  for (const name of ['dev', 'test', 'prod']) {
    await fetch(`${emulator.url}/_emulator/environments/${name}/solutions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ uniqueName: solution, version: minimumVersion === undefined ? '1.0.0.0' : '99.0.0.0' }),
    })
  }
}

function environment(name) {
  const url = `${emulator.url}/${name}`
  return {
    id: name,
    name,
    purpose: name === 'dev' ? 'development' : 'test',
    careClass: 'pet',
    owner: 'bench',
    url,
    connectivityUrl: `${url}/connectivity`,
    credentials: {
      tokenUrl: `${emulator.url}/${tenantId}/oauth2/v2.0/token`,
      clientId: client.clientId,
      clientSecret: { kind: 'environment', variable: 'BENCH' },
    },
  }
}
