import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { celConditions } from '#adapters/cel'
import { createAdministrations, createEnvironments } from '#adapters/dataverse'
import { createArtifactStore, createRescueStore } from '#adapters/files'
import { createSourceControl } from '#adapters/git'
import { createMasking } from '#adapters/masking'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import type { Environment } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { Release } from '#domain/release'
import { makeSettingsTemplate } from '#domain/settings'
import { startEmulator } from '#emulator'
import type { Engine, WorkerDependencies } from '#engine'
import {
  attemptDefinition,
  createEngine,
  creationDefinition,
  dataDefinition,
  projections,
  rebuildDefinition,
  removalDefinition,
} from '#engine'
import type { Administrations, Clock, EnvironmentAdministration } from '#engine/ports'
import { memoryTree, readSolution, readZip, unpackSolution, writeZip } from '#format'
import type { Answer } from '../conformance/organisation.ts'
import { adminSecret, deployer, send, tenantId } from '../conformance/organisation.ts'
import { buildConfiguration, buildGoverned, buildRelease, personId, sha256 } from './domain-builders.ts'
import { createFakeLedger } from './fake-ledger.ts'
import { createFakeReadModel } from './fake-read-model.ts'
import { withMemoryDirectory } from './memory-directory.ts'
import { createMemoryObservations } from './memory-observations.ts'
import { memorySigning, noAnchors } from './memory-signing.ts'
import type { Dying } from './recorded-steps.ts'
import { createRecordedRunner, kill } from './recorded-steps.ts'

export { kill }
export type { Dying }

interface Files {
  readonly managed: Uint8Array
  readonly unmanaged: Uint8Array
  /** Files of its configuration data, and how many rows of which table they hold. */
  readonly data?: { readonly files: Readonly<Record<string, string>>; readonly table: string; readonly rows: number }
}

export interface CattleWorld {
  readonly deps: WorkerDependencies
  readonly engine: Engine
  /** Requests to the administration that changed something, in order. */
  readonly administered: readonly string[]
  /** Commits the source of an unmanaged file, and seals a release of the pair. */
  seal(files: Files): Promise<Release>
  /** Puts an unmanaged file into Dev, or elsewhere, as makers would. */
  develop(file: Uint8Array, environment?: string): Promise<void>
  /** Commits files to a folder of the source repository. */
  commit(folder: string, files: Readonly<Record<string, string>>): Promise<void>
  /** Brings a release into Test. */
  deploy(release: Release): Promise<void>
  /** Runs what was started and has not ended; `die` throws where the process is killed. */
  work(die?: Dying): Promise<'done' | 'killed'>
  call(environment: string, method: string, path: string, body?: unknown): Promise<Answer>
  control(method: string, path: string, body?: unknown): Promise<Answer>
  configure(change: (configuration: Configuration) => Configuration): Promise<void>
  close(): Promise<void>
}

interface WorldOptions {
  readonly clock?: Clock
  /** How the tenant answers, for one that lies, fails or is slow. */
  readonly lying?: (real: EnvironmentAdministration) => Partial<EnvironmentAdministration>
}

