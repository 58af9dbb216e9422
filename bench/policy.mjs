// How long `drover policy test` takes over many recorded promotions, on an embedded database of its own:
//   node bench/policy.mjs [--promotions 3000] [--components 200]
// Every promotion is recorded as the product records one that went into production, with a plan of so many components; the last lines give
// the time of the whole, of its pages, and the memory that it took.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { promotions: { type: 'string', default: '3000' }, components: { type: 'string', default: '200' } },
})
const load = (room) => import(new URL(`../dist/${room}.js`, import.meta.url).href)
const { startDatabase } = await load('app/embedded-database')
const { createStore, migrate } = await load('adapters/store/index')
const { celConditions } = await load('adapters/cel/index')
const { nodeHashing, randomIds, systemClock } = await load('adapters/world/index')
const { createEngine, projections } = await load('engine/index')
const { shippedPolicy } = await load('domain/policy/index')
const { sealRelease } = await load('domain/release/index')

const log = { info() {}, warn() {}, error: console.error }
const approval = { kind: 'approval', people: ['grace'], quorum: 1, expiresAfterHours: 72 }
const solutions = Array.from({ length: 10 }, (_, index) => `Solution${index}`)
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-db-'))
const database = await startDatabase({ workspace: folder, log })
await migrate(database.ownerUrl)
const store = createStore({ url: database.appUrl, projections, clock: systemClock, hashing: nodeHashing })
const deps = { ledger: store.ledger, readModel: store.readModel, directory: store.directory, clock: systemClock, ids: randomIds }
const engine = createEngine({ ...deps, hashing: nodeHashing, policy: shippedPolicy, conditions: celConditions, log })

