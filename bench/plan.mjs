// What a plan of a large solution costs, against a local environment with many solutions of others:
//   npm run bench:plan [-- --solutions 200] [--assert]
// Claimed are requests (cold, when nothing changed since, and when others deployed since), how long the server's event loop is held by one
// plan, and how much a plan puts into the ledger. What was sent is counted outside of the product, at its `fetch`. The solution is the largest
// managed one of the corpus where there is one (DROVER_CORPUS), else one of the same shape of our own making.
import { fork } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateSolution } from './generated-solution.mjs'

const { values } = parseArgs({ options: { solutions: { type: 'string', default: '200' }, assert: { type: 'boolean', default: false } } })
const here = fileURLToPath(new URL('..', import.meta.url))
const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href)
const { createEnvironments } = await dist('adapters/dataverse/index.js')
const { forecastRelease } = await dist('engine/planning/forecast-release.js')
const format = await dist('format/index.js')
const { describeSolution, parseXml, readManifest, readPackage, readZip } = format
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-plan-'))
const tenantId = '11111111-1111-4111-8111-111111111111'
const client = { tenantId, clientId: randomUUID(), clientSecret: 'a secret of the benchmark', objectId: randomUUID(), name: 'Bench' }
const budgets = { warm: 60, cold: 120, sinceOthers: 60, byHand: 60, heldParses: 1.5, ledgerBytes: 256_000 }
/** Kinds whose definitions do not tell when they were changed, with their numbers. */
const silentKinds = { Entity: '1', Attribute: '2', OptionSet: '9', EntityRelationship: '10', SystemForm: '60', SiteMap: '62' }
const changedByHand = 100
const claims = []

