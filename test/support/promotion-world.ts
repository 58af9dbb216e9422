import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { celConditions } from '#adapters/cel'
import { createAdministrations, createEnvironments } from '#adapters/dataverse'
import { createArtifactStore, createRescueStore } from '#adapters/files'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import { laneOf } from '#domain/environment'
import type { PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { shippedPolicy } from '#domain/policy'
import type { PromotionEvent } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Engine, PromotionView, WorkerDependencies } from '#engine'
import {
  adoptDefinition,
  attemptDefinition,
  createEngine,
  projections,
  recoveryDefinition,
  restoreDefinition,
  revertDefinition,
} from '#engine'
import type { Administrations } from '#engine/ports'
import type { HandMade } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { deployer, openLocal } from '../conformance/organisation.ts'
import { buildConfiguration, buildEnvironment, buildRelease, personId, sha256, version } from './domain-builders.ts'
import { createFakeLedger } from './fake-ledger.ts'
import { createFakeReadModel } from './fake-read-model.ts'
import { withMemoryDirectory } from './memory-directory.ts'
import { createMemoryObservations } from './memory-observations.ts'
import { granted } from './granted.ts'
import { memorySigning, noAnchors } from './memory-signing.ts'
import { noMasking } from './no-masking.ts'
import type { Dying } from './recorded-steps.ts'
import { createRecordedRunner, kill } from './recorded-steps.ts'

export { granted, kill }
export type { Dying }

export interface PromotionWorld {
  readonly organisation: Organisation
  readonly engine: Engine
  readonly deps: WorkerDependencies
  /** Where its stores keep their files. */
  readonly folder: string
  /** Seals a release of a hand-made solution, as if it had been exported and checked. */
  seal(solution: HandMade, changes?: Partial<Omit<Release, 'seal'>>): Promise<Release>
  /** Asks for it, by Maria, to go into the only stage. */
  request(release: Release): Promise<PromotionView>
  /** Approves, and answers before for what nobody can tell, where that is asked. */
  approve(promotionId: PromotionId, by?: string): Promise<Result<PromotionView>>
  /** Runs the attempts that were started and have not ended; `die` throws where the process is killed, which is then told. */
  work(die?: Dying): Promise<'done' | 'killed'>
  view(promotionId: PromotionId, viewer?: string): Promise<PromotionView>
  events(promotionId: PromotionId): Promise<readonly PromotionEvent[]>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly tier?: 2 | 3 | 4
  /** What of the configuration is otherwise. */
  readonly change?: (configuration: Configuration) => Configuration
  /** What the engine needs besides. */
  readonly besides?: Pick<WorkerDependencies, 'pullRequests'> & Partial<Pick<WorkerDependencies, 'openSourceControl'>>
  readonly people?: boolean
  readonly policy?: Policy
  /** The deployer may administer the tenant, and the pet says where that is done. */
  readonly isAdministered?: boolean
  /** Stands between the engine and the administration. */
  readonly administrations?: (real: Administrations) => Administrations
  /** The local environments to use, which outlive the world; otherwise it has its own. */
  readonly organisation?: Organisation
}

/**
 * The engine over a real local environment, which is the only stage of its pipeline, a pet, with Ben and Anna as approvers and Olga as its
 * owner; the ledger is in memory, and steps are recorded as a durable runner records them.
 */
