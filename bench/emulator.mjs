// What local environments cost in time and memory:
//   npm run bench:emulator [-- --rounds 7] [--environments 200] [--solutions 25] [--zip managed.zip] [--assert]
// Times are multiples of what was measured in the same run (medians): starting and importing of reading the same solution file once from
// disk and inflating it, in a warm process; reads of a bare Fastify route that returns the same bytes. The solution is the largest managed one of a
// corpus of real ones (DROVER_CORPUS) where there is one, else one of our own making. --assert: exit code 1 when a claim fails.
import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateSolution } from './generated-solution.mjs'
import { requestsPerSecond } from './load.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    environments: { type: 'string', default: '200' },
    solutions: { type: 'string', default: '25' },
    zip: { type: 'string' },
    assert: { type: 'boolean', default: false },
  },
})
const here = fileURLToPath(new URL('..', import.meta.url))
const rounds = Number(values.rounds)
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-emulator-'))
const format = await import(new URL('../dist/format/index.js', import.meta.url).href)
const tenantId = '11111111-1111-4111-8111-111111111111'
const client = { tenantId, clientId: randomUUID(), clientSecret: 'a secret of the benchmark', objectId: randomUUID(), name: 'Bench' }
const claims = []
// Faster than the service: what is measured is work, not waiting.
const clockScale = 1e6

