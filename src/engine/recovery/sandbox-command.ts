import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import { personName } from '#domain/people'
import { applyOverride } from '#domain/policy'
import type { NewRecoveryEvent, RecoveryDeed, RecoveryOrder, RecoveryWork } from '#domain/recovery'
import { decideRecovery, recoveryStream, refuseRecoverer, refuseSandbox } from '#domain/recovery'
import type { ConfigurationVersion } from '../engine.ts'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { recoveryWork } from './sandbox-run.ts'

export interface SandboxAsked {
  readonly environmentId: EnvironmentId
  readonly sandboxId: EnvironmentId
}

/** A pet and its sandbox, as the configuration in force has them. */
export interface FoundPair {
  readonly current: ConfigurationVersion
  readonly pet: Environment
  readonly sandbox: Environment
}

/** For somebody who may have the pet recovered: before anything is asked of either of them. */
export async function findPair(deps: EngineDependencies, asked: SandboxAsked & { readonly actor: PersonId }): Promise<Result<FoundPair>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const pet = findEnvironment(configuration, asked.environmentId)
  if (!pet.ok) return pet
  const unfit = refuseRecoverer(pet.value, configuration.people, asked.actor)
  if (unfit !== undefined) return unfit
  const sandbox = findEnvironment(configuration, asked.sandboxId)
  if (!sandbox.ok) return sandbox
  const fits = refuseSandbox({ pet: pet.value, sandbox: sandbox.value }, configuration.environments)
  return fits.ok ? accept({ current: current.value, pet: pet.value, sandbox: sandbox.value }) : fits
}

/** Words of a first person that wait for a second one, of this pet and sandbox. */
export function findProposals(deps: EngineDependencies, { environmentId, sandboxId }: SandboxAsked): Promise<readonly RecoveryWork[]> {
  return deps.readModel.list<RecoveryWork>('recovery', { where: { environmentId, sandboxId, state: 'proposed' } })
}

/**
 * Starts work on a sandbox, or records the word of the first of two people and refuses with the way to the second. One piece of work at a time
 * has a sandbox.
 */
export async function orderRecovery(
  deps: EngineDependencies,
  pair: FoundPair,
  asked: { readonly deed: RecoveryDeed; readonly reason: string; readonly actor: PersonId },
): Promise<Result<RecoveryWork>> {
  const { current, pet, sandbox } = pair
  const { people } = current.configuration
  const about = { environmentId: pet.id, sandboxId: sandbox.id }
  const running = await deps.readModel.list<RecoveryWork>('recovery', { where: { sandboxId: sandbox.id, state: 'running' }, limit: 1 })
  if (running[0] !== undefined) return atWork(sandbox, running[0])
  const order: RecoveryOrder = {
    ...{ id: deps.ids.next('rcv'), ...about, deed: asked.deed, reason: asked.reason.trim(), by: asked.actor },
    configurationVersion: current.version,
  }
  const policy = applyOverride(deps.policy, current.configuration.policy).sandboxes
  const decided = decideRecovery({ order, pet, people, policy, proposals: await findProposals(deps, about), now: deps.clock.now() })
  if (!decided.ok) return decided
  if (decided.value.outcome === 'propose') {
    const event: NewRecoveryEvent = { type: 'recovery-proposed', data: { order } }
    await deps.ledger.append({ stream: recoveryStream(order.id), expectedVersion: 0, actor: asked.actor, events: [event] })
    return refuse(
      'recovery.needs-second-person',
      `Nothing was done yet: ${wordsOf(asked.deed, pet, sandbox)} takes two people. The proposal is recorded as ${order.id}.`,
      `Have a second person run the same command, signed in as themselves: somebody who answers for the data of ${pet.name}, or a platform-admin where ${personName(people, asked.actor)} does.`,
      [{ subject: 'proposal', message: order.id }],
    )
  }
  return begin(deps, { pair, order: decided.value.outcome === 'confirm' ? decided.value.proposal : order, actor: asked.actor })
}

async function begin(
  deps: EngineDependencies,
  { pair, order, actor }: { readonly pair: FoundPair; readonly order: RecoveryOrder | RecoveryWork; readonly actor: PersonId },
): Promise<Result<RecoveryWork>> {
  const isConfirmed = 'state' in order
  const { id, environmentId, sandboxId, deed, reason, by, configurationVersion } = order
  const data = {
    order: { id, environmentId, sandboxId, deed, reason, by, configurationVersion },
    ...(isConfirmed ? { confirmedBy: actor } : {}),
  }
  const event: NewRecoveryEvent = { type: 'recovery-started', data, key: 'started' }
  try {
    await deps.ledger.append({ stream: recoveryStream(id), expectedVersion: isConfirmed ? 1 : 0, actor, events: [event] })
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return refuse('recovery.already-running', `Somebody else confirmed ${id} at the same time.`, 'Follow it with `drover recovery list`.')
  }
  await deps.starter.start({ name: recoveryWork, id, queueKey: laneOf(pair.sandbox), input: { workId: id } })
  const work = await deps.readModel.load<RecoveryWork>('recovery', id)
  return work === undefined ? refuse('recovery.unknown', `The ledger holds no work ${id}.`, 'Ask for it again.') : accept(work)
}

/** How far work on a sandbox is. */
export async function loadRecoveryWork(deps: EngineDependencies, workId: string): Promise<Result<RecoveryWork>> {
  const work = await deps.readModel.load<RecoveryWork>('recovery', workId)
  if (work !== undefined) return accept(work)
  return refuse('recovery.unknown', `There is no recovery work "${workId}".`, 'Name one that `drover recovery list` shows.')
}

function atWork(sandbox: Environment, work: RecoveryWork): ReturnType<typeof refuse> {
  return refuse(
    'recovery.sandbox-busy',
    `${sandbox.name} is at work already: ${work.id}, asked for by ${work.by} at ${work.askedAt}.`,
    'Wait for its end; `drover recovery list` shows how far it is.',
  )
}

function wordsOf(deed: RecoveryDeed, pet: Environment, sandbox: Environment): string {
  switch (deed.kind) {
    case 'restore':
      return `restoring ${pet.name} into ${sandbox.name}, where the rows of everybody become readable,`
    case 'rehearsal':
      return `rehearsing on ${sandbox.name} with the rows of ${pet.name}`
    case 'repair':
      return `writing over values of ${deed.table} in ${pet.name}`
    case 'repair-components':
      return `bringing ${deed.planned.length} component(s) of ${deed.solution} by hand into ${pet.name}`
  }
}
