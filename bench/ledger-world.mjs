// A ledger on an embedded database of its own for bench/read-model.mjs and bench/sweep.mjs. The environments and the durable runner are
// stood in for, so that only Drover's own reading and deciding is measured.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const load = (room) => import(new URL(`../dist/${room}.js`, import.meta.url).href)
const { startDatabase } = await load('app/embedded-database')
const { createStore, migrate } = await load('adapters/store/index')
const { nodeHashing, randomIds, systemClock } = await load('adapters/world/index')
const { createEngine, projections, sweep } = await load('engine/index')
const { shippedPolicy } = await load('domain/policy/index')
const { celConditions } = await load('adapters/cel/index')
const { writeZip } = await load('format/index')
const { sealRelease } = await load('domain/release/index')
const { checkRules } = await load('checks/index')

const log = { info() {}, warn() {}, error: console.error }
const nothingRead = { components: [], dependants: [], policies: [], changed: [], kinds: [], unseen: [] }

/** With a configuration of these solutions in force, each on the way from dev over test to prod; `waitsAt` is the stage that asks for an approval. */
export async function openLedgerWorld({ solutions, waitsAt }) {
  const folder = mkdtempSync(join(tmpdir(), 'drover-bench-db-'))
  const database = await startDatabase({ workspace: folder, log })
  await migrate(database.ownerUrl)
  const store = createStore({ url: database.appUrl, projections, clock: systemClock, hashing: nodeHashing })
  const solutionFile = await makeSolutionFile()
  const deps = {
    ledger: store.ledger,
    readModel: store.readModel,
    observations: store.observations,
    artifacts: { get: async () => solutionFile },
    environments: { open: emptyEnvironment },
    starter: { start: async () => undefined, state: async () => 'running' },
    clock: systemClock,
    ids: randomIds,
    hashing: nodeHashing,
    policy: shippedPolicy,
    conditions: celConditions,
    log,
  }
  const append = (stream, events) => store.ledger.append({ stream, expectedVersion: undefined, actor: 'ada', events })
  const engine = createEngine(deps)
  await append('configuration', [
    { type: 'configuration-applied', data: { configuration: configurationOf(solutions, waitsAt), changes: [] } },
  ])
  return {
    store,
    deps,
    engine,
    append,
    sweep: () => sweep(deps),
    seal: (solution, version) => seal(append, solution, version),
    async request(release, stageId) {
      const asked = await engine.requestPromotion({ releaseId: release.id, stageId, actor: 'ada' })
      if (!asked.ok) throw new Error(`${asked.refusal.code}: ${asked.refusal.message}`)
      return asked.value
    },
    async close() {
      await store.close()
      await database.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function seal(append, solution, version) {
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
    ...{ solution, version, rules: checkRules.map((rule) => rule.id), findings, verdict: 'pass', failsFrom: 'critical' },
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

function configurationOf(solutions, waitsAt) {
  const credentials = { tokenUrl: 'http://127.0.0.1/token', clientId: 'drover', clientSecret: { kind: 'environment', variable: 'S' } }
  const environment = (id, purpose, careClass) => ({
    ...{ id, name: id, purpose, careClass, owner: 'ada', credentials },
    ...{ url: `http://127.0.0.1/${id}`, connectivityUrl: `http://127.0.0.1/connectivity/${id}` },
  })
  const approval = { kind: 'approval', people: ['grace'], quorum: 1, expiresAfterHours: 72 }
  const gatesOf = (stage) => (stage === waitsAt ? [approval] : [])
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
          { id: 'test', name: 'Test', environment: 'test', gates: gatesOf('test') },
          { id: 'prod', name: 'Production', environment: 'prod', gates: gatesOf('prod') },
        ],
      },
    ],
    solutions: solutions.map((uniqueName) => ({ uniqueName, owner: 'ada', tier: 2, pipeline: 'main', versioning: 'keep', settings: {} })),
    sourceRepository: './source',
  }
}

/** As one answers in which nothing is installed yet. */
function emptyEnvironment(environment) {
  return {
    observe: async () => observed(environment),
    countRequests: () => 0,
    fetchUnmanagedBlock: async () => true,
    fetchSolutions: async () => [],
    fetchMemberships: async () => [],
    fetchChanged: async () => nothingRead,
    fetchLayers: async () => undefined,
    findComponents: async () => nothingRead,
    fetchDependants: async () => nothingRead,
    fetchDataPolicies: async () => nothingRead,
    findOtherValues: async () => [],
    count: async () => [],
  }
}

/** The smallest that is a solution: what is measured is not how it is read. */
async function makeSolutionFile() {
  const text = (content) => new TextEncoder().encode(`<?xml version="1.0" encoding="utf-8"?>\n${content}`)
  const publisher = '<Publisher><UniqueName>bench</UniqueName><CustomizationPrefix>bench</CustomizationPrefix></Publisher>'
  const manifest = `<UniqueName>Solution0</UniqueName><Version>1.0.0.0</Version><Managed>1</Managed>${publisher}<RootComponents /><MissingDependencies />`
  const customizations = '<Entities /><Roles /><Workflows /><Languages><Language>1033</Language></Languages>'
  const types = '<Default Extension="xml" ContentType="application/octet-stream" />'
  return writeZip([
    {
      path: 'solution.xml',
      bytes: text(`<ImportExportXml version="9.2.0.0"><SolutionManifest>${manifest}</SolutionManifest></ImportExportXml>`),
    },
    { path: 'customizations.xml', bytes: text(`<ImportExportXml>${customizations}</ImportExportXml>`) },
    {
      path: '[Content_Types].xml',
      bytes: text(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${types}</Types>`),
    },
  ])
}

function observed(environment) {
  const flows = Array.from({ length: 20 }, (_, index) => ({ id: `f-${index}`, name: `Flow ${index}`, isOn: true, isManaged: true }))
  return {
    ...{ environmentId: environment.id, observedAt: systemClock.now(), identity: { userId: 'u', objectId: 'o' } },
    ...{ platformVersion: '9.2.0.0', solutions: [], flows, bindings: [], connections: [], variables: [], missingSecrets: [] },
  }
}
