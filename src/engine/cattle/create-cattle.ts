import type { Environment } from '#domain/environment'
import type { EnvironmentId, Instant, PersonId, Result } from '#domain/kernel'
import { accept, errorCode, refuse, toId } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { CattleRecord, CreationOrder } from '#domain/rebuild'
import { cattleStream, refuseCreator } from '#domain/rebuild'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment, findWay } from '../find.ts'
import { loadCattleStream, recordCattle } from './cattle-stream.ts'
import { readAdministration, readCurrency } from './read-rebuild.ts'
import type { CreationInput } from './run-creation.ts'
import { creationWork } from './run-creation.ts'

export interface CreateCommand {
  readonly name: string
  readonly kind: CreationOrder['kind']
  readonly owner: PersonId
  readonly justification: string
  readonly days: number
  /** Solution that it begins with; undefined: it begins empty. */
  readonly solution?: string | undefined
  /** Branch or commit of its source; undefined: the newest. */
  readonly from?: string | undefined
  /** Whose tenant, place and identity it shares; undefined: the development environment of the solution. */
  readonly like?: EnvironmentId | undefined
  readonly currency?: string | undefined
  readonly actor: PersonId
}

/** Orders an environment from the platform: ledgered with its owner, its reason and its end, and then done as durable work. */
export async function createCattle(deps: EngineDependencies, command: CreateCommand): Promise<Result<CattleRecord>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const environmentId = toId<EnvironmentId>(slugOf(command.name))
  const may = refuseCreator(configuration, { ...command, id: environmentId })
  if (!may.ok) return may
  const { keepDays } = applyOverride(deps.policy, configuration.policy).care
  if (!(command.days > 0) || command.days > keepDays.value) {
    return refuse(
      'cattle.too-long',
      `A disposable environment lives up to ${keepDays.value} days at first (${keepDays.source}).`,
      'Name fewer days.',
    )
  }
  const way = command.solution === undefined ? undefined : findWay(configuration, command.solution)
  if (way?.ok === false) return way
  const likeId = command.like ?? way?.value.source.id
  if (likeId === undefined)
    return refuse(
      'cattle.like-whom',
      'Nothing tells in which tenant and place it is to be.',
      'Name a solution, or an environment with --like.',
    )
  const like = findEnvironment(configuration, likeId)
  if (!like.ok) return like
  const order = await orderFor(deps, command, { environmentId, like: like.value })
  if (!order.ok) return order
  const { record, version } = await loadCattleStream(deps.ledger, environmentId)
  if (record.creation?.state === 'running')
    return refuse('cattle.name-taken', `${command.name} is being made already.`, 'Wait for its end.')
  const creationId = deps.ids.next('cr')
  try {
    const event = { type: 'creation-ordered', data: { creationId, order: order.value } }
    await deps.ledger.append({ stream: cattleStream(environmentId), expectedVersion: version, actor: command.actor, events: [event] })
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return refuse('cattle.moved-on', `Somebody else orders ${command.name} too.`, 'Look at it, and ask again.')
  }
  await startCreation(deps, { environmentId, creationId })
  return accept((await loadCattleStream(deps.ledger, environmentId)).record)
}

async function orderFor(
  deps: EngineDependencies,
  command: CreateCommand,
  of: { readonly environmentId: EnvironmentId; readonly like: Environment },
): Promise<Result<CreationOrder>> {
  const { environmentId, like } = of
  const { administered, administrationFault } = await readAdministration(deps, like)
  if (administered === undefined) {
    const why = administrationFault ?? `the tenant shows no environment at ${like.url}`
    return refuse('rebuild.no-administration', `${command.name} cannot be made like ${like.name}: ${why}`, 'Name another one with --like.')
  }
  const currency = command.currency ?? administered.currency ?? (await readCurrency(deps, like))
  if (currency === undefined) {
    return refuse(
      'rebuild.currency-unknown',
      `Neither the administration nor ${like.name} itself shows its base currency.`,
      'Name it, for example with --currency EUR.',
    )
  }
  const endsAt = toId<Instant>(new Date(Date.parse(deps.clock.now()) + command.days * 86_400_000).toISOString())
  const { name, kind, owner, justification, solution, from } = command
  return accept({
    ...{ environmentId, name, kind, owner, justification: justification.trim(), like: like.id, endsAt },
    spec: {
      displayName: name,
      // Taken names are refused by the platform: names of addresses are the same for all tenants.
      domainName: `${slugOf(name).slice(0, 20)}-${deps.ids.guid().slice(0, 6)}`,
      kind: kind === 'developer' ? 'developer' : 'sandbox',
      ...{ location: administered.location, baseLanguage: administered.baseLanguage ?? 1033, currency },
      securityGroupId: administered.securityGroupId,
      description: justification.trim(),
    },
    source: solution === undefined ? undefined : { solution, from },
  })
}

/** What can stand in an address and be an id. */
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  return slug === '' ? 'sandbox' : slug
}

async function startCreation(deps: Pick<EngineDependencies, 'starter'>, input: CreationInput): Promise<void> {
  await deps.starter.start({
    name: creationWork,
    id: input.creationId,
    queueKey: `creation/${input.environmentId}`,
    input,
  })
}

/** Starts creations that the ledger says are running; where the runner is done with one and it recorded no end, that is recorded. */
export async function sweepCreations(deps: EngineDependencies): Promise<void> {
  for (const { environmentId, creation } of await deps.readModel.list<CattleRecord>('cattle', { where: { state: 'working' } })) {
    if (creation?.state !== 'running') continue
    if ((await deps.starter.state(creation.id)) !== 'ended') {
      await startCreation(deps, { environmentId, creationId: creation.id })
      continue
    }
    const data = { state: 'errored' as const, note: `The work ${creation.id} ended without saying how.` }
    await recordCattle(deps.ledger, environmentId, [{ type: 'creation-ended', data, key: `${creation.id}:ended` }])
  }
}