export async function openPromotionWorld(options: WorldOptions = {}): Promise<PromotionWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-promotion-'))
  const own = options.isAdministered === true ? { clients: [{ ...deployer, isAdministrator: true }] } : {}
  const organisation = options.organisation ?? (await openLocal(own))
  const runner = createRecordedRunner()
  const deps = { ...createDependencies(folder, organisation, { ...options, starter: runner.starter }), ...options.besides }
  const definitions = [
    ...[attemptDefinition(deps), restoreDefinition(deps), recoveryDefinition(deps)],
    ...[adoptDefinition(deps), revertDefinition(deps)],
  ]
  const engine = createEngine(deps)
  const configuration = configurationFor(organisation, options)
  await apply(deps, options.change?.(configuration) ?? configuration)
  return {
    organisation,
    engine,
    deps,
    folder,
    seal: (solution, changes) => seal(deps, solution, changes),
    request: async (release) =>
      granted(await engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId('maria') })),
    async approve(promotionId, by = 'ben') {
      const actor = personId(by)
      const seen = await engine.loadPromotion(promotionId, actor)
      if (seen?.mayAcknowledgeUnknown === true)
        granted(await engine.acknowledgeUnknown({ promotionId, of: seen.unknown, comment: 'Looked at it.', actor }))
      return engine.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: '', actor })
    },
    work: (die) => runner.work(definitions, die),
    async view(promotionId, viewer = 'ben') {
      const view = await engine.loadPromotion(promotionId, personId(viewer))
      if (view === undefined) throw new Error(`there is no ${promotionId}`)
      return view
    },
    // The stream is written only by the engine under test.
    events: async (promotionId) => (await deps.ledger.read(`promotion/${promotionId}`)) as readonly PromotionEvent[],
    async close() {
      if (options.organisation === undefined) await organisation.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function createDependencies(
  folder: string,
  { clientSecret }: Organisation,
  options: WorldOptions & Pick<WorkerDependencies, 'starter'>,
): WorkerDependencies {
  const { policy = shippedPolicy, administrations = (real) => real } = options
  const ledger = createFakeLedger(() => systemClock.now())
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  return {
    ledger,
    ...withMemoryDirectory(createFakeReadModel(ledger, projections)),
    artifacts: createArtifactStore(join(folder, 'artifacts')),
    observations: createMemoryObservations(),
    masking: noMasking,
    signing: memorySigning(),
    administrations: administrations(createAdministrations({ secrets: { resolve: async () => clientSecret }, clock: systemClock, log })),
    rescues: createRescueStore({ folder: join(folder, 'rescues'), keyFile: join(folder, 'rescue.key') }),
    environments: createEnvironments({ secrets: { resolve: async () => clientSecret }, clock: systemClock, log }),
    starter: options.starter,
    clock: systemClock,
    ids: randomIds,
    hashing: nodeHashing,
    policy,
    conditions: celConditions,
    log,
    pause: (ms) => wait(ms),
    anchors: noAnchors,
    fence: { hold: async (_key, _holder, fn) => fn({ check: async () => undefined }) },
    // Nothing else of source control is used by an attempt.
    openSourceControl: () => ({ tag: async () => undefined }) as unknown as ReturnType<WorkerDependencies['openSourceControl']>,
    paceOf: () => ({ pollMs: 20, settleMs: 400, operationTimeoutMs: 300_000, startAttempts: 3, retryMs: 5, turnedAwayMs: 5_000 }),
  }
}

function configurationFor(organisation: Organisation, options: WorldOptions): Configuration {
  const { url, tokenUrl, clientId, connectivityUrl } = organisation
  const base = buildConfiguration(options.tier ?? 2)
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const { origin } = new URL(url)
  const administered = options.isAdministered === true ? { administrationUrl: origin, platformApiUrl: origin, powerAppsUrl: origin } : {}
  const prod = { ...buildEnvironment('prod', 'production', 'pet'), url, connectivityUrl, credentials, ...administered }
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages
      .filter((stage) => stage.id === 'to-prod')
      .map((stage) => (options.people === false ? { ...stage, gates: [] } : stage)),
  }))
  const environments = base.environments.map((each) => (each.id === 'prod' ? prod : each))
  return { ...base, environments, pipelines }
}

/** Past the rules of applying: what is in force is what the test says. */
async function apply({ ledger }: WorkerDependencies, configuration: Configuration): Promise<void> {
  const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
  await ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

async function seal(deps: WorkerDependencies, solution: HandMade, changes: Partial<Omit<Release, 'seal'>> = {}): Promise<Release> {
  const artifact = async (kind: 'managed' | 'unmanaged') => {
    const bytes = await handMade({ ...solution, isManaged: kind === 'managed' })
    const digest = await deps.artifacts.put(bytes)
    const what = { digest, kind, solution: solution.name, version: version(solution.version), size: bytes.length }
    return { ...what, exportedAt: deps.clock.now(), source: 'dev' }
  }
  const release = buildRelease({
    id: toId(`r-${sha256(`${solution.name} ${solution.version}`).slice(0, 12)}`),
    solution: solution.name,
    version: version(solution.version),
    publisherPrefix: 'hand',
    managed: await artifact('managed'),
    unmanaged: await artifact('unmanaged'),
    sealedAt: deps.clock.now(),
    ...changes,
  })
  await deps.ledger.append({
    stream: `release/${release.id}`,
    expectedVersion: undefined,
    actor: 'drover',
    events: [{ type: 'release-sealed', data: { release } }],
  })
  return release
}

/** The place of the only stage. */
export function laneIn({ organisation }: PromotionWorld): string {
  return laneOf({ url: organisation.url })
}