try {
  await append('configuration', [{ type: 'configuration-applied', data: { configuration: configuration(), changes: [] } }])
  const began = Date.now() - Number(values.promotions) * 3_600_000
  for (let index = 0; index < Number(values.promotions); index++) await record(index, new Date(began + index * 3_600_000).toISOString())
  const value = (path, is) => ({ path, value: is, reason: 'bench' })
  await replay('a second approver, a role, a longer review window', [
    value('tiers.2.distinctPeople', 3),
    value('mayRequest', ['release-manager']),
    value('tiers.2.reviewWindowHours', 24),
  ])
  await replay('a longer watch, a rehearsal', [
    value('gates.watchHours.2', 48),
    value('tiers.2.recovery', { kind: 'rehearsed', within: 90 }),
  ])
} finally {
  await store.close()
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function replay(what, changes) {
  const pages = []
  const outcomes = {}
  let after
  do {
    const start = performance.now()
    const page = await engine.testPolicy({ changes: { values: changes, demands: [] }, limit: 100, after })
    pages.push(performance.now() - start)
    if (!page.ok) throw new Error(page.refusal.message)
    for (const [outcome, count] of Object.entries(page.value.sums.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count
    after = page.value.next
  } while (after !== undefined)
  const total = pages.reduce((sum, one) => sum + one, 0)
  const [first, last, longest] = [pages[0], pages.at(-1), Math.max(...pages)].map((ms) => Math.round(ms))
  const told = Object.entries(outcomes).flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : []))
  console.log(
    `${what}: ${(total / 1000).toFixed(1)} s for ${pages.length} pages of 100; first ${first} ms, last ${last} ms, longest ${longest} ms`,
  )
  console.log(`  ${told.join(', ')}; heap ${Math.round(process.memoryUsage().heapUsed / 1_000_000)} MB`)
}

async function record(index, at) {
  const solution = solutions[index % solutions.length]
  const version = `1.${Math.floor(index / 1000)}.${index % 1000}.0`
  const release = seal(solution, version, at)
  const lane = 'http://127.0.0.1/prod'
  const promotionId = `p-${index}`
  const attemptId = `a-${index}`
  const content = Array.from({ length: Number(values.components) }, (_, part) => ({
    ...{
      kind: 'Entity',
      key: `bench_t${part}`,
      name: `Table ${part}`,
      effect: 'change',
      class: 'additive',
      losses: [],
      certainty: 'known',
    },
  }))
  const plan = {
    releaseId: release.id,
    mode: 'upgrade',
    fromVersion: '1.0.0.0',
    toVersion: version,
    steps: ['import'],
    content,
    unseen: [],
    rescue: [],
  }
  const request = {
    ...{ promotionId, releaseId: release.id, solution, version, tier: 2, pipelineId: 'main', stageId: 'prod', environmentId: 'prod' },
    ...{ requestedBy: 'ada', requestedAt: at, configurationVersion: 1, evidence: [], reviewWindowHours: 0, policyVersion: 'bench' },
    gates: [{ kind: 'checks' }, { kind: 'validation' }, { kind: 'recovery' }, approval],
    plan: { ...plan, target: { lane, environmentId: 'prod' }, blockers: [], lines: [] },
    boundTo: { artifact: release.managed.digest, settings: 's', plan: 'p', policyVersion: 'bench' },
    separation: { distinctPeople: 2, separatedGates: [] },
  }
  const decision = { gate: 'approval', by: 'grace', verdict: 'approve', comment: '', at, boundTo: request.boundTo }
  await append(`release/${release.id}`, [{ type: 'release-sealed', data: { release } }])
  await append(`promotion/${promotionId}`, [
    { type: 'promotion-requested', data: { request } },
    { type: 'approval-decided', data: { decision } },
    { type: 'attempt-started', data: { attemptId } },
    { type: 'attempt-succeeded', data: { attemptId, verification: [] } },
  ])
}

function seal(solution, version, at) {
  const artifact = (kind) => ({
    ...{ digest: `sha256:${nodeHashing.sha256(`${solution} ${version} ${kind}`)}`, kind, solution, version, size: 100_000 },
    ...{ exportedAt: at, source: 'dev' },
  })
  const counts = { critical: 0, high: 0, medium: 0, low: 0, informational: 0 }
  const report = { solution, version, rules: ['STR-08'], findings: [], verdict: 'pass', failsFrom: 'critical', counts }
  return sealRelease(
    {
      ...{ id: randomIds.next('r'), solution, version, tier: 2, publisherPrefix: 'bench', platformVersion: '9.2.0.0', pipelineId: 'main' },
      ...{ managed: artifact('managed'), unmanaged: artifact('unmanaged'), report, commit: '0123abc', unpublished: [], dependencies: [] },
      settingsTemplate: { environmentVariables: [], connectionReferences: [], flows: [] },
      ...{ sealedAt: at, sealedBy: 'ada' },
    },
    nodeHashing.sha256,
  )
}

function configuration() {
  const credentials = { tokenUrl: 'http://127.0.0.1/token', clientId: 'drover', clientSecret: { kind: 'environment', variable: 'S' } }
  const environment = (id, purpose, careClass) => ({
    ...{ id, name: id, purpose, careClass, owner: 'ada', credentials },
    ...{ url: `http://127.0.0.1/${id}`, connectivityUrl: `http://127.0.0.1/connectivity/${id}` },
  })
  return {
    tenant: 'bench',
    timeZone: 'Europe/Amsterdam',
    people: [
      { id: 'ada', name: 'Ada', roles: ['maker', 'solution-owner', 'platform-admin'] },
      { id: 'grace', name: 'Grace', roles: ['approver'] },
    ],
    environments: [environment('dev', 'development', 'cattle'), environment('prod', 'production', 'pet')],
    pipelines: [
      { id: 'main', name: 'main', source: 'dev', stages: [{ id: 'prod', name: 'Production', environment: 'prod', gates: [approval] }] },
    ],
    solutions: solutions.map((uniqueName) => ({ uniqueName, owner: 'ada', tier: 2, pipeline: 'main', versioning: 'keep', settings: {} })),
    sourceRepository: './source',
  }
}

async function append(stream, events) {
  await store.ledger.append({ stream, expectedVersion: undefined, actor: 'ada', events })
}
