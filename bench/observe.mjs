// How well many environments are asked at once, with the service's protection limits on:
//   npm run bench:observe [-- --environments 100] [--requests 80] [--window 20] [--seconds 60] [--assert]
// Every environment is observed over and over, so that there is always more to ask than is allowed. Claimed are the share of the permitted
// requests that were made, and that no request went out before the time that a Retry-After named. Two rounds: in the first one nobody else
// uses the identity, in the second one others take half of what it may. Then one pass of `drover drift --all` through the engine with its real
// store: each environment is looked at once and assessed. Its share is how much of what the service's sliding window permits was in use on
// average from its first request to its last, of which Drover leaves every twentieth to promotions. Windows of the pass are three times as long
// as those of the rounds, and all are narrower than the service's, so that a hundred environments wait for them and not for the processor that
// plays their service: how long answers took is told beside, and is lost of each window.
import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    environments: { type: 'string', default: '100' },
    requests: { type: 'string', default: '80' },
    window: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: 'rounds,pass' },
    assert: { type: 'boolean', default: false },
  },
})
const here = fileURLToPath(new URL('..', import.meta.url))
const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href)
const { createEnvironments } = await dist('adapters/dataverse/index.js')
const { writeZip } = await dist('format/index.js')
const names = Array.from({ length: Number(values.environments) }, (_, i) => `place${i}`)
const requests = Number(values.requests)
const windowMs = Number(values.window) * 1000
const durationMs = Number(values.seconds) * 1000
const tenantId = '11111111-1111-4111-8111-111111111111'
const client = { tenantId, clientId: randomUUID(), clientSecret: 'a secret of the benchmark', objectId: randomUUID(), name: 'Bench' }
// Time that imports take in the service goes faster than ours; windows are given in its time.
const clockScale = 1000
const goal = 0.9
const passWindowMs = 3 * windowMs
const claims = []
const quiet = { info() {}, warn() {}, error() {} }

try {
  if (values.only.includes('rounds')) for (const others of [0, 0.5]) await measure(others)
  if (values.only.includes('pass')) await measurePass()
  for (const { text, holds } of claims) console.log(`${holds ? 'PASS' : 'FAIL'}  ${text}`)
  if (values.assert && claims.some(({ holds }) => !holds)) process.exitCode = 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
}

