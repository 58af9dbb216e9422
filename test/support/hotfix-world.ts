import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { celConditions } from '#adapters/cel'
import { createEnvironments } from '#adapters/dataverse'
import { createArtifactStore, createRescueStore } from '#adapters/files'
import { createSourceControl } from '#adapters/git'
import { createStore } from '#adapters/store'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import type { EnvironmentId, ReleaseId, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { Release } from '#domain/release'
import type { Engine, PromotionView, WorkerDependencies } from '#engine'
import {
  adoptDefinition,
  attemptDefinition,
  createEngine,
  hotfixDefinition,
  mergeDefinition,
  preparationDefinition,
  projections,
  withPersonalDetails,
} from '#engine'
import { startEmulator } from '#emulator'
import type { HandMade } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import { adminSecret, deployer, tenantId } from '../conformance/organisation.ts'
import { buildConfiguration, buildEnvironment, personId } from './domain-builders.ts'
import { granted } from './granted.ts'
import { noAdministrations } from './no-administration.ts'
import { memorySigning, noAnchors } from './memory-signing.ts'
import { noMasking } from './no-masking.ts'
import { openTestDatabase } from './test-database.ts'
import type { Dying } from './recorded-steps.ts'
import { createRecordedRunner, kill } from './recorded-steps.ts'

export { kill }

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const names = ['dev', 'test', 'prod', 'hotdev', 'hottest'] as const
type Name = (typeof names)[number]

/** One pipeline Dev → Test → Prod, and a spare pair beside it: real PostgreSQL, real git, real local environments; steps recorded as a runner records them. */
export interface HotfixWorld {
  readonly engine: Engine
  readonly deps: WorkerDependencies
  /** Brings a hand-made solution into an environment by hand, unmanaged, and publishes it. */
  bring(solution: HandMade, into: Name): Promise<void>
  /** A maker deletes a column there. */
  removeColumn(from: Name, table: string, column: string): Promise<void>
  /** Runs what was started and has not ended; `die` throws where the process is killed, which is then told. */
  work(die?: Dying): Promise<'done' | 'killed'>
  /** Prepares a release and runs that to its end. */
  release(solution: string): Promise<Release>
  sealed(releaseId: ReleaseId): Promise<Release>
  /** Asks for a release to go into a stage as Maria, lets Ben approve, and runs it to its end. */
  promote(release: Release, stage: string): Promise<PromotionView>
  versionIn(name: Name, solution: string): Promise<Version | undefined>
  /** Which of the columns that the tests know a table has. */
  columnsIn(name: Name, table: string, prefix: string): Promise<readonly string[]>
  /** Makes a row of a table. */
  addRow(name: Name, table: string, row: Readonly<Record<string, string>>): Promise<void>
  git(...args: readonly string[]): string
  /** How many imports an environment has seen. */
  importsInto(name: Name): Promise<number>
  close(): Promise<void>
}

export async function openHotfixWorld(tier: 2 | 4 = 2): Promise<HotfixWorld> {
  const database = await openTestDatabase()
  await database.empty()
  const { folder } = database
  const emulator = await startEmulator({
    port: 0,
    dataDir: join(folder, 'platform'),
    environments: [...names],
    clients: [deployer],
    adminSecret,
    clockScale: 10,
  })
  const store = createStore({ url: database.appUrl, projections, clock: systemClock, hashing: nodeHashing })
  const runner = createRecordedRunner()
  const configuration = configurationFor(emulator.url, tier)
  const deps: WorkerDependencies = {
    ledger: store.ledger,
    readModel: withPersonalDetails(store.readModel, { directory: store.directory, hashing: nodeHashing }),
    directory: store.directory,
    tokenUses: store.tokenUses,
    observations: store.observations,
    artifacts: createArtifactStore(join(folder, 'artifacts')),
    rescues: createRescueStore({ folder: join(folder, 'rescues'), keyFile: join(folder, 'rescue.key') }),
    administrations: noAdministrations,
    masking: noMasking,
    signing: memorySigning(),
    environments: createEnvironments({ secrets: { resolve: async () => deployer.clientSecret }, clock: systemClock, log: silent }),
    starter: runner.starter,
    clock: systemClock,
    ids: randomIds,
    hashing: nodeHashing,
    policy: shippedPolicy,
    conditions: celConditions,
    log: silent,
    pause: (ms) => wait(ms),
    anchors: noAnchors,
    fence: { hold: async (_key, _holder, fn) => fn({ check: async () => undefined }) },
    openSourceControl: () => createSourceControl({ repository: join(folder, 'source.git'), workFolder: join(folder, 'git'), log: silent }),
    paceOf: () => ({ pollMs: 20, settleMs: 400, operationTimeoutMs: 300_000, startAttempts: 3, retryMs: 5, turnedAwayMs: 5_000 }),
  }
  const engine = createEngine(deps)
  await deps.ledger.append({
    stream: 'configuration',
    expectedVersion: undefined,
    actor: 'pat',
    events: [{ type: 'configuration-applied', data: { configuration, changes: [] } }],
  })
  const definitions = [preparationDefinition, attemptDefinition, hotfixDefinition, mergeDefinition, adoptDefinition].map((define) =>
    define(deps),
  )
  const work: HotfixWorld['work'] = (die) => runner.work(definitions, die)
  const open = (name: Name) => {
    const environment = configuration.environments.find(({ id }) => id === name)
    if (environment === undefined) throw new Error(`there is no ${name}`)
    return deps.environments.open(environment)
  }
  const sealed = async (releaseId: ReleaseId): Promise<Release> => {
    const release = await engine.loadRelease(releaseId)
    if (release !== undefined) return release
    throw new Error(`not sealed: ${JSON.stringify((await engine.loadPreparation(releaseId))?.status)}`)
  }
  return {
    engine,
    deps,
    work,
    sealed,
    async bring(solution, into) {
      const target = open(into)
      const { uploadId } = await target.stage(await handMade(solution))
      const start = {
        importJobId: crypto.randomUUID(),
        uploadId,
        mode: 'unmanaged',
        parameters: { connectionReferences: [], environmentVariables: [] },
      } as const
      const { asyncOperationId } = await target.startImport(start)
      for (;;) {
        const { state, ...more } = await target.fetchOperation(asyncOperationId)
        if (state === 'failed') throw new Error(JSON.stringify(more))
        if (state === 'succeeded') break
        await wait(20)
      }
      const { pending: drafts, untold } = await target.fetchPending(solution.name)
      await target.publish([...drafts, ...untold])
    },
    async removeColumn(from, table, column) {
      const { components } = await open(from).findComponents([{ kind: 'Attribute', key: `${table}.${column}`, table }])
      for (const one of components) await open(from).deleteComponent(one)
    },
    async release(solution) {
      const { releaseId } = granted(await engine.prepareRelease({ solution, actor: personId('maria') }))
      await work()
      return sealed(releaseId)
    },
    async promote(release, stage) {
      const asked = granted(await engine.requestPromotion({ releaseId: release.id, stageId: toId(stage), actor: personId('maria') }))
      const { promotionId } = asked.promotion.request
      const word = asked.gates.some(({ kind }) => kind === 'approval') ? personId('ben') : personId('maria')
      if (asked.unknown.length > 0)
        granted(await engine.acknowledgeUnknown({ promotionId, of: asked.unknown, comment: 'Looked at it.', actor: word }))
      for (const { kind, state } of asked.gates)
        if (state === 'pending' && kind === 'approval')
          granted(await engine.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: '', actor: personId('ben') }))
      await work()
      const view = await engine.loadPromotion(promotionId, personId('ben'))
      if (view === undefined) throw new Error(`there is no ${promotionId}`)
      return view
    },
    versionIn: async (name, solution) => (await open(name).fetchSolution(solution))?.version,
    async addRow(name, table, row) {
      async function* rows() {
        yield [{ [`${table}id`]: crypto.randomUUID(), ...row }]
      }
      const { written, refused } = await open(name).writeRows({ table, columns: undefined, part: 'values', rows: rows() })
      if (written !== 1) throw new Error(JSON.stringify(refused))
    },
    async columnsIn(name, table, prefix) {
      const wanted = ['length', 'colour', 'fix', 'draught'].map((column) => ({
        kind: 'Attribute',
        key: `${table}.${prefix}${column}`,
        table,
      }))
      const { components } = await open(name).findComponents(wanted)
      return components.map(({ key }) => key.slice(key.indexOf('.') + 1)).sort()
    },
    async importsInto(name) {
      const { operations } = await open(name).fetchSurroundings()
      // By their jobs: imports of one second cannot be told apart by their history.
      return new Set(operations.flatMap(({ kind, importJobId }) => (kind === 'import' ? (importJobId ?? []) : []))).size
    },
    git: (...args) =>
      execFileSync('git', ['-C', join(folder, 'source.git'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd(),
    async close() {
      await store.close()
      await emulator.close()
      await database.close()
    },
  }
}

function configurationFor(platform: string, tier: 2 | 4): Configuration {
  const base = buildConfiguration(tier)
  const at = (id: Name, purpose: 'development' | 'test' | 'production', careClass: 'pet' | 'cattle') => ({
    ...buildEnvironment(id, purpose, careClass),
    url: `${platform}/${id}`,
    connectivityUrl: `${platform}/${id}/connectivity`,
    credentials: {
      tokenUrl: `${platform}/${tenantId}/oauth2/v2.0/token`,
      clientId: deployer.clientId,
      clientSecret: { kind: 'environment', variable: 'SECRET' },
    } as const,
  })
  return {
    ...base,
    environments: [
      at('dev', 'development', 'cattle'),
      at('test', 'test', 'cattle'),
      at('prod', 'production', 'pet'),
      at('hotdev', 'development', 'cattle'),
      at('hottest', 'test', 'cattle'),
    ],
    solutions: base.solutions.map((solution) => ({ ...solution, uniqueName: 'Boats' })),
  }
}

export function environmentId(name: Name): EnvironmentId {
  return toId<EnvironmentId>(name)
}
