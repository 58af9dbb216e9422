import type { FastifyInstance } from 'fastify'
import type { RouteName } from '#contract'
import { routes, toConfigurationFile } from '#contract'
import type { EnvironmentId, LedgerEvent, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Person } from '#domain/people'
import { accessScopes } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Engine } from '#engine'
import { createEngine, makeToken, projections, withPersonalDetails } from '#engine'
import { createServer } from '#server'
import { nodeHashing } from '#adapters/world'
import { buildEnvironment, buildPerson, personId } from './domain-builders.ts'
import { createFakeLedger } from './fake-ledger.ts'
import { createFakeReadModel } from './fake-read-model.ts'
import type { Scene, SceneEvent, SceneName } from './door-scenes.ts'
import { scenes } from './door-scenes.ts'
import type { PromotionWorld } from './promotion-world.ts'
import { granted, laneIn, openPromotionWorld } from './promotion-world.ts'

/** What a token may be limited to. */
export type TokenLimits = Parameters<typeof makeToken>[1]

export interface Ask {
  readonly body?: object
  /** Parameters of the path that are not those of the world. */
  readonly at?: Readonly<Record<string, string>>
  readonly search?: string
  /** What else stands in the ledger then. */
  readonly scene?: SceneName
}

export interface DoorsWorld {
  readonly app: FastifyInstance
  /** What the world has of everything that a path can name. */
  readonly known: Readonly<Record<string, string>>
  /** A token for whoever, past every rule of issuing. */
  tokenOf(person: string, limits?: Partial<TokenLimits>): Promise<string>
  /** What a call comes to, on a ledger of its own: nothing that another call did is seen. */
  call(name: RouteName, ask: Ask & { readonly token: string }): Promise<string>
  close(): Promise<void>
}

/**
 * People with each role alone, among them the owners of Permits and of its production, of another solution and of another environment,
 * somebody with no role at all, and software that was given every role.
 */
export const actors = {
  nobody: [],
  maria: ['maker'],
  olga: ['solution-owner', 'environment-owner'],
  omar: ['solution-owner'],
  ewan: ['environment-owner'],
  remy: ['release-manager'],
  gwen: [],
  ben: ['approver'],
  abby: ['approver'],
  rita: ['reviewer'],
  tess: ['test-lead'],
  sam: ['security'],
  carl: ['cab'],
  pat: ['platform-admin'],
  piet: ['platform-admin'],
  bot: ['maker', 'solution-owner', 'release-manager', 'approver', 'reviewer', 'test-lead', 'security', 'cab', 'platform-admin'],
} as const satisfies Readonly<Record<string, Person['roles']>>

export type Actor = keyof typeof actors

/**
 * The real server and the real engine over a ledger in memory: Permits is sealed and waits for Ben or Anna before production, and a waiver of a
 * finding in it was asked for. Each call sees this and nothing else.
 */
export async function openDoorsWorld(): Promise<DoorsWorld> {
  const world = await openPromotionWorld({ change: withActors })
  const release = await seal(world, 'Permits')
  const { promotion } = await world.request(release)
  const waiver = granted(
    await world.engine.requestWaiver({
      solution: 'Permits',
      waives: { kind: 'check', ruleId: 'STR-06' },
      reason: 'It is replaced next month.',
      measure: 'It is looked at daily.',
      until: toId(new Date(Date.now() + 5 * 86_400_000).toISOString()),
      actor: personId('maria'),
    }),
  )
  const others = [await seal(world, 'Other'), await seal(world, 'Third')]
  const train = granted(
    await world.engine.requestTrain({ releaseIds: others.map(({ id }) => id), stageId: toId('to-prod'), actor: personId('maria') }),
  )
  const proposal = await world.engine.applyConfiguration({ configuration: weaker(await inForce(world)), actor: personId('pat') })
  const known = {
    configuration: JSON.stringify(toConfigurationFile({ ...weaker(await inForce(world)), tenant: 'renamed' })),
    ...{
      otherReleaseId: others[0]?.id ?? '',
      trainId: train.train.trainId,
      trainPromotionId: train.train.members[0]?.promotionId ?? '',
      proposal: proposal.ok ? '' : (proposal.refusal.reasons[0]?.message ?? ''),
    },
    ...{
      releaseId: release.id,
      promotionId: promotion.request.promotionId,
      waiverId: waiver.waiver.waiverId,
      digest: release.managed.digest,
    },
    ...{
      tokenId: 't-of-maria',
      prodLane: laneIn(world),
      rescueId: 'rs-1',
      requestId: 'cr-1',
      hotfixId: 'h-1',
      delegationId: 'dg-1',
      grantId: 'g-1',
      dataId: 'dw-1',
    },
    ...{ environmentId: 'prod', solution: 'Permits', personId: 'maria', item: 'RDY-17', stageId: 'to-prod' },
  }
  const base = await world.deps.ledger.readAll(0, 10_000)
  // Seen after what every call finds: only scenes have it.
  granted(await world.engine.observeEnvironment({ environmentId: toId('prod'), actor: personId('pat') }))
  const observed = (await world.deps.ledger.readAll(base.length, 10)).find(({ type }) => type === 'environment-observed')
  const observation = String((observed?.data as { readonly digest: string } | undefined)?.digest) // entries of this type have it
  return { known, ...serve(world, { base, known: { ...known, observation } }) }
}

