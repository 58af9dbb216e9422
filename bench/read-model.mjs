// How the board, the lists, a request and the sweep grow with what lies in the ledger, on an embedded database of its own:
//   node bench/read-model.mjs [--sizes 100,5000] [--rounds 15]
// One run fills one ledger step by step; each size is measured when it is reached. Medians in milliseconds; the last column is the
// time at the last size over the time at the first. The environments and the durable runner are stood in for, so that only Drover's
// own reading and deciding is measured.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '100,5000' }, rounds: { type: 'string', default: '15' } } })
const sizes = values.sizes.split(',').map(Number)
const rounds = Number(values.rounds)
const load = (room) => import(new URL(`../dist/${room}.js`, import.meta.url).href)
const { startDatabase } = await load('app/embedded-database')
const { createStore, migrate } = await load('adapters/store/index')
const { nodeHashing, randomIds, systemClock } = await load('adapters/world/index')
const { createEngine, projections, sweep } = await load('engine/index')
const { shippedPolicy } = await load('domain/policy/index')
const { sealRelease } = await load('domain/release/index')

const log = { info() {}, warn() {}, error: console.error }
const solutions = Array.from({ length: 10 }, (_, index) => `Solution${index}`)
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-db-'))
const database = await startDatabase({ workspace: folder, log })
await migrate(database.ownerUrl)
const store = createStore({ url: database.appUrl, projections, clock: systemClock, hashing: nodeHashing })
const deps = {
  ledger: store.ledger,
  readModel: store.readModel,
  artifacts: { get: async () => new Uint8Array() },
  environments: { open: (environment) => ({ observe: async () => observed(environment) }) },
  starter: { start: async () => undefined, state: async () => 'running' },
  clock: systemClock,
  ids: randomIds,
  hashing: nodeHashing,
  policy: shippedPolicy,
  log,
}
const engine = createEngine(deps)