try {
  await measure()
  for (const { text, holds } of claims) console.log(`${holds ? 'PASS' : 'FAIL'}  ${text}`)
  if (values.assert && claims.some(({ holds }) => !holds)) process.exitCode = 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure() {
  const { name, bytes } = await largestManaged()
  const service = await startService()
  try {
    const neighbours = Number(values.solutions)
    for (let number = 1; number <= neighbours; number++) await importInto(service, await neighbour(number))
    const plan = createPlanner(service)
    const about = readManifest((await readPackage(bytes)).manifest)
    await mountNeeds(service, about)

    const install = await plan('the first one into this environment, which nobody has looked at', { about, bytes, installed: undefined })
    await importInto(service, bytes)
    const cold = await createPlanner(service)('cold', { about, bytes, installed: bytes })
    const after = await plan('after it was installed', { about, bytes, installed: bytes })
    const warm = await plan('when nothing changed', { about, bytes, installed: bytes })
    for (let number = 1; number <= 5; number++) await importInto(service, await neighbour(neighbours + number))
    const since = await plan('when five other solutions came', { about, bytes, installed: bytes })

    const changed = await changeByHand(service, bytes)
    await plan(`after ${changed} components got a layer by hand`, { about, bytes, installed: bytes })
    const byHand = await plan('when nothing changed since then', { about, bytes, installed: bytes })

    console.log(`\n${name}: ${about.uniqueName} beside ${neighbours} solutions, ${install.components} lines when it is installed`)
    const all = [install, after, cold, warm, since, byHand]
    for (const one of all) print(one)
    const held = Math.max(...all.map((one) => one.heldMs))
    claim(`${warm.requests} requests when nothing changed since the last plan (at most ${budgets.warm})`, warm.requests <= budgets.warm)
    claim(
      `${since.requests} requests when five other solutions came (at most ${budgets.sinceOthers})`,
      since.requests <= budgets.sinceOthers,
    )
    claim(
      `${byHand.requests} requests when nothing changed and ${changed} components of the solution have a layer by hand (at most ${budgets.byHand})`,
      byHand.requests <= budgets.byHand,
    )
    const unknown = Math.max(cold.requests, install.requests)
    claim(`${unknown} requests when nothing is known of the environment (at most ${budgets.cold})`, unknown <= budgets.cold)
    const parse = await timeOfParsing(bytes)
    const parses = held / parse
    claim(
      `a plan holds the event loop for ${parses.toFixed(1)} × parsing the XML of the file at a time (at most ${budgets.heldParses})`,
      parses <= budgets.heldParses,
    )
    const ledger = Math.max(install.bytes, warm.bytes)
    claim(`what a plan says is ${kilobytes(ledger)} kB (at most ${kilobytes(budgets.ledgerBytes)})`, ledger <= budgets.ledgerBytes)
    console.log(
      `a plan takes ${(warm.ms / warm.readingMs).toFixed(1)} × reading and describing the file when nothing changed, ${(cold.ms / cold.readingMs).toFixed(1)} × cold`,
    )
  } finally {
    await service.stop()
  }
}

/** A hundred components of the solution, of all kinds that are silent about changes in turn, get an Active row; gives how many. */
async function changeByHand(service, bytes) {
  const described = await describeSolution(await readPackage(bytes))
  const kinds = Object.keys(silentKinds).map((kind) => described.filter((one) => one.kind === kind && one.isUnmodified !== true))
  const chosen = []
  for (let at = 0; chosen.length < changedByHand && kinds.some((some) => at < some.length); at++)
    for (const some of kinds) if (at < some.length && chosen.length < changedByHand) chosen.push(some[at])
  const components = chosen.map(({ kind, key }) => ({ type: silentKinds[kind], schemaName: key, id: key }))
  return (await control(service, 'phantom-rows', { components })).components.length
}

/** The slowest of a few rounds: whatever disturbs the machine disturbs the plans, too. */
async function timeOfParsing(bytes) {
  const file = (await readZip(bytes)).find(({ path }) => path === 'customizations.xml')
  const times = [1, 2, 3].map(() => {
    const startedAt = performance.now()
    parseXml(file.bytes, file.path)
    return performance.now() - startedAt
  })
  return Math.max(...times)
}

/** Plans as the engine does, and remembers what was read as the engine does. */
function createPlanner(service) {
  const sent = new Map()
  const send = (url, init) => {
    const operation = operationOf(url, init)
    if (operation !== undefined) sent.set(operation, (sent.get(operation) ?? 0) + 1)
    return fetch(url, init)
  }
  const log = { info() {}, warn() {}, error() {} }
  const clock = { now: () => new Date().toISOString() }
  const environments = createEnvironments({ secrets: { resolve: async () => client.clientSecret }, clock, log, fetch: send })
  const deps = { observations: memory(), clock, hashing: { sha256: (text) => createHash('sha256').update(text).digest('hex') } }
  return async (what, { about, bytes, installed }) => {
    sent.clear()
    const target = environments.open(service.environment)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const startedAt = performance.now()
    const release = await describeSolution(await readPackage(bytes))
    const readingMs = performance.now() - startedAt
    const observed = await target.observe({ solution: about.uniqueName, connectionIds: [] })
    const content = { release, installed: installed === undefined ? undefined : release }
    const asked = { lane: 'bench', target, observed, solution: about.uniqueName, content, tweaks: [], references: [], countingRequests: 60 }
    const { forecast } = await forecastRelease(deps, asked)
    const ms = performance.now() - startedAt
    await wait(20)
    delay.disable()
    const requests = [...sent.values()].reduce((sum, count) => sum + count, 0)
    const size = Buffer.byteLength(JSON.stringify({ content: forecast.components, lines: forecast.lines }))
    return {
      ...{ what, requests, ms, readingMs, bytes: size, components: forecast.components.length },
      heldMs: Math.round(delay.max / 1e6),
      operations: [...sent].sort(([, a], [, b]) => b - a),
    }
  }
}

/** The set or message that a request asks; undefined for a sign-in. */
function operationOf(url, init) {
  const [, path] = new URL(url).pathname.split('/api/data/v9.2/')
  return path === undefined ? undefined : `${init?.method ?? 'GET'} ${path.replace(/\(.*$/, '(…)')}`
}

function print({ what, requests, ms, readingMs, heldMs, bytes, operations }) {
  console.log(
    `${what}: ${requests} requests, ${Math.round(ms)} ms (reading the file ${Math.round(readingMs)}), event loop held ${heldMs} ms, ${kilobytes(bytes)} kB`,
  )
  console.log(operations.map(([operation, count]) => `  ${String(count).padStart(4)} ${operation}`).join('\n'))
}

function memory() {
  const parts = new Map()
  return {
    loadParts: async (_, prefix) => [...parts.values()].filter((part) => part.key.startsWith(prefix)),
    findParts: async (_, keys) => keys.flatMap((key) => parts.get(key) ?? []),
    saveParts: async (_, some) => {
      for (const part of some) parts.set(part.key, structuredClone(part))
    },
    removeParts: async (_, keys) => {
      for (const key of keys) parts.delete(key)
    },
  }
}

async function startService() {
  const child = fork(join(here, 'bench/emulator-process.mjs'))
  await once(child, 'message')
  child.send({
    port: 0,
    dataDir: join(folder, 'service'),
    environments: ['prod'],
    clients: [client],
    adminSecret: 'bench',
    clockScale: 1000,
    limits: 'off',
  })
  const [{ url }] = await once(child, 'message')
  const form = {
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    scope: `${url}/.default`,
  }
  const answer = await fetch(`${url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: token } = await answer.json()
  return {
    url,
    token,
    environment: {
      ...{ id: 'prod', name: 'Prod', purpose: 'production', careClass: 'pet', owner: 'bench' },
      url: `${url}/prod`,
      connectivityUrl: `${url}/prod/connectivity`,
      credentials: {
        tokenUrl: `${url}/${tenantId}/oauth2/v2.0/token`,
        clientId: client.clientId,
        clientSecret: { kind: 'environment', variable: 'BENCH' },
      },
    },
    async stop() {
      child.send('stop')
      await once(child, 'exit')
    },
  }
}

async function call(service, method, path, body) {
  const answer = await fetch(`${service.url}/prod/api/data/v9.2/${path}`, {
    method,
    headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`)
  return text === '' ? {} : JSON.parse(text)
}

async function importInto(service, bytes) {
  const { AsyncOperationId: id } = await call(service, 'POST', 'ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: Buffer.from(bytes).toString('base64'),
    ImportJobId: randomUUID(),
  })
  for (;;) {
    const operation = await call(service, 'GET', `asyncoperations(${id})?$select=statecode,statuscode,message`)
    if (operation.statecode === 3 && operation.statuscode !== 30) throw new Error(`The import failed: ${operation.message}`)
    if (operation.statecode === 3) return
    await wait(2)
  }
}

