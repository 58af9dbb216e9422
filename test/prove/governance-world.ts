import { celConditions } from '#adapters/cel'
import { nodeHashing } from '#adapters/world'
import type { Environment, ObservedComponent, ObservedState } from '#domain/environment'
import { environmentStream } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { Digest, Instant, LedgerEvent, ReleaseId } from '#domain/kernel'
import { DroverError, parseVersion, toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { Release } from '#domain/release'
import type { Tier } from '#domain/solution'
import { solutionStream } from '#domain/tier'
import type { Engine, WorkerDependencies } from '#engine'
import { attemptDefinition, createEngine, projections, sweep } from '#engine'
import type { OpenEnvironment } from '#engine/ports'
import { handMade } from '../conformance/hand-made.ts'
import {
  buildConfiguration,
  buildEnvironment,
  buildPerson,
  buildRelease,
  peopleGate,
  personId,
  version,
} from '../support/domain-builders.ts'
import { createFakeLedger } from '../support/fake-ledger.ts'
import { createFakeReadModel } from '../support/fake-read-model.ts'
import { granted } from '../support/granted.ts'
import { createMemoryObservations } from '../support/memory-observations.ts'
import { withMemoryDirectory } from '../support/memory-directory.ts'
import { memorySigning, noAnchors } from '../support/memory-signing.ts'
import { noAdministrations } from '../support/no-administration.ts'
import { noMasking } from '../support/no-masking.ts'
import { createRecordedRunner } from '../support/recorded-steps.ts'

/** An import that arrived in an environment: the bytes, by their digest, and what the ledger held by then. */
export interface Arrival {
  readonly lane: string
  readonly digest: string
  readonly importJobId: string
  readonly sequence: number
}

export type Flaw = 'none' | 'no-commit' | 'old' | 'critical' | 'unfinished' | 'unchecked'

/** The real engine over a ledger in memory and hand-made environments, in a time that only moves when it is told to. */
export interface GovernanceWorld {
  readonly engine: Engine
  readonly deps: WorkerDependencies
  readonly arrivals: readonly Arrival[]
  events(): Promise<readonly LedgerEvent[]>
  seal(solution: string, made: { readonly by: string; readonly flaw: Flaw }): Promise<Release>
  travel(hours: number): void
  /** Sweeps and works until nothing moves. */
  work(): Promise<void>
  /** The next staging in production breaks with us. */
  breakNext(): void
  /** Somebody imports something else into production. */
  changeByHand(solution: string): void
  /** A release of it gives a tier above its own. */
  grow(solution: string): Promise<void>
  /** A way back of it from production was gone on a sandbox. */
  rehearse(solution: string, how: 'well' | 'badly' | 'long ago' | 'by taking it away'): Promise<void>
}

/** Whose tier is which: what each is called says it. */
export const solutions: Readonly<Record<string, Tier>> = { Permits: 3, Berths: 4, Quays: 3 }
export const lanes = { test: 'http://127.0.0.1/test', prod: 'http://127.0.0.1/prod' }

/** Where alone is named, that person has every role and stands at every gate, beside those who stand there otherwise. */
export function governedConfiguration(alone?: string): Configuration {
  const base = buildConfiguration(4)
  const people = [
    ...base.people.filter(({ id }) => id !== 'olga' && id !== 'anna'),
    buildPerson('olga', 'solution-owner', 'environment-owner'),
    buildPerson('anna', 'approver', 'reviewer', 'cab', 'maker', 'security'),
    buildPerson('mick', 'maker'),
    buildPerson('emma', 'environment-owner'),
    buildPerson('rob', 'reviewer'),
    buildPerson('tom', 'test-lead'),
    buildPerson('dora', 'approver'),
    buildPerson('stan', 'security'),
    { ...buildPerson('bot', 'test-lead', 'maker'), kind: 'service' as const },
  ]
  const all = [
    'maker',
    'solution-owner',
    'environment-owner',
    'release-manager',
    'approver',
    'reviewer',
    'test-lead',
    'security',
    'cab',
    'platform-admin',
  ] as const // prettier-ignore
  const one = alone === undefined ? [] : [alone]
  const gates = [
    peopleGate('review', ['rita', 'anna', ...one]),
    { ...peopleGate('uat', ['olga', 'ben', 'anna', ...one]), groups: ['deciders'] },
    { ...peopleGate('security', ['sam', 'anna', ...one]) },
    { ...peopleGate('automated-tests', ['tess', 'bot', ...one]), whenDemanded: true as const },
    { ...peopleGate('test-lead', ['tess', 'tom', ...one]), whenDemanded: true as const },
    { ...peopleGate('cab', ['anna', ...one], 2), groups: ['board'], whenDemanded: true as const },
    { ...peopleGate('approval', ['anna', 'ben', ...one]), groups: ['deciders'] },
  ].map((gate) => ({ ...gate, expiresAfterHours: 240 }))
  const reason = 'ours: nobody rehearses here'
  return {
    ...base,
    people: people.map((person) => (person.id === alone ? { ...person, roles: all } : person)),
    groups: [
      { id: 'deciders', name: 'Deciders', members: [personId('dora')] },
      { id: 'board', name: 'Board', members: [personId('carl'), personId('cleo')] },
    ],
    environments: [
      buildEnvironment('dev', 'development', 'cattle'),
      { ...buildEnvironment('test', 'test', 'cattle'), url: lanes.test },
      { ...buildEnvironment('prod', 'production', 'pet'), url: lanes.prod, owner: personId('emma') },
    ],
    pipelines: base.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, gates } : stage)),
    })),
    solutions: base.solutions.flatMap((solution) =>
      Object.entries(solutions).map(([uniqueName, tier]) => ({
        ...{ ...solution, uniqueName, tier, monitoring: { url: 'https://watch.example', contact: 'ops' } },
      })),
    ),
    policy: {
      demands: [],
      values: [3, 4]
        .flatMap((tier) => [
          { path: `tiers.${tier}.recovery`, value: { kind: 'documented' }, reason },
          { path: `tiers.${tier}.stagesUpgrades`, value: false, reason },
        ])
        .filter(({ path }) => path !== 'tiers.3.stagesUpgrades'), // prettier-ignore
    },
  }
}

