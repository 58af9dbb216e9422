import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { celConditions } from '#adapters/cel'
import { createEnvironments } from '#adapters/dataverse'
import { createArtifactStore, createRescueStore } from '#adapters/files'
import { createStore } from '#adapters/store'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import type { ReleaseId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { Release } from '#domain/release'
import type { Tier } from '#domain/solution'
import type { Engine, TrainView, WorkerDependencies } from '#engine'
import { attemptDefinition, createEngine, projections, sweep } from '#engine'
import type { HandMade } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { openLocal } from '../conformance/organisation.ts'
import { buildConfiguration, buildEnvironment, buildRelease, personId, sha256, version } from './domain-builders.ts'
import { granted } from './granted.ts'
import { need } from './needs.ts'
import { noAdministrations } from './no-administration.ts'
import { noMasking } from './no-masking.ts'
import { openTestDatabase } from './test-database.ts'
import type { Dying } from './recorded-steps.ts'
import { createRecordedRunner } from './recorded-steps.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Several solutions that go into one pet, with Ben and Anna as its approvers: real PostgreSQL, a real local environment; steps recorded as a runner records them. */
export interface TrainWorld {
  readonly organisation: Organisation
  readonly engine: Engine
  readonly deps: WorkerDependencies
  /** Seals a release of a hand-made solution, as if it had been exported and checked; `needs` are solutions with the version that is asked of them. */
  seal(solution: HandMade, needs?: Readonly<Record<string, string>>): Promise<Release>
  request(...releases: readonly Release[]): Promise<Result<TrainView>>
  approve(trainId: string, by?: string): Promise<Result<TrainView>>
  /** What the sweep and the worker do until nothing moves any more; `die` throws where the process is killed. */
  work(die?: Dying): Promise<void>
  view(trainId: string, viewer?: string): Promise<TrainView>
  /** Solutions that are installed, with their versions. */
  installed(): Promise<readonly string[]>
  apply(configuration: Configuration): Promise<void>
  readonly configuration: Configuration
  close(): Promise<void>
}

export async function openTrainWorld(tiers: Readonly<Record<string, Tier>>): Promise<TrainWorld> {
  const database = await openTestDatabase()
  await database.empty()
  const { folder } = database
  const organisation = await openLocal()
  const store = createStore({ url: database.appUrl, projections, clock: systemClock, hashing: nodeHashing })
  const runner = createRecordedRunner()
  const configuration = configurationFor(organisation, tiers)
  const { clientSecret } = organisation
  const deps = {
    ledger: store.ledger,
    readModel: store.readModel,
    observations: store.observations,
    artifacts: createArtifactStore(join(folder, 'artifacts')),
    rescues: createRescueStore({ folder: join(folder, 'rescues'), keyFile: join(folder, 'rescue.key') }),
    administrations: noAdministrations,
    masking: noMasking,
    environments: createEnvironments({ secrets: { resolve: async () => clientSecret }, clock: systemClock, log: silent }),
    starter: runner.starter,
    clock: systemClock,
    ids: randomIds,
    hashing: nodeHashing,
    policy: shippedPolicy,
    conditions: celConditions,
    log: silent,
    pause: (ms: number) => wait(ms),
    fence: {
      hold: async (_key: string, _holder: string, fn: (lease: { check(): Promise<void> }) => Promise<unknown>) =>
        fn({ check: async () => undefined }),
    },
    openSourceControl: () => ({ tag: async () => undefined }),
    paceOf: () => ({ pollMs: 20, settleMs: 400, operationTimeoutMs: 300_000, startAttempts: 3, retryMs: 5, turnedAwayMs: 5_000 }),
    // Nothing else of the world is used by a promotion.
  } as unknown as WorkerDependencies
  const engine = createEngine(deps)
  const apply = async (applied: Configuration): Promise<void> => {
    const events = [{ type: 'configuration-applied', data: { configuration: applied, changes: [] } }]
    await deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
  }
  await apply(configuration)
  const definitions = [attemptDefinition(deps)]
  return {
    organisation,
    engine,
    deps,
    configuration,
    apply,
    seal: (solution, needs = {}) => seal(deps, solution, needs),
    request: (...releases) =>
      engine.requestTrain({
        releaseIds: releases.map(({ id }) => id),
        stageId: toId('to-prod'),
        name: 'Harbour',
        actor: personId('maria'),
      }),
    approve: (trainId, by = 'ben') =>
      engine.decideTrain({ trainId, gate: 'approval', verdict: 'approve', comment: '', actor: personId(by) }),
    async work(die) {
      for (let idle = 0; idle < 2; ) {
        const before = (await deps.ledger.readAll(0, 100_000)).length
        await sweep(deps)
        if ((await runner.work(definitions, die)) === 'killed') return
        idle = (await deps.ledger.readAll(0, 100_000)).length === before ? idle + 1 : 0
      }
    },
    view: async (trainId, viewer = 'ben') => granted(await engine.loadTrain(trainId, personId(viewer))),
    async installed() {
      const { json } = await organisation.call('GET', 'solutions?$select=uniquename,version,ismanaged&$filter=ismanaged eq true')
      const rows = json['value'] as readonly Record<string, unknown>[] // the body of a list
      return rows
        .map((row) => `${String(row['uniquename'])} ${String(row['version'])}`)
        .filter((name) => name.split(' ')[0]! in tiers)
        .sort()
    },
    async close() {
      await store.close()
      await organisation.close()
      await database.close()
    },
  }
}

function configurationFor(
  { url, tokenUrl, clientId, connectivityUrl }: Organisation,
  tiers: Readonly<Record<string, Tier>>,
): Configuration {
  const highest = Math.max(...Object.values(tiers)) as Tier // one of the tiers that were given
  const base = buildConfiguration(highest)
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const prod = { ...buildEnvironment('prod', 'production', 'pet'), url, connectivityUrl, credentials }
  return {
    ...base,
    // Remy runs releases of this one environment.
    people: base.people.map((person) => (person.id === 'remy' ? { ...person, roles: ['maker'] } : person)),
    grants: [{ to: { person: personId('remy') }, role: 'release-manager', environment: prod.id, reason: 'Harbour releases' }],
    environments: base.environments.map((each) => (each.id === 'prod' ? prod : each)),
    pipelines: base.pipelines.map((pipeline) => ({ ...pipeline, stages: pipeline.stages.filter((stage) => stage.id === 'to-prod') })),
    solutions: base.solutions.flatMap((solution) => Object.entries(tiers).map(([uniqueName, tier]) => ({ ...solution, uniqueName, tier }))),
  }
}

async function seal(deps: WorkerDependencies, solution: HandMade, needs: Readonly<Record<string, string>>): Promise<Release> {
  const artifact = async (kind: 'managed' | 'unmanaged') => {
    const bytes = await handMade({ ...solution, isManaged: kind === 'managed' })
    const digest = await deps.artifacts.put(bytes)
    const what = { digest, kind, solution: solution.name, version: version(solution.version), size: bytes.length }
    return { ...what, exportedAt: deps.clock.now(), source: 'dev' }
  }
  const release = buildRelease({
    id: toId<ReleaseId>(`r-${sha256(`${solution.name} ${solution.version} ${JSON.stringify(solution)}`).slice(0, 12)}`),
    solution: solution.name,
    version: version(solution.version),
    publisherPrefix: 'hand',
    managed: await artifact('managed'),
    unmanaged: await artifact('unmanaged'),
    sealedAt: deps.clock.now(),
    dependencies: Object.entries(needs).map(([name, minimum]) => need(name, minimum)),
  })
  await deps.ledger.append({
    stream: `release/${release.id}`,
    expectedVersion: undefined,
    actor: 'drover',
    events: [{ type: 'release-sealed', data: { release } }],
  })
  return release
}