try {
  await append('configuration', [{ type: 'configuration-applied', data: { configuration: configuration(), changes: [] } }])
  const template = await makeTemplate()
  const results = []
  let made = 1
  for (const size of sizes) {
    for (; made < size; made++) await fill(template, made)
    results.push(await measure())
  }
  const rebuild = await timed(() => store.rebuildReadModels())
  report(results)
  console.log(`\nfolding everything again: ${Math.round(rebuild)} ms for ${made} promotions and as many releases`)
} finally {
  await store.close()
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function measure() {
  const times = {}
  const note = async (what, work) => (times[what] ??= []).push(await timed(work))
  for (let round = 0; round < rounds; round++) {
    await note('board', () => engine.loadBoard())
    await note('promotions, first page', () => engine.listPromotions({ limit: 50 }))
    await note('releases, first page', () => engine.listReleases({ limit: 50 }))
    await note('sweep', () => sweep(deps))
    const release = await seal(solutions[round % solutions.length], `2.0.${randomPart()}.${round}`)
    let view
    await note('one request', async () => {
      const asked = await engine.requestPromotion({ releaseId: release.id, stageId: 'test', actor: 'ada' })
      if (!asked.ok) throw new Error(`${asked.refusal.code}: ${asked.refusal.message}`)
      view = asked.value
    })
    await note('one promotion', () => engine.loadPromotion(view.promotion.request.promotionId, 'ada'))
    await succeed(view.promotion)
  }
  return Object.fromEntries(Object.entries(times).map(([what, all]) => [what, median(all)]))
}

/** A promotion that the product made itself; the others are told like it, under ids of their own. */
async function makeTemplate() {
  const release = await seal('Solution0', '1.0.0.0')
  const asked = await engine.requestPromotion({ releaseId: release.id, stageId: 'test', actor: 'ada' })
  if (!asked.ok) throw new Error(asked.refusal.message)
  await succeed(asked.value.promotion)
  return asked.value.promotion.request
}

async function fill(template, index) {
  const solution = solutions[index % solutions.length]
  const release = await seal(solution, `1.${Math.floor(index / 1000)}.${index % 1000}.0`)
  const { id: releaseId, version } = release
  const promotionId = `p-${index}`
  const attemptId = `a-${index}`
  const boundTo = { ...template.boundTo, artifact: release.managed.digest }
  const request = { ...template, promotionId, releaseId, solution, version, boundTo }
  await append(`promotion/${promotionId}`, [
    { type: 'promotion-requested', data: { request } },
    { type: 'attempt-started', data: { attemptId } },
    ...template.plan.steps.map((step) => ({ type: 'step-started', data: { attemptId, step } })),
    { type: 'attempt-succeeded', data: { attemptId, verification: [] } },
  ])
}

async function succeed({ request, status }) {
  const attemptId = status.attempt.id
  await append(`promotion/${request.promotionId}`, [{ type: 'attempt-succeeded', data: { attemptId, verification: [] } }])
}

async function seal(solution, version) {
  const artifact = (kind) => ({
    digest: `sha256:${nodeHashing.sha256(`${solution} ${version} ${kind}`)}`,
    kind,
    solution,
    version,
    size: 100_000,
    exportedAt: systemClock.now(),
    source: 'dev',
  })
  const findings = Array.from({ length: 40 }, (_, index) => ({
    ruleId: 'STR-08',
    severity: 'low',
    subject: `flow ${index}`,
    message: `The flow ${index} names an address where a variable should stand.`,
  }))
  const report = {
    ...{ solution, version, rules: ['STR-08'], findings, verdict: 'pass', failsFrom: 'critical' },
    counts: { critical: 0, high: 0, medium: 0, low: 40, informational: 0 },
  }
  const release = sealRelease(
    {
      ...{ id: randomIds.next('r'), solution, version, tier: 2, publisherPrefix: 'bench', platformVersion: '9.2.0.0', pipelineId: 'main' },
      ...{ managed: artifact('managed'), unmanaged: artifact('unmanaged'), report, commit: '0123abc', unpublished: [], dependencies: [] },
      settingsTemplate: { environmentVariables: [], connectionReferences: [], flows: [] },
      ...{ sealedAt: systemClock.now(), sealedBy: 'ada' },
    },
    nodeHashing.sha256,
  )
  await append(`release/${release.id}`, [
    { type: 'preparation-started', data: { releaseId: release.id, solution, requestedBy: 'ada', configurationVersion: 1 } },
    { type: 'artifact-exported', data: { artifact: release.managed } },
    { type: 'release-sealed', data: { release } },
  ])
  return release
}

function configuration() {
  const credentials = { tokenUrl: 'http://127.0.0.1/token', clientId: 'drover', clientSecret: { kind: 'environment', variable: 'S' } }
  const environment = (id, purpose, careClass) => ({
    ...{ id, name: id, purpose, careClass, owner: 'ada', credentials },
    ...{ url: `http://127.0.0.1/${id}`, connectivityUrl: `http://127.0.0.1/connectivity/${id}` },
  })
  const approval = { kind: 'approval', people: ['grace'], quorum: 1, expiresAfterHours: 72 }
  return {
    tenant: 'bench',
    timeZone: 'Europe/Amsterdam',
    people: [
      { id: 'ada', name: 'Ada', roles: ['maker', 'solution-owner', 'release-manager'] },
      { id: 'grace', name: 'Grace', roles: ['approver'] },
    ],
    environments: [
      environment('dev', 'development', 'cattle'),
      environment('test', 'test', 'cattle'),
      environment('prod', 'production', 'pet'),
    ],
    pipelines: [
      {
        ...{ id: 'main', name: 'main', source: 'dev' },
        stages: [
          { id: 'test', name: 'Test', environment: 'test', gates: [] },
          { id: 'prod', name: 'Production', environment: 'prod', gates: [approval] },
        ],
      },
    ],
    solutions: solutions.map((uniqueName) => ({ uniqueName, owner: 'ada', tier: 2, pipeline: 'main', versioning: 'keep', settings: {} })),
    sourceRepository: './source',
  }
}

function observed(environment) {
  const flows = Array.from({ length: 20 }, (_, index) => ({ id: `f-${index}`, name: `Flow ${index}`, isOn: true, isManaged: true }))
  return {
    ...{ environmentId: environment.id, observedAt: systemClock.now(), identity: { userId: 'u', objectId: 'o' } },
    ...{ platformVersion: '9.2.0.0', solutions: [], flows, bindings: [], connections: [], variables: [], missingSecrets: [] },
  }
}

async function append(stream, events) {
  await store.ledger.append({ stream, expectedVersion: undefined, actor: 'ada', events })
}

async function timed(work) {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(times) {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]
}

function randomPart() {
  return Math.floor(Math.random() * 60_000)
}

function report(results) {
  console.log([`medians of ${rounds}, ms`.padEnd(28), ...sizes.map((size) => `${size} promotions`), 'ratio'].map(column).join(''))
  for (const what of Object.keys(results[0])) {
    const times = results.map((result) => result[what])
    const ratio = `${(times.at(-1) / times[0]).toFixed(2)}×`
    console.log([what.padEnd(28), ...times.map((time) => time.toFixed(1)), ratio].map(column).join(''))
  }
}

function column(text, index) {
  return index === 0 ? text : text.padStart(18)
}
