import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, Instant, PersonId, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { CattleRecord, EndOfCattle } from '#domain/rebuild'
import { cattleStream, evaluateEnd, refuseCarer, refuseRemoval } from '#domain/rebuild'
import { loadConfiguration, requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { requireEnvironment } from '../require-environment.ts'
import { loadCattleStream, recordCattle } from './cattle-stream.ts'
import type { RemovalInput } from './run-removal.ts'
import { removalWork } from './run-removal.ts'

/** Puts off the end of a disposable environment, at the word of who answers for it. */
export async function keepEnvironment(
  deps: EngineDependencies,
  command: { readonly environmentId: EnvironmentId; readonly until: Instant; readonly reason: string; readonly actor: PersonId },
): Promise<Result<CattleRecord>> {
  const found = await findCarer(deps, command, 'put off the end of')
  if (!found.ok) return found
  const { environment } = found.value
  const { until, reason, actor } = command
  const now = Date.parse(deps.clock.now())
  const { configuration } = found.value
  const { care, sandboxes } = applyOverride(deps.policy, configuration.policy)
  const isRestored = environment.purpose === 'recovery'
  const days = isRestored ? sandboxes.keptDays : care.keepDays
  if (environment.endsAt === undefined && !isRestored) {
    return refuse('cattle.no-end', `${environment.name} has no end that could be put off.`, 'Nothing has to be done.')
  }
  if (reason.trim() === '') return refuse('cattle.no-reason', 'It takes a reason to put off an end.', 'Say why it is still needed.')
  if (Date.parse(until) <= now) return refuse('cattle.in-the-past', `${until} is over.`, 'Name a time to come.')
  if (Date.parse(until) > now + days.value * 86_400_000) {
    return refuse(
      'cattle.too-long',
      `One word puts off an end by ${days.value} days at the most (${days.source}).`,
      'Name an earlier time.',
    )
  }
  const { record, version } = await loadCattleStream(deps.ledger, environment.id)
  if (record.removal?.state === 'running') return beingRemoved(environment)
  const event = { type: 'end-put-off', data: { until, reason: reason.trim() } }
  if (!(await appendAt(deps, environment.id, { version, actor, event }))) return movedOn(environment)
  return accept((await loadCattleStream(deps.ledger, environment.id)).record)
}

/** Removes a disposable environment now, at the typed name. */
export async function removeEnvironment(
  deps: EngineDependencies,
  command: { readonly environmentId: EnvironmentId; readonly typedName: string; readonly reason: string; readonly actor: PersonId },
): Promise<Result<CattleRecord>> {
  const found = await findCarer(deps, command, 'remove')
  if (!found.ok) return found
  const { environment, configuration } = found.value
  const allowed = refuseRemoval(configuration, environment)
  if (!allowed.ok) return allowed
  if (command.typedName !== environment.name) {
    return refuse(
      'cattle.name-not-typed',
      `${environment.name} was not removed: its name was not typed.`,
      `Removing deletes all that is in it. Type its name as it is: ${environment.name}.`,
    )
  }
  return orderRemoval(deps, environment, { why: command.reason.trim() || 'asked for by hand', actor: command.actor })
}

async function findCarer(
  deps: EngineDependencies,
  { environmentId, actor }: { readonly environmentId: EnvironmentId; readonly actor: PersonId },
  deed: string,
): Promise<Result<{ readonly environment: Environment; readonly configuration: Configuration }>> {
  const found = await requireEnvironment(deps, environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const may = refuseCarer(configuration, actor, { environment, deed })
  return may.ok ? accept({ environment, configuration }) : may
}

/** Orders the removal of an environment whose end has come, unless it may not be removed, or is being removed already. */
export async function removeAtEnd(deps: EngineDependencies, environment: Environment, why: string): Promise<Result<true>> {
  const current = await requireConfiguration(deps)
  const allowed = current.ok ? refuseRemoval(current.value.configuration, environment) : current
  if (!allowed.ok) return allowed
  const ordered = await orderRemoval(deps, environment, { why, actor: 'drover' })
  return ordered.ok || ordered.refusal.code === 'cattle.already-removed' ? accept(true) : ordered
}

/** `seen`: what it was decided on; where somebody put the end off since, nothing is ordered. */
async function orderRemoval(
  deps: EngineDependencies,
  environment: Environment,
  { why, actor, seen }: { readonly why: string; readonly actor: string; readonly seen?: Awaited<ReturnType<typeof loadCattleStream>> },
): Promise<Result<CattleRecord>> {
  const { record, version } = seen ?? (await loadCattleStream(deps.ledger, environment.id))
  if (record.removal?.state === 'running') return beingRemoved(environment)
  const removalId = deps.ids.next('rm')
  const event = { type: 'removal-ordered', data: { removalId, why } }
  if (!(await appendAt(deps, environment.id, { version, actor, event }))) return movedOn(environment)
  await startRemoval(deps, environment, removalId)
  return accept((await loadCattleStream(deps.ledger, environment.id)).record)
}

/** False where somebody else wrote first. */
async function appendAt(
  deps: EngineDependencies,
  environmentId: EnvironmentId,
  {
    version,
    actor,
    event,
  }: { readonly version: number; readonly actor: string; readonly event: { readonly type: string; readonly data: unknown } },
): Promise<boolean> {
  try {
    await deps.ledger.append({ stream: cattleStream(environmentId), expectedVersion: version, actor, events: [event] })
    return true
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return false
  }
}

function beingRemoved({ name }: Environment): ReturnType<typeof refuse> {
  return refuse('cattle.already-removed', `${name} is being removed already.`, 'Wait for its end.')
}

function movedOn({ name }: Environment): ReturnType<typeof refuse> {
  return refuse('cattle.moved-on', `Somebody else said something of ${name} meanwhile.`, 'Look at it, and ask again.')
}

async function startRemoval(deps: EngineDependencies, environment: Environment, removalId: string): Promise<void> {
  const input: RemovalInput = { environmentId: environment.id, removalId }
  await deps.starter.start({ name: removalWork, id: removalId, queueKey: laneOf(environment), input })
}

/** Announces what is near its end, and removes what is over; starts what the ledger says is being removed. Every call is safe to repeat. */
export async function sweepEnds(deps: EngineDependencies): Promise<void> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return
  const { care } = applyOverride(deps.policy, current.configuration.policy)
  for (const environment of current.configuration.environments.filter(({ careClass }) => careClass === 'cattle')) {
    const seen = await loadCattleStream(deps.ledger, environment.id)
    const { record } = seen
    if (record.removal?.state === 'running') {
      await bringOnRemoval(deps, environment, record.removal.id)
      continue
    }
    const end = endOf({ now: deps.clock.now(), care }, environment, record)
    if (end.state === 'near') {
      const event = { type: 'end-announced' as const, data: { endsAt: end.endsAt }, key: `announced:${end.endsAt}` }
      await recordCattle(deps.ledger, environment.id, [event])
      deps.log.warn('A disposable environment comes to its end', { environmentId: environment.id, endsAt: end.endsAt })
    }
    // One that went wrong is shown, and asked for again by a person: repeated by itself it would go wrong every few seconds.
    if (end.state === 'over' && record.removal?.state !== 'errored' && refuseRemoval(current.configuration, environment).ok) {
      await orderRemoval(deps, environment, { why: `its end was ${end.endsAt}`, actor: 'drover', seen })
    }
  }
}

async function bringOnRemoval(deps: EngineDependencies, environment: Environment, removalId: string): Promise<void> {
  if ((await deps.starter.state(removalId)) !== 'ended') return startRemoval(deps, environment, removalId)
  const data = { removalId, state: 'errored' as const, note: `The work ${removalId} ended without saying how.` }
  await recordCattle(deps.ledger, environment.id, [{ type: 'removal-ended', data, key: `${removalId}:ended` }])
}

export function endOf(
  { now, care }: { readonly now: Instant; readonly care: Policy['care'] },
  environment: Environment,
  record: CattleRecord,
): EndOfCattle {
  return evaluateEnd({ environment, record }, { now, warningDays: care.endWarningDays.value })
}