/** Dev and Test, local and administered, with one solution on its way between them; time runs fast there, and the ledger is in memory. */
export async function openCattleWorld(solution: string, options: WorldOptions = {}): Promise<CattleWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-cattle-'))
  const emulator = await startEmulator({
    port: 0,
    dataDir: join(folder, 'environments'),
    environments: ['dev', 'test', 'prod'],
    clients: [{ ...deployer, isAdministrator: true }],
    adminSecret,
    clockScale: 1200,
    tokenLifetimeSeconds: 90 * 24 * 3600,
    limits: 'off',
  })
  const administered: string[] = []
  const runner = createRecordedRunner()
  const deps = dependencies(folder, administered, { ...options, starter: runner.starter })
  const definitions = [
    ...[attemptDefinition(deps), rebuildDefinition(deps), creationDefinition(deps)],
    ...[removalDefinition(deps), dataDefinition(deps)],
  ]
  const work: CattleWorld['work'] = (die) => runner.work(definitions, die)
  const world: CattleWorld = {
    ...{ deps, administered, work, engine: createEngine(deps) },
    seal: (files) => seal(deps, files),
    develop: (file, environment = 'dev') => importFile(world, environment, file),
    async commit(folderInside, files) {
      const bytes = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const))
      const commit = { folder: folderInside, files: bytes, message: folderInside, author: 'maria' }
      await deps.openSourceControl('source').commitSource(commit)
    },
    async deploy(release) {
      const asked = await world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-test'), actor: personId('maria') })
      if (!asked.ok) throw new Error(JSON.stringify(asked.refusal))
      await work()
      const { status } = (await world.engine.loadPromotion(asked.value.promotion.request.promotionId, undefined))?.promotion ?? {}
      if (status?.state !== 'succeeded') throw new Error(JSON.stringify(status))
    },
    async call(environment, method, path, body) {
      const url = path.startsWith('connectivity/')
        ? `${emulator.url}/${environment}/${path}`
        : `${emulator.url}/${environment}/api/data/v9.2/${path}`
      const headers = { authorization: `Bearer ${await tokenOf(emulator.url)}`, accept: 'application/json' }
      return send(url, { method, headers, ...(body === undefined ? {} : { body }) })
    },
    control: (method, path, body) =>
      send(`${emulator.url}/_emulator/${path}`, {
        method,
        headers: { authorization: `Bearer ${adminSecret}` },
        ...(body === undefined ? {} : { body }),
      }),
    async configure(change) {
      const before = (await world.engine.loadConfiguration())?.configuration ?? configurationFor(emulator.url, solution)
      await apply(deps, change(before))
    },
    async close() {
      await emulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await world.configure((configuration) => configuration)
  return world
}

function dependencies(
  folder: string,
  administered: string[],
  { clock = systemClock, lying = () => ({}), starter }: WorldOptions & Pick<WorkerDependencies, 'starter'>,
): WorkerDependencies {
  const ledger = createFakeLedger(() => clock.now())
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const secrets = { resolve: async () => deployer.clientSecret }
  const adapter = { secrets, clock: systemClock, log }
  const sourceControl = createSourceControl({ repository: join(folder, 'source.git'), workFolder: join(folder, 'source'), log })
  return {
    ledger,
    ...withMemoryDirectory(createFakeReadModel(ledger, projections)),
    artifacts: createArtifactStore(join(folder, 'artifacts')),
    observations: createMemoryObservations(),
    masking: createMasking({ keyFile: join(folder, 'masking.key') }),
    signing: memorySigning(),
    administrations: watched(createAdministrations(adapter), { administered, lying }),
    rescues: createRescueStore({ folder: join(folder, 'rescues'), keyFile: join(folder, 'rescue.key') }),
    environments: createEnvironments(adapter),
    starter,
    clock,
    ids: randomIds,
    hashing: nodeHashing,
    policy: shippedPolicy,
    conditions: celConditions,
    log,
    pause: (ms) => wait(ms),
    anchors: noAnchors,
    fence: { hold: async (_key, _holder, fn) => fn({ check: async () => undefined }) },
    openSourceControl: () => sourceControl,
    paceOf: () => ({ pollMs: 25, settleMs: 300, operationTimeoutMs: 300_000, startAttempts: 3, retryMs: 5, turnedAwayMs: 5_000 }),
  }
}

/** The real administration, with what it was asked to change written down. */
function watched(
  administrations: Administrations,
  { administered, lying }: { readonly administered: string[]; readonly lying: NonNullable<WorldOptions['lying']> },
): Administrations {
  return {
    open(environment) {
      const real = administrations.open(environment)
      const seen: EnvironmentAdministration = {
        ...real,
        async deleteEnvironment(platformId) {
          const operation = await real.deleteEnvironment(platformId)
          administered.push(`delete ${platformId}`)
          return operation
        },
        async createEnvironment(spec) {
          const operation = await real.createEnvironment(spec)
          administered.push(`create ${spec.domainName}`)
          return operation
        },
        async installApplication(platformId, uniqueName) {
          const operation = await real.installApplication(platformId, uniqueName)
          administered.push(`install ${uniqueName}`)
          return operation
        },
      }
      return { ...seen, ...lying(seen) }
    },
  }
}