/** One round on fresh environments, whose service permits the share of the requests that `others` leave. */
async function measure(others) {
  const permitted = Math.floor(requests * (1 - others))
  const folder = mkdtempSync(join(tmpdir(), 'drover-bench-observe-'))
  const service = await startService(folder, permitted)
  try {
    await furnish(service.url)
    const watch = watchedFetch()
    const opened = openAll(service.url, watch.fetch)
    // What furnishing used is forgotten when its window is over.
    await new Promise((resolve) => setTimeout(resolve, windowMs + 1000))
    watch.begin()
    const until = performance.now() + durationMs
    await Promise.all(opened.map((environment) => observeUntil(environment, until)))
    report({ others, permitted, ...watch.count() })
  } finally {
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function report({ others, permitted, taken, refused, tooEarly }) {
  const most = names.length * permitted * (durationMs / windowMs)
  const share = taken / most
  const about = others === 0 ? 'with the identity to itself' : `when others take ${others * 100} % of it`
  console.log(
    `${names.length} environments, ${permitted} requests in ${windowMs / 1000} s each, ${about}: ${taken} of ${most} permitted requests in ${durationMs / 1000} s (${(share * 100).toFixed(1)} %), ${refused} refused, ${tooEarly} sent inside a Retry-After`,
  )
  claims.push({ text: `at least ${goal * 100} % of the permitted requests are made ${about}`, holds: share >= goal })
  claims.push({ text: `none is sent inside a Retry-After ${about}`, holds: tooEarly === 0 })
}

/** All environments are asked for at once, as the command does, and each look ends in an assessment that the ledger holds. */
async function measurePass() {
  const permitted = Math.max(20, Math.floor(requests / 4))
  const folder = mkdtempSync(join(tmpdir(), 'drover-bench-drift-'))
  const service = await startService(folder, permitted, passWindowMs)
  const { startDatabase } = await dist('app/embedded-database.js')
  const database = await startDatabase({ workspace: folder, log: quiet })
  const { createStore, migrate } = await dist('adapters/store/index.js')
  const { nodeHashing, randomIds, systemClock } = await dist('adapters/world/index.js')
  const { createArtifactStore } = await dist('adapters/files/index.js')
  const { createEngine, projections } = await dist('engine/index.js')
  const { shippedPolicy } = await dist('domain/policy/index.js')
  await migrate(database.ownerUrl)
  const store = createStore({ url: database.appUrl, projections, clock: systemClock, hashing: nodeHashing })
  try {
    await furnish(service.url)
    const watch = watchedFetch()
    const environments = names.map((name) => placeOf(service.url, name))
    const engine = createEngine({
      ...{
        ledger: store.ledger,
        readModel: store.readModel,
        observations: store.observations,
        directory: store.directory,
        tokenUses: store.tokenUses,
      },
      ...{
        artifacts: createArtifactStore(join(folder, 'artifacts')),
        clock: systemClock,
        ids: randomIds,
        hashing: nodeHashing,
        policy: shippedPolicy,
        log: quiet,
      },
      environments: connect(watch.fetch, permitted, passWindowMs),
      starter: { start: async () => undefined, state: async () => 'running' },
    })
    const configuration = {
      version: 1,
      tenant: tenantId,
      timeZone: 'UTC',
      people: [],
      environments,
      pipelines: [],
      solutions: [],
      sourceRepository: 'none',
    }
    const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
    await store.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'bench', events })
    await new Promise((resolve) => setTimeout(resolve, passWindowMs + 1000))
    watch.begin(Number.POSITIVE_INFINITY)
    const startedAt = performance.now()
    const ends = await Promise.all(names.map((environmentId) => engine.watchDrift({ environmentId, actor: 'bench' })))
    const seconds = (performance.now() - startedAt) / 1000
    const failed = ends.filter((end) => !end.ok || end.value.assessment === undefined)
    const { taken, refused, tooEarly, times, answerMs } = watch.count()
    const shares = [...times.values()].map((each) => meanUse(each, permitted))
    const share = shares.reduce((sum, each) => sum + each, 0) / shares.length
    console.log(
      `one pass of drift over ${names.length} environments, ${permitted} requests in ${passWindowMs / 1000} s each: ${seconds.toFixed(1)} s, ${taken} requests (${(taken / names.length).toFixed(0)} each), ${(share * 100).toFixed(1)} % of the permitted places in use while there was work (least ${(Math.min(...shares) * 100).toFixed(1)} %), ${refused} refused, ${tooEarly} sent inside a Retry-After, ${failed.length} not assessed; an answer took ${(answerMs / taken / 1000).toFixed(2)} s on average`,
    )
    claims.push({ text: 'every environment is assessed in the one pass', holds: failed.length === 0 })
    claims.push({ text: `at least ${goal * 100} % of the permitted rate is used by the pass while there is work`, holds: share >= goal })
    claims.push({ text: 'none is sent inside a Retry-After by the pass', holds: tooEarly === 0 })
  } finally {
    await store.close()
    await database.stop()
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How much of a sliding window of `permitted` places was in use on average between the first of the times and the last. */
function meanUse(times, permitted) {
  const [first, last] = [times[0], times.at(-1)]
  const used = times.reduce((sum, at) => sum + Math.min(passWindowMs, last - at), 0)
  return used / (permitted * (last - first))
}

/** Everything that can be asked of an environment, over and over. */
async function observeUntil(environment, until) {
  const isOver = () => performance.now() >= until
  while (!isOver()) {
    const solutions = await environment.fetchSolutions()
    await environment.fetchMemberships(undefined)
    const components = []
    for (const solution of solutions) {
      if (isOver()) return
      components.push(...(await environment.fetchHoldings(solution)).components)
    }
    if (isOver()) return
    await environment.fetchSurroundings()
    for (let at = 0; at < components.length && !isOver(); at += 8) {
      await environment.fetchLayers(components.slice(at, at + 8), async () => undefined)
    }
  }
}

/** Counts answers, and what was sent before the time that the last refusal of its environment named. */
function watchedFetch() {
  const heldUntil = new Map()
  const none = () => ({ taken: 0, refused: 0, tooEarly: 0, answerMs: 0, times: new Map() })
  let counted = none()
  let endsAt = 0
  const note = (name) => {
    const now = performance.now()
    const times = counted.times.get(name) ?? []
    counted.times.set(name, times)
    times.push(now)
    counted.taken += 1
  }
  return {
    begin(lastsMs = durationMs) {
      counted = none()
      endsAt = performance.now() + lastsMs
    },
    count: () => counted,
    async fetch(url, init) {
      const [, name] = new URL(url).pathname.split('/')
      const isCounted = names.includes(name) && performance.now() < endsAt
      if (isCounted && performance.now() < (heldUntil.get(name) ?? 0)) counted.tooEarly += 1
      const sentAt = performance.now()
      const answer = await fetch(url, init)
      if (isCounted) counted.answerMs += performance.now() - sentAt
      if (answer.status === 429) {
        heldUntil.set(name, performance.now() + Number(answer.headers.get('retry-after')) * 1000)
        if (isCounted) counted.refused += 1
      } else if (isCounted) note(name)
      return answer
    },
  }
}

function openAll(url, send) {
  const environments = connect(send, requests)
  return names.map((name) => environments.open(placeOf(url, name)))
}

function connect(send, requestsInWindow, window = windowMs) {
  const clock = { now: () => new Date().toISOString() }
  const secrets = { resolve: async () => client.clientSecret }
  return createEnvironments({ secrets, clock, log: quiet, limits: { requestsInWindow, windowMs: window }, fetch: send })
}

function placeOf(url, name) {
  return {
    id: name,
    name,
    purpose: 'production',
    careClass: 'pet',
    owner: 'bench',
    url: `${url}/${name}`,
    connectivityUrl: `${url}/${name}/connectivity`,
    credentials: {
      tokenUrl: `${url}/${tenantId}/oauth2/v2.0/token`,
      clientId: client.clientId,
      clientSecret: { kind: 'environment', variable: 'BENCH' },
    },
  }
}

/** Brings the sample solution into every environment. */
async function furnish(url) {
  const root = join(here, 'samples/contoso-inspection/1.0.0.0')
  const files = readdirSync(root, { recursive: true }).filter((path) => statSync(join(root, path)).isFile())
  const zip = await writeZip(files.map((path) => ({ path: relative(root, join(root, path)), bytes: readFileSync(join(root, path)) })))
  const form = {
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    scope: `${url}/.default`,
  }
  const token = await fetch(`${url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: bearer } = await token.json()
  const file = Buffer.from(zip).toString('base64')
  for (const name of names) {
    const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, ImportJobId: randomUUID(), CustomizationFile: file }
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}/${name}/api/data/v9.2/ImportSolution`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (answer.status !== 204) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
  }
}

async function startService(dataDir, permitted, window = windowMs) {
  const child = fork(join(here, 'bench/emulator-process.mjs'))
  await once(child, 'message')
  const limits = { windowMs: window * clockScale, requests: permitted, executionMs: 1e15, concurrent: 52 }
  child.send({ port: 0, dataDir, environments: names, clients: [client], clockScale, limits })
  const [{ url }] = await once(child, 'message')
  return {
    url,
    async stop() {
      child.send('stop')
      await once(child, 'exit')
    },
  }
}