function seal(world: PromotionWorld, name: string) {
  return world.seal({ name, version: '1.0.0.0', tables: [{ name: `hand_${name.toLowerCase()}`, columns: [{ name: 'hand_log' }] }] })
}

async function inForce({ engine }: PromotionWorld): Promise<Configuration> {
  const version = await engine.loadConfiguration()
  if (version === undefined) throw new Error('there is no configuration')
  return version.configuration
}

/** With a Test before production, and Abby as one more who may say yes there: that takes a second platform-admin. */
function weaker(configuration: Configuration): Configuration {
  const before = { id: toId<StageId>('to-test'), name: 'Test', environment: toId<EnvironmentId>('test'), gates: [] }
  const pipelines = configuration.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: [
      before,
      ...pipeline.stages.map((stage) => ({
        ...stage,
        gates: stage.gates.map((gate) => (gate.kind === 'approval' ? { ...gate, people: [...gate.people, personId('abby')] } : gate)),
      })),
    ],
  }))
  // What the world gave the bot, no configuration may give software.
  const people = configuration.people.map((person): Person => (person.kind === 'service' ? { ...person, roles: ['maker'] } : person))
  return { ...configuration, people, pipelines }
}

function serve(
  world: PromotionWorld,
  { base, known }: { readonly base: readonly LedgerEvent[]; readonly known: Readonly<Record<string, string>> },
): Omit<DoorsWorld, 'known'> {
  const tokens: LedgerEvent[] = []
  let current: Engine = world.engine
  // The routes hold on to one engine; which one answers is decided call by call.
  const engine = new Proxy({} as Engine, { get: (_target, key) => Reflect.get(current, key) as unknown })
  const app = createServer({ engine, log: { info() {}, warn() {}, error() {} } })
  return {
    app,
    async tokenOf(person, limits = {}) {
      const before = (await world.deps.ledger.readHead())?.sequence ?? 0
      const wanted = { lifeMs: 3_600_000, label: '', purpose: 'token', issuedFrom: 'workspace', issuedBy: 'test' } as const
      const { token } = await makeToken(world.deps, { personId: personId(person), scopes: accessScopes, ...wanted, ...limits })
      tokens.push(...(await world.deps.ledger.readAll(before, 10)))
      return token
    },
    async call(name, { token, body, at = {}, search = '', scene }) {
      const { change = (event) => event, add = [] }: Scene = scene === undefined ? {} : scenes[scene](known)
      current = createEngine(await copyOf(world, [...base.map(change), ...tokens, ...add]))
      const { method, path } = routes[name]
      const url = path.replace(/:(\w+)/g, (_all, key: string) => encodeURIComponent(at[key] ?? known[key] ?? 'x')) + search
      const answer = await app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { payload: body }),
      })
      if (answer.statusCode < 300) return `${answer.statusCode}`
      return `${answer.statusCode} ${(answer.json() as { readonly error: { readonly code: string } }).error.code}`
    },
    async close() {
      await app.close()
      await world.close()
    },
  }
}

async function copyOf(
  { deps }: PromotionWorld,
  events: readonly (SceneEvent & { readonly key?: string })[],
): Promise<PromotionWorld['deps']> {
  const ledger = createFakeLedger(() => deps.clock.now())
  for (const { stream, actor = 'drover', type, data, key } of events) {
    const event = { type, data, ...(key === undefined ? {} : { key }) }
    await ledger.append({ stream, expectedVersion: undefined, actor, events: [event] })
  }
  const readModel = withPersonalDetails(createFakeReadModel(ledger, projections), { directory: deps.directory, hashing: nodeHashing })
  // Whatever would be started stays undone: who may ask for it is the question.
  return { ...deps, ledger, readModel, starter: { ...deps.starter, start: async () => undefined } }
}

function withActors(configuration: Configuration): Configuration {
  const named = Object.entries(actors).map(
    ([name, held]): Person => ({ ...buildPerson(name, ...held), ...(name === 'bot' ? { kind: 'service' } : {}) }),
  )
  const people = [...configuration.people.filter(({ id }) => !(id in actors)), ...named]
  const other = { ...buildEnvironment('elsewhere', 'development', 'cattle'), owner: personId('ewan') }
  const sandbox = { ...buildEnvironment('sandbox', 'recovery', 'cattle'), recovers: toId<EnvironmentId>('prod') }
  const more = configuration.solutions.flatMap((permits) => [
    { ...permits, uniqueName: 'Other', owner: personId('omar') },
    { ...permits, uniqueName: 'Third' },
  ])
  return {
    ...configuration,
    people,
    // What Gwen may do elsewhere is nothing here.
    grants: [{ to: { person: personId('gwen') }, role: 'release-manager', solution: 'Other', reason: 'She brings Other.' }],
    environments: [...configuration.environments, other, sandbox],
    solutions: [...configuration.solutions, ...more],
  }
}