function configurationFor(url: string, solution: string): Configuration {
  const base = buildConfiguration(2)
  const local = (environment: Environment): Environment => ({
    ...environment,
    url: `${url}/${environment.id}`,
    connectivityUrl: `${url}/${environment.id}/connectivity`,
    administrationUrl: url,
    platformApiUrl: url,
    powerAppsUrl: url,
    credentials: {
      tokenUrl: `${url}/${tenantId}/oauth2/v2.0/token`,
      clientId: deployer.clientId,
      clientSecret: { kind: 'environment', variable: 'SECRET' },
    },
  })
  return { ...base, environments: base.environments.map(local), solutions: [{ ...buildGoverned(2), uniqueName: solution }] }
}

/** Past the rules of applying: what is in force is what the test says. */
async function apply({ ledger }: WorkerDependencies, configuration: Configuration): Promise<void> {
  const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
  await ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

async function seal(deps: WorkerDependencies, files: Files): Promise<Release> {
  const { model } = await readSolution(files.managed)
  const { uniqueName, version, publisher } = model.manifest
  const source = new Map<string, Uint8Array>()
  for await (const { path, bytes } of unpackSolution(memoryTree(await readZip(files.unmanaged)))) source.set(path, bytes)
  const commit = await deps.openSourceControl('source').commitSource({
    folder: `solutions/${uniqueName}`,
    files: source,
    message: `${uniqueName} ${version}`,
    author: 'maria',
  })
  const artifact = async (kind: 'managed' | 'unmanaged') => {
    const bytes = files[kind]
    const what = { digest: await deps.artifacts.put(bytes), kind, solution: uniqueName, version, size: bytes.length }
    return { ...what, exportedAt: deps.clock.now(), source: 'dev' }
  }
  const release = buildRelease({
    id: toId(`r-${sha256(`${uniqueName} ${version}`).slice(0, 12)}`),
    ...{ solution: uniqueName, version, publisherPrefix: publisher.prefix, commit },
    managed: await artifact('managed'),
    unmanaged: await artifact('unmanaged'),
    settingsTemplate: makeSettingsTemplate(model),
    dependencies: model.manifest.missingDependencies,
    sealedAt: deps.clock.now(),
    ...(files.data === undefined ? {} : { configurationData: await keepData(deps, files.data) }),
  })
  await deps.ledger.append({
    stream: `release/${release.id}`,
    expectedVersion: undefined,
    actor: 'drover',
    events: [{ type: 'release-sealed', data: { release } }],
  })
  return release
}

async function keepData(
  deps: WorkerDependencies,
  { files, table, rows }: NonNullable<Files['data']>,
): Promise<NonNullable<Release['configurationData']>> {
  const bytes = await writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })))
  return { digest: await deps.artifacts.put(bytes), commit: 'c0ffee', tables: [{ table, rows }] }
}

async function importFile(world: CattleWorld, environment: string, file: Uint8Array): Promise<void> {
  const body = {
    ...{ OverwriteUnmanagedCustomizations: false, PublishWorkflows: false },
    CustomizationFile: Buffer.from(file).toString('base64'),
    ImportJobId: crypto.randomUUID(),
  }
  const started = await world.call(environment, 'POST', 'ImportSolutionAsync', body)
  if (started.status !== 200) throw new Error(started.text)
  for (;;) {
    const { json } = await world.call(environment, 'GET', `asyncoperations(${String(started.json['AsyncOperationId'])})`)
    if (json['statecode'] === 3 && json['statuscode'] !== 30) throw new Error(String(json['message']))
    if (json['statecode'] === 3) break
    await wait(20)
  }
  await world.call(environment, 'POST', 'PublishAllXml', {})
}

async function tokenOf(url: string): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: deployer.clientId,
    client_secret: deployer.clientSecret,
    scope: `${url}/.default`,
  }
  return String((await send(`${url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', form })).json['access_token'])
}

export function environmentId(text: string): EnvironmentId {
  return toId<EnvironmentId>(text)
}
