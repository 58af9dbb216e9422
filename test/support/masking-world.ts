import { join } from 'node:path'
import { createEnvironments } from '#adapters/dataverse'
import { createMasking } from '#adapters/masking'
import { randomIds, systemClock } from '#adapters/world'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { DataWork, Engine, WorkerDependencies } from '#engine'
import { createEngine, dataDefinition, projections } from '#engine'
import type { Organisation } from '../conformance/organisation.ts'
import { buildConfiguration, buildEnvironment, personId } from './domain-builders.ts'
import { createFakeLedger } from './fake-ledger.ts'
import { createFakeReadModel } from './fake-read-model.ts'

/** A pet, `prod`, and cattle, `test`, over two local environments of one address, `dev` and `test`: work on data runs when it is asked to. */
export interface MaskingWorld {
  readonly engine: Engine
  readonly deps: WorkerDependencies
  /** Work that was started and has not ended, by its id. */
  readonly pending: ReadonlyMap<string, { readonly id: string }>
  /** What each work recorded, by its id and the name of the step. */
  readonly recorded: ReadonlyMap<string, ReadonlyMap<string, unknown>>
  /** Runs what was started, once each; `deaths` are steps after whose work, and before whose record, the worker is killed, and are taken out then. */
  work(deaths?: string[]): Promise<void>
  load(workId: string): Promise<DataWork>
}

class Killed extends Error {}

/** Olga answers for the data of both; Remy may run what is about `test` alone. */
export async function openMaskingWorld(organisation: Organisation, folder: string): Promise<MaskingWorld> {
  const pending = new Map<string, { readonly id: string }>()
  const recorded = new Map<string, Map<string, unknown>>()
  const deps = dependenciesOf({ organisation, folder, pending })
  const engine = createEngine(deps)
  await apply(deps, organisation)
  return {
    ...{ engine, deps, pending, recorded },
    async work(deaths = []) {
      for (const [workId, input] of pending) {
        const steps = recorded.get(workId) ?? new Map<string, unknown>()
        recorded.set(workId, steps)
        if ((await run(deps, { input, steps, deaths })) === 'ended') pending.delete(workId)
      }
    },
    async load(workId) {
      const found = await engine.loadData(workId)
      if (found === undefined) throw new Error(`there is no ${workId}`)
      return found
    },
  }
}

interface Running {
  readonly input: { readonly id: string }
  readonly steps: Map<string, unknown>
  readonly deaths: string[]
}

async function run(deps: WorkerDependencies, { input, steps, deaths }: Running): Promise<'ended' | 'killed'> {
  let isDead = false
  async function step<T>(name: string, fn: () => Promise<T>): Promise<T> {
    if (isDead) throw new Killed('dead already')
    if (steps.has(name)) return steps.get(name) as T // recorded by the same step before
    const result = await fn()
    const at = deaths.indexOf(name)
    if (at >= 0) {
      deaths.splice(at, 1)
      isDead = true
      throw new Killed('kill -9')
    }
    steps.set(name, JSON.parse(JSON.stringify(result ?? null)))
    return result
  }
  const world = { sleep: async () => undefined, now: async () => new Date().toISOString(), id: async () => crypto.randomUUID() }
  await dataDefinition(deps)
    .run({ step, ...world }, input)
    .catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error
    })
  return isDead ? 'killed' : 'ended'
}

function dependenciesOf({
  organisation,
  folder,
  pending,
}: {
  readonly organisation: Organisation
  readonly folder: string
  readonly pending: Map<string, { readonly id: string }>
}): WorkerDependencies {
  const ledger = createFakeLedger(() => systemClock.now())
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const some: Partial<WorkerDependencies> = {
    ledger,
    readModel: createFakeReadModel(ledger, projections),
    masking: createMasking({ keyFile: join(folder, 'masking.key') }),
    environments: createEnvironments({ secrets: { resolve: async () => organisation.clientSecret }, clock: systemClock, log }),
    starter: {
      start: async ({ id: workId, input }) => void pending.set(workId, input as { readonly id: string }), // only this work is started
      state: async (workId) => (pending.has(workId) ? 'running' : 'ended'),
    },
    clock: systemClock,
    ids: randomIds,
    log,
    fence: { hold: async (_key, _holder, fn) => fn({ check: async () => undefined }) },
  }
  return some as WorkerDependencies // nothing else is used by this work
}

async function apply(deps: WorkerDependencies, organisation: Organisation): Promise<void> {
  const base = buildConfiguration(2)
  const { url, tokenUrl, clientId } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const place = (name: 'prod' | 'test', at: string) => ({
    ...(name === 'prod' ? buildEnvironment('prod', 'production', 'pet') : buildEnvironment('test', 'test', 'cattle')),
    url: url.replace(/\/dev$/, `/${at}`),
    connectivityUrl: `${url.replace(/\/dev$/, `/${at}`)}/connectivity`,
    credentials,
  })
  const others = base.environments.filter(({ id: name }) => name !== 'prod' && name !== 'test')
  const grants = [
    { to: { person: personId('remy') }, role: 'release-manager' as const, environment: toId<EnvironmentId>('test'), reason: 'Test' },
  ]
  const people = base.people.map((person) => (person.id === 'remy' ? { ...person, roles: ['maker' as const] } : person))
  const configuration = { ...base, people, grants, environments: [...others, place('prod', 'dev'), place('test', 'test')] }
  const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
  await deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}
