import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { DroverError, errorCode, errorMessage, toId } from '#domain/kernel'
import type { CreationOrder, NewCattleEvent } from '#domain/rebuild'
import { addressOfMade, refuseForPets, withMadeEnvironment } from '#domain/rebuild'
import type { DurableContext, DurableDefinition } from '#engine/ports'
import { putInForce, requireConfiguration, requireWritten } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { loadCattleStream, recordCattle } from './cattle-stream.ts'
import type { AdministrationRun } from './make-anew.ts'
import { createEnvironment, settle, waitForAnswer } from './make-anew.ts'
import { putSource } from './put-source.ts'

export const creationWork = 'create-environment'

export interface CreationInput {
  readonly environmentId: EnvironmentId
  readonly creationId: string
}

interface CreationRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly input: CreationInput
  readonly order: CreationOrder
  readonly by: PersonId
  readonly like: Environment
  readonly repository: string
  append(events: readonly NewCattleEvent[]): Promise<boolean>
}

/** Makes an environment, registers it as what it is, and brings the source that it begins with; each step recorded. */
export function creationDefinition(deps: WorkerDependencies): DurableDefinition<CreationInput> {
  return {
    name: creationWork,
    async run(ctx, input) {
      const append = (events: readonly NewCattleEvent[]) => recordCattle(deps.ledger, input.environmentId, events)
      const end = (state: 'done' | 'errored', note: string) =>
        append([{ type: 'creation-ended', data: { state, note }, key: `${input.creationId}:ended` }])
      try {
        const facts = await ctx.step('load', () => loadFacts(deps, input))
        const note = await create({ ...facts, deps, ctx, input, append })
        await ctx.step('finish', () => end('done', note))
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Making an environment broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () => end('errored', errorMessage(error)))
      }
    },
  }
}

async function loadFacts(deps: WorkerDependencies, input: CreationInput) {
  const { creation } = (await loadCattleStream(deps.ledger, input.environmentId)).record
  if (creation?.id !== input.creationId) throw new DroverError('cattle.unknown', `Nobody ordered ${input.creationId}.`)
  const { configuration } = orThrow(await requireConfiguration(deps))
  const like = orThrow(findEnvironment(configuration, creation.order.like))
  return { order: creation.order, by: toId<PersonId>(creation.by), like, repository: configuration.sourceRepository }
}

async function create(run: CreationRun): Promise<string> {
  const { deps, ctx, order, input, like } = run
  const administration = deps.administrations.open(like)
  const work: AdministrationRun = {
    ...{ deps, ctx, administration, pace: deps.paceOf(like) },
    // Nothing else is at work in a place that does not exist yet.
    checkLease: async () => undefined,
    record: (key, data) => run.append([{ type: 'cattle-request', data, key: `${input.creationId}:${key}` }]),
  }
  const made = await createEnvironment(work, { spec: order.spec, madeAs: `${order.spec.displayName} (${input.creationId})` })
  const environment = await ctx.step('register', () => register(run, made))
  await settle(work, {
    label: 'name',
    isSo: async () => (await administration.fetchEnvironment(made.platformId))?.displayName === order.spec.displayName,
    change: () => administration.changeEnvironment(made.platformId, { displayName: order.spec.displayName }),
  })
  await waitForAnswer(work, {
    platformId: made.platformId,
    clientId: environment.credentials.clientId,
    look: () => deps.environments.open(environment).observe({ solution: '', connectionIds: [] }),
  })
  const brought = order.source === undefined ? 'It is empty.' : await begin(run, environment, order.source)
  return `${order.name} is at ${made.url}, until ${order.endsAt.slice(0, 10)}. ${brought}`
}

/** The configuration gets it in a version of its own, by who ordered it. Repeated, it changes nothing. */
async function register(run: CreationRun, made: { readonly platformId: string; readonly url: string }): Promise<Environment> {
  const { deps, order, like } = run
  await run.append([{ type: 'creation-made', data: made, key: `${run.input.creationId}:made` }])
  const environment: Environment = {
    id: order.environmentId,
    name: order.name,
    purpose: order.kind === 'developer' ? 'development' : 'sandbox',
    careClass: 'cattle',
    owner: order.owner,
    ...addressOfMade(made, like),
    ...(like.administrationUrl === undefined ? {} : { administrationUrl: like.administrationUrl }),
    ...(like.platformApiUrl === undefined ? {} : { platformApiUrl: like.platformApiUrl }),
    ...(like.powerAppsUrl === undefined ? {} : { powerAppsUrl: like.powerAppsUrl }),
    credentials: like.credentials,
    endsAt: order.endsAt,
  }
  for (let tries = 0; tries < 5; tries++) {
    const { configuration, version } = orThrow(await requireWritten(deps))
    const known = configuration.environments.find(({ id }) => id === environment.id)
    if (known !== undefined && laneOf(known) === laneOf(environment)) {
      orThrow(refuseForPets(configuration, known, 'reset'))
      return known
    }
    const after = orThrow(withMadeEnvironment(configuration, environment))
    const changes = [`environment ${environment.name}: Made by Drover for ${order.owner}, until ${order.endsAt}: ${order.justification}`]
    const applied = await putInForce(deps, { configuration: after, actor: run.by, changes, basedOn: version })
    if (applied.ok) return environment
  }
  throw new DroverError('configuration.moved-on', `${order.name} is made, and the configuration changed too often to say so.`, {
    hint: `Add it to drover.yaml: ${environment.url}.`,
  })
}

async function begin(run: CreationRun, environment: Environment, source: NonNullable<CreationOrder['source']>): Promise<string> {
  const { deps, ctx, input } = run
  return deps.fence.hold(laneOf(environment), input.creationId, async (lease) => {
    const { ended } = await putSource(
      {
        ...{ deps, ctx, environment, pace: deps.paceOf(environment) },
        target: deps.environments.open(environment),
        checkLease: () => lease.check(),
        record: (key, { solution, importJobId, state }) =>
          run.append([
            { type: 'cattle-request', data: { what: 'import', solution, state, id: importJobId }, key: `${input.creationId}:${key}` },
          ]),
      },
      { label: source.solution, repository: run.repository, solution: source.solution, commit: source.from },
    )
    if (ended.end === 'done') return ended.note
    const why = ended.end === 'failed' ? ended.refusal.message : ended.message
    throw new DroverError('cattle.no-source', `${environment.name} is made, and its source is not in it: ${why}`, {
      hint: 'Look at the reason; bring it by hand, or remove the environment and order it again.',
    })
  })
}