const start = Date.parse('2026-11-02T08:00:00Z')

export async function openGovernance(alone?: string): Promise<GovernanceWorld> {
  let ms = 0
  let ids = 0
  const now = (): Instant => toId<Instant>(new Date(start + ms).toISOString())
  // Each look at the clock takes a moment, so that no two things happen at once.
  const tick = (): Instant => {
    ms += 1
    return now()
  }
  const ledger = createFakeLedger(tick)
  const runner = createRecordedRunner()
  const target = createTargets(async () => (await ledger.readHead())?.sequence ?? 0)
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const deps = {
    ledger,
    ...withMemoryDirectory(createFakeReadModel(ledger, projections)),
    artifacts: artifactsInMemory,
    observations: createMemoryObservations(),
    masking: noMasking,
    signing: memorySigning(),
    administrations: noAdministrations,
    environments: { open: (environment: Environment) => target.open(environment) },
    starter: runner.starter,
    clock: { now: tick },
    ids: { next: (prefix: string) => `${prefix}-${++ids}`, guid: () => `guid-${++ids}` },
    hashing: nodeHashing,
    policy: shippedPolicy,
    conditions: celConditions,
    log: silent,
    pause: async () => undefined,
    anchors: noAnchors,
    fence: {
      hold: async (_key: string, _holder: string, fn: (lease: { check(): Promise<void> }) => Promise<unknown>) =>
        fn({ check: async () => undefined }),
    }, // prettier-ignore
    openSourceControl: () => ({ tag: async () => undefined }),
    paceOf: () => ({ pollMs: 1, settleMs: 2, operationTimeoutMs: 100, startAttempts: 1, retryMs: 1, turnedAwayMs: 2 }),
    // Nothing else of the world is used by promotions and their gates.
  } as unknown as WorkerDependencies
  const engine = createEngine(deps)
  const definitions = [attemptDefinition(deps)]
  granted(await engine.applyConfiguration({ configuration: governedConfiguration(alone), actor: personId('pat') }))
  const sealed: Record<string, number> = {}
  const tell = (stream: string, type: string, data: unknown) =>
    ledger.append({ stream, expectedVersion: undefined, actor: 'drover', events: [{ type, data }] })
  return {
    engine,
    deps,
    arrivals: target.arrivals,
    events: () => ledger.readAll(0, 100_000),
    travel: (hours) => void (ms += hours * 3_600_000),
    breakNext: target.breakNext,
    changeByHand: target.changeByHand,
    async grow(solution) {
      const about = { score: 9, why: ['It has grown.'], answers: [], open: 0, releaseId: `r-${solution}-1`, version: '1.1.0.0' }
      await tell(solutionStream(solution), 'tier-proposed', { proposal: { tier: 4, configured: solutions[solution], ...about } })
    },
    async rehearse(solution, how) {
      const at = new Date(start + ms - (how === 'long ago' ? 400 * 86_400_000 : 0)).toISOString()
      const rehearsal = {
        ...{ id: `rehearsal-${++ids}`, solution, environmentId: 'prod', sandboxId: 'sandbox', from: '1.1.0.0', to: '1.1.1.0' },
        ...{ way: how === 'by taking it away' ? 'uninstall' : 'repack', startedAt: at, finishedAt: at, durationMs: 60_000 },
        ...{ outcome: how === 'badly' ? 'failed' : 'succeeded', notes: [], by: 'remy' },
      }
      await tell(environmentStream(laneOf({ url: lanes.prod })), 'recovery-rehearsed', { environmentId: 'prod', rehearsal })
    },
    async work() {
      for (let before = -1; before !== (await ledger.readHead())?.sequence; ) {
        before = (await ledger.readHead())?.sequence ?? 0
        await sweep(deps)
        await runner.work(definitions)
      }
    },
    async seal(solution, { by, flaw }) {
      const minor = (sealed[solution] = (sealed[solution] ?? 0) + 1)
      const release = await makeRelease({ solution, minor, by, flaw, now: now() })
      const events = [{ type: 'release-sealed', data: { release } }]
      await ledger.append({ stream: `release/${release.id}`, expectedVersion: undefined, actor: 'drover', events })
      return release
    },
  }
}