try {
  const zip = values.zip ?? largestManaged() ?? (await generatedLarge())
  const inflating = await measureInflating(zip)
  await measureStart(inflating)
  await measureImport(zip, inflating)
  await measureReads()
  await measureMany()
  for (const { text, holds } of claims) console.log(`${holds ? 'PASS' : 'FAIL'}  ${text}`)
  if (values.assert && claims.some(({ holds }) => !holds)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Milliseconds of reading and inflating the file once, in this process when it is warm. */
async function measureInflating(zip) {
  const times = []
  let size = 0
  for (let round = 0; round < rounds + 3; round++) {
    const startedAt = performance.now()
    const files = await format.readZip(readFileSync(zip))
    size = files.reduce((sum, file) => sum + file.bytes.length, 0)
    if (round >= 3) times.push(performance.now() - startedAt)
  }
  const time = median(times)
  console.log(`${basename(zip)}: ${megabytes(size)} MB inflated; read and inflated in ${time.toFixed(1)} ms`)
  return time
}

async function measureStart(inflating) {
  const dataDir = join(folder, 'start')
  const times = []
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now()
    const emulator = await start('emulator-process.mjs', optionsFor(dataDir, ['dev', 'test', 'prod']))
    times.push(performance.now() - startedAt)
    await stop(emulator)
  }
  const time = median(times)
  const multiple = time / inflating
  console.log(`start of a process with three environments: ${Math.round(time)} ms, ${multiple.toFixed(1)} ×`)
  claim(`start takes ${multiple.toFixed(1)} × reading and inflating (at most 15)`, multiple <= 15)
}

async function measureImport(zip, inflating) {
  const names = Array.from({ length: rounds + 1 }, (_, at) => `import${at}`)
  const emulator = await start('emulator-process.mjs', { ...optionsFor(join(folder, 'import'), names), adminSecret: 'bench' })
  const bytes = readFileSync(zip).toString('base64')
  const times = []
  for (const name of names) {
    await mountWhatIsMissing(emulator, name, bytes)
    const startedAt = performance.now()
    await importInto(emulator, name, bytes)
    times.push(performance.now() - startedAt)
  }
  const [cold = 0, ...warm] = times
  const time = median(warm)
  const multiple = time / inflating
  console.log(`import of it: ${Math.round(time)} ms (the first ${Math.round(cold)} ms), ${multiple.toFixed(1)} ×`)
  claim(`import takes ${multiple.toFixed(1)} × reading and inflating (goal: at most 15)`, multiple <= 15)
  await stop(emulator)
}

async function measureReads() {
  const emulator = await start('emulator-process.mjs', optionsFor(join(folder, 'reads'), ['dev']))
  await importInto(emulator, 'dev', await generated({ tables: 4, columns: 10, views: 4 }))
  const token = await tokenFor(emulator)
  const [solution] = (await call(emulator, 'dev', 'GET', "solutions?$filter=uniquename eq 'BenchTables'")).value
  const reads = [
    ['one solution by its id', `${emulator.url}/dev/api/data/v9.2/solutions(${solution.solutionid})?$select=uniquename,version,ismanaged`],
    ['a page of 50 columns', `${emulator.url}/dev/api/data/v9.2/solutioncomponents?$select=objectid,componenttype&$top=50`],
  ]
  for (const [at, [name, url]] of reads.entries()) {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
    const answer = await fetch(url, { headers })
    const body = await answer.text()
    const shown = Object.fromEntries(
      [...answer.headers].filter(([header]) => !/^(connection|content-length|date|keep-alive|transfer)/.test(header)),
    )
    const bare = await start('fastify-process.mjs', { headers: shown, body })
    const results = { ours: [], bare: [] }
    for (let round = 0; round < rounds; round++) {
      const load = { headers, connections: 16, milliseconds: 1000 }
      results.ours.push(await requestsPerSecond(url, load))
      results.bare.push(await requestsPerSecond(`${bare.url}/x`, load))
    }
    const [ours, other] = [median(results.ours), median(results.bare)]
    console.log(
      `${name} (${body.length} bytes): ${Math.round(ours)} a second; bare Fastify ${Math.round(other)}: ${(ours / other).toFixed(2)}`,
    )
    if (at === 0) claim(`a simple read goes at ${(ours / other).toFixed(2)} of a bare Fastify route (at least 0.4)`, ours / other >= 0.4)
    await stop(bare)
  }
  await stop(emulator)
}

/** Many environments with solutions in one process: its memory when all are there, and after a restart when each was asked once. */
async function measureMany() {
  const names = Array.from({ length: Number(values.environments) }, (_, at) => `env${at}`)
  const count = Number(values.solutions)
  const dataDir = join(folder, 'many')
  const files = []
  for (let number = 1; number <= count; number++) {
    files.push(await generated({ number, isManaged: true, tables: 1 + (number % 5), columns: 20, views: 4 }))
  }
  let emulator = await start('emulator-process.mjs', optionsFor(dataDir, names))
  const startedAt = performance.now()
  for (let at = 0; at < names.length; at += 4) {
    await Promise.all(
      names.slice(at, at + 4).map(async (name) => {
        for (const file of files) await importInto(emulator, name, file)
      }),
    )
  }
  const all = names.length * count
  const seconds = (performance.now() - startedAt) / 1000
  const filled = await ask(emulator, 'usage')
  console.log(`${names.length} environments with ${count} solutions each, ${all} in all: imported in ${Math.round(seconds)} s`)
  console.log(`  memory afterwards ${megabytes(filled.rss)} MB (heap ${megabytes(filled.heapUsed)} MB)`)
  await stop(emulator)
  const restartedAt = performance.now()
  emulator = await start('emulator-process.mjs', optionsFor(dataDir, names))
  console.log(`  started again in ${Math.round(performance.now() - restartedAt)} ms`)
  for (const name of names) {
    const found = await call(emulator, name, 'GET', "solutions?$select=uniquename&$filter=startswith(uniquename,'BenchTables')")
    if (found.value.length !== count) throw new Error(`${name} has ${found.value.length} solutions`)
  }
  const read = await ask(emulator, 'usage')
  console.log(`  memory when each was asked for its solutions ${megabytes(read.rss)} MB (heap ${megabytes(read.heapUsed)} MB)`)
  for (const [when, { rss }] of [
    ['after the imports', filled],
    ['after a restart', read],
  ]) {
    claim(`${names.length} environments with ${all} solutions hold ${megabytes(rss)} MB ${when} (at most 1000)`, rss <= 1e9)
  }
  await stop(emulator)
}

function optionsFor(dataDir, environments) {
  // Without limits: one user asks here for more in a second than the service allows in minutes.
  return { port: 0, dataDir, environments, clients: [client], clockScale, tokenLifetimeSeconds: 86_400, limits: 'off' }
}

async function start(entry, options) {
  const child = fork(join(here, 'bench', entry), { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${entry} ended with ${code}`)))
  await Promise.race([once(child, 'message'), ended])
  const ready = await Promise.race([ask(child, options), ended])
  ended.catch(() => undefined)
  return Object.assign(child, { url: ready.url })
}

async function ask(child, question) {
  child.send(question)
  const [answer] = await once(child, 'message')
  return answer
}

async function stop(child) {
  child.send('stop')
  await once(child, 'exit')
}

async function tokenFor(emulator) {
  emulator.token ??= await fetchToken(emulator)
  return emulator.token
}

async function fetchToken(emulator) {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    scope: `${emulator.url}/.default`,
  })
  const answer = await fetch(`${emulator.url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body: form })
  const { access_token: token } = await answer.json()
  if (token === undefined) throw new Error('No token')
  return token
}

async function call(emulator, environment, method, path, body) {
  const answer = await fetch(`${emulator.url}/${environment}/api/data/v9.2/${path}`, {
    method,
    headers: { authorization: `Bearer ${await tokenFor(emulator)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`)
  return text === '' ? {} : JSON.parse(text)
}

async function importInto(emulator, environment, file) {
  const started = await call(emulator, environment, 'POST', 'ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: file,
    ImportJobId: randomUUID(),
  })
  for (;;) {
    const operation = await call(
      emulator,
      environment,
      'GET',
      `asyncoperations(${started.AsyncOperationId})?$select=statecode,statuscode,message`,
    )
    if (operation.statecode === 3 && operation.statuscode !== 30)
      throw new Error(`The import failed: ${String(operation.message).slice(0, 1000)}`)
    if (operation.statecode === 3) return
    await wait(2)
  }
}

/** What the file needs of other solutions is said to be there: the platform solutions by name, the rest by component. */
async function mountWhatIsMissing(emulator, environment, file) {
  const { manifest } = format.readModel(await format.readPackage(Buffer.from(file, 'base64')))
  const needed = new Map()
  const loose = []
  for (const { required } of manifest.missingDependencies) {
    const solution = required.solution.toLowerCase()
    if (['active', 'default', ''].includes(solution)) loose.push(required)
    else if (solution !== 'system') needed.set(required.solution, required.minimumVersion ?? needed.get(required.solution) ?? '9.0.0.0')
  }
  const control = (path, body) =>
    fetch(`${emulator.url}/_emulator/environments/${environment}/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer bench', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  for (const [uniqueName, version] of needed) await control('solutions', { uniqueName, version })
  if (loose.length > 0) await control('assumptions', { components: loose })
}

async function generated(options) {
  return Buffer.from(await generateSolution(format, options)).toString('base64')
}

async function generatedLarge() {
  const path = join(folder, 'generated.zip')
  writeFileSync(path, Buffer.from(await generateSolution(format, { tables: 200, columns: 80, views: 10, isManaged: true })))
  return path
}

function largestManaged() {
  const corpus = process.env.DROVER_CORPUS ?? join(here, '../shared/corpus')
  if (!existsSync(join(corpus, 'INDEX.tsv'))) {
    console.log(`No corpus at ${corpus} (set DROVER_CORPUS): a generated solution stands in.`)
    return undefined
  }
  const lines = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)
  const managed = lines.map((line) => line.split('\t')).filter((columns) => columns[3] === 'managed')
  const largest = managed.reduce((a, b) => (Number(b[7]) > Number(a[7]) ? b : a))
  return join(corpus, largest[0])
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]
}

function claim(text, holds) {
  claims.push({ text, holds })
}

function megabytes(bytes) {
  const value = bytes / 1e6
  return value < 10 ? value.toFixed(1) : String(Math.round(value))
}