async function control(service, path, body) {
  const headers = { authorization: 'Bearer bench', 'content-type': 'application/json' }
  const answer = await fetch(`${service.url}/_emulator/environments/prod/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** What the file needs of other solutions is said to be there: the platform solutions by name, the rest by component. */
async function mountNeeds(service, { missingDependencies }) {
  const needed = missingDependencies.map(({ required }) => required)
  const isLoose = ({ solution }) => ['active', 'default', ''].includes(solution.toLowerCase())
  const names = new Set(needed.filter((one) => !isLoose(one)).map(({ solution }) => solution))
  for (const uniqueName of names)
    if (uniqueName.toLowerCase() !== 'system') await control(service, 'solutions', { uniqueName, version: '99.0.0.0' })
  const loose = needed.filter(isLoose)
  if (loose.length > 0) await control(service, 'assumptions', { components: loose })
}

function neighbour(number) {
  return generateSolution(format, { number, isManaged: true, tables: 1 + (number % 3), columns: 8, views: 2 })
}

async function largestManaged() {
  const corpus = process.env.DROVER_CORPUS ?? join(here, '../shared/corpus')
  if (!existsSync(join(corpus, 'INDEX.tsv'))) {
    console.log(`No corpus at ${corpus} (set DROVER_CORPUS): a generated solution stands in.`)
    return { name: 'generated', bytes: await generateSolution(format, { tables: 200, columns: 80, views: 10, isManaged: true }) }
  }
  const lines = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)
  const managed = lines.map((line) => line.split('\t')).filter((columns) => columns[3] === 'managed')
  const largest = managed.reduce((a, b) => (Number(b[7]) > Number(a[7]) ? b : a))
  return { name: basename(largest[0]), bytes: readFileSync(join(corpus, largest[0])) }
}

function claim(text, holds) {
  claims.push({ text, holds })
}

function kilobytes(bytes) {
  return Math.round(bytes / 1000)
}