const bytesOf = new Map<string, Uint8Array>()
const artifactsInMemory = {
  put: async (bytes: Uint8Array) => keep(bytes),
  async get(digest: Digest) {
    const bytes = bytesOf.get(digest)
    if (bytes === undefined) throw new DroverError('artifact.absent', `nobody kept ${digest}`)
    return bytes
  },
}

function keep(bytes: Uint8Array): Digest {
  const digest = toId<Digest>(`sha256:${nodeHashing.sha256(bytes)}`)
  bytesOf.set(digest, bytes)
  return digest
}

const packed = new Map<string, Promise<Digest>>()

async function makeRelease(of: { solution: string; minor: number; by: string; flaw: Flaw; now: Instant }): Promise<Release> {
  const { solution, minor, by, flaw, now } = of
  const number = `1.${minor}.0.0`
  const pack = (kind: 'managed' | 'unmanaged') => {
    const key = `${solution} ${number} ${kind}`
    const made =
      packed.get(key) ??
      handMade({
        name: solution,
        version: number,
        isManaged: kind === 'managed',
        choices: [{ name: choiceOf(solution), options: { 1: 'Open' } }],
      }).then((bytes) => {
        const digest = keep(bytes)
        names.set(digest, [solution, number])
        return digest
      })
    packed.set(key, made)
    return made
  }
  const artifact = async (kind: 'managed' | 'unmanaged') => {
    const digest = await pack(kind)
    const size = bytesOf.get(digest)?.length ?? 0
    return { digest, kind, solution, version: version(number), size, exportedAt: now, source: 'dev' }
  }
  const base = buildRelease()
  const finding = { ruleId: 'STR-06', severity: 'critical', subject: 'a flow', message: 'It is not right.' }
  const reports = {
    critical: { ...base.report, findings: [finding], counts: { ...base.report.counts, critical: 1 } },
    unfinished: { ...base.report, verdict: 'inconclusive', unfinished: ['STR-06'] },
    unchecked: { ...base.report, rules: base.report.rules?.slice(1) },
  }
  return buildRelease({
    ...{
      id: toId<ReleaseId>(`r-${solution}-${minor}`),
      solution,
      version: version(number),
      publisherPrefix: 'hand',
      tier: solutions[solution] ?? 3,
    },
    ...{ managed: await artifact('managed'), unmanaged: await artifact('unmanaged'), sealedBy: by },
    sealedAt: flaw === 'old' ? toId<Instant>(new Date(Date.parse(now) - 100 * 86_400_000).toISOString()) : now,
    ...(flaw === 'no-commit' ? { commit: '' } : {}),
    ...(flaw in reports ? { report: reports[flaw as keyof typeof reports] as Release['report'] } : {}), // as far as gates look at it
  })
}

interface Installed {
  readonly version: string
}

/** Environments by their lane, which hold versions of solutions and nothing else. */
function createTargets(head: () => Promise<number>) {
  const places = new Map<string, Map<string, Installed>>()
  const arrivals: Arrival[] = []
  let isBroken = false
  let byHand = 0
  const placeOf = (lane: string) => {
    const place = places.get(lane) ?? new Map<string, Installed>()
    places.set(lane, place)
    return place
  }
  const open = (environment: Environment): OpenEnvironment => {
    const lane = laneOf(environment)
    const place = placeOf(lane)
    const listed = () =>
      [...place].map(([uniqueName, { version: text }]) => {
        const parsed = parseVersion(text)
        if (!parsed.ok) throw new Error(text)
        return {
          ...{ id: uniqueName.toLowerCase(), uniqueName, version: parsed.value, isManaged: true, publisherPrefix: 'hand' },
          ...{
            displayName: uniqueName,
            publisher: 'hand',
            isVisible: true,
            installedAt: undefined,
            changedAt: undefined,
            changedBy: undefined,
          },
        }
      })
    let staged = ''
    const only: Partial<OpenEnvironment> = {
      observe: async () =>
        ({
          ...{ environmentId: environment.id, observedAt: '2026-11-02T08:00:00.000Z', identity: { userId: 'u', objectId: 'o' } },
          ...{
            platformVersion: '9.2.25100.100',
            solutions: listed(),
            flows: [],
            bindings: [],
            connections: [],
            variables: [],
            missingSecrets: [],
          },
        }) as unknown as ObservedState, // as far as a plan looks at it
      findOtherValues: async () => [],
      fetchSolutions: async () => listed(),
      fetchHoldings: async ({ uniqueName }) => ({ components: place.has(uniqueName) ? [holdingOf(uniqueName)] : [], unseen: [] }),
      fetchMemberships: async () => [],
      fetchChanged: async () => ({ changed: [], kinds: [], unseen: [] }),
      async fetchLayers(components, onRead) {
        const layer = { order: 1, changed: [], publisher: undefined, writtenAt: undefined, digest: '' }
        for (const one of components) await onRead(one, [{ ...layer, solution: one.id }])
      },
      findComponents: async () => ({ components: [], unseen: [] }),
      fetchDependants: async () => ({ dependants: [], unseen: [] }),
      fetchDataPolicies: async () => ({ policies: [], unseen: [] }),
      fetchConnectorPolicies: async () => ({ policies: [], unseen: [] }),
      countRequests: () => 0,
      async stage(file) {
        if (isBroken && lane === laneOf({ url: lanes.prod })) {
          isBroken = false
          throw new DroverError('unexpected', 'The disk is full.')
        }
        staged = `sha256:${nodeHashing.sha256(file)}`
        return { uploadId: staged, isValid: true, problems: [] }
      },
      async startImport({ importJobId, uploadId }) {
        const [uniqueName, number] = named(uploadId)
        place.set(uniqueName, { version: number })
        arrivals.push({ lane, digest: uploadId, importJobId, sequence: await head() })
        return { asyncOperationId: importJobId }
      },
      findImport: async (importJobId) => {
        const found = arrivals.some((arrival) => arrival.importJobId === importJobId)
        return { found, asyncOperationId: undefined, isFinished: found }
      },
      fetchOperation: async () => ({ state: 'succeeded' }),
      fetchImportResult: async () => ({ isPassed: true, errors: [], warnings: [], failedComponents: [] }),
    }
    return only as OpenEnvironment // what else it can do no promotion here asks for
  }
  return {
    open,
    arrivals,
    breakNext: () => void (isBroken = true),
    changeByHand: (solution: string) => void placeOf(laneOf({ url: lanes.prod })).set(solution, { version: `0.9.${++byHand}.0` }),
  }
}

/** All that a solution holds here. */
function choiceOf(solution: string): string {
  return `hand_${solution.toLowerCase()}`
}

function holdingOf(solution: string): ObservedComponent {
  const key = choiceOf(solution)
  return {
    ...{ kind: 'OptionSet', key, id: solution, type: 9, name: key, table: undefined, solutions: [solution] },
    ...{ hasActiveRow: false, layers: undefined, modified: undefined },
  }
}

const names = new Map<string, readonly [string, string]>()

/** Which solution and version bytes are: told by what they were packed as. */
function named(digest: string): readonly [string, string] {
  const known = names.get(digest)
  if (known === undefined) throw new Error(`nobody packed ${digest}`)
  return known
}
