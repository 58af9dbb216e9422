import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, ReleaseId, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import { hasRole, personName } from '#domain/people'
import type { RebuildOrder, RebuildRecord } from '#domain/rebuild'
import { cattleStream, rebuildStream, refuseCarer, refuseForPets } from '#domain/rebuild'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { confirmConnectionIds } from './bring-connection-ids.ts'
import { loadCattleStream } from './cattle-stream.ts'
import { readRebuild } from './read-rebuild.ts'
import { loadRebuildStream, recordRebuild } from './rebuild-stream.ts'
import type { RebuildInput } from './rebuild-run.ts'
import { erroredBy, rebuildWork } from './run-rebuild.ts'
import { DroverError } from '#domain/kernel'
import { requireEnvironment } from '../require-environment.ts'

export interface RebuildCommand {
  readonly environmentId: EnvironmentId
  readonly fromCommit?: string | undefined
  readonly releaseId?: ReleaseId | undefined
  readonly currency?: string | undefined
  /** True: nothing is done, and the order tells what would be. */
  readonly isDryRun: boolean
  /** Begin again although an earlier one waits or ended badly: what it did is replaced too. */
  readonly isAfresh?: boolean
  readonly actor: PersonId
}

export interface RebuildView {
  readonly order: RebuildOrder
  /** Undefined for a dry run. */
  readonly record: RebuildRecord | undefined
}

/** Plans a rebuild and, unless it is only asked about, orders it: ledgered whole, and then done as durable work. */
export async function rebuildEnvironment(deps: EngineDependencies, command: RebuildCommand): Promise<Result<RebuildView>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const allowed = refuseForPets(configuration, environment, 'delete')
  if (!allowed.ok) return allowed
  const may = refuseCarer(configuration, command.actor, { environment, deed: 'rebuild' })
  if (!may.ok) return may
  const { fromCommit, releaseId, currency } = command
  const read = await readRebuild(deps, { configuration, environment, fromCommit, releaseId, currency, actor: command.actor })
  if (!read.ok) return read
  const order = read.value
  if (command.isDryRun) return accept({ order, record: undefined })
  const [blocker] = order.plan.blockers
  if (blocker !== undefined) return { ok: false, refusal: blocker }
  const open = await findOpen(deps, environment.id)
  if (open !== undefined && (open.status.state === 'running' || command.isAfresh !== true)) return atWork(environment.name, open)
  const rebuildId = deps.ids.next('rb')
  const lane = laneOf(environment)
  if (!(await takeTurn(deps, { environmentId: environment.id, rebuildId, before: open?.id, actor: command.actor }))) {
    return refuse(
      'rebuild.already-there',
      `Somebody else ordered a rebuild of ${environment.name} meanwhile.`,
      'Look at it, and ask again.',
    )
  }
  await deps.ledger.append({
    stream: rebuildStream(rebuildId),
    expectedVersion: 0,
    actor: command.actor,
    events: [{ type: 'rebuild-started', data: { rebuildId, environmentId: environment.id, lane, order } }],
  })
  await startRebuild(deps, { rebuildId, run: 1, lane })
  return loadView(deps, rebuildId)
}

/** One rebuild at a time: it is ordered on the environment's own stream first, where of two at once only one gets through. */
async function takeTurn(
  deps: EngineDependencies,
  of: { readonly environmentId: EnvironmentId; readonly rebuildId: string; readonly before: string | undefined; readonly actor: PersonId },
): Promise<boolean> {
  const { record, version } = await loadCattleStream(deps.ledger, of.environmentId)
  // Ordered by another call that has not begun its stream yet, or whose process was killed before it could: looked at by its own id.
  const other =
    record.ordered === undefined || record.ordered === of.before ? undefined : await loadRebuildStream(deps.ledger, record.ordered)
  if (other?.record !== undefined && other.record.status.state === 'running') return false
  const event = { type: 'rebuild-ordered', data: { rebuildId: of.rebuildId } }
  try {
    await deps.ledger.append({ stream: cattleStream(of.environmentId), expectedVersion: version, actor: of.actor, events: [event] })
    return true
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return false
  }
}

/** A person's word that what it waited for is done, or that what went wrong is mended: it goes on where it was. */
export async function resumeRebuild(
  deps: EngineDependencies,
  command: { readonly environmentId: EnvironmentId; readonly actor: PersonId },
): Promise<Result<RebuildView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const environment = findEnvironment(current.value.configuration, command.environmentId)
  if (!environment.ok) return environment
  const may = refuseCarer(current.value.configuration, command.actor, { environment: environment.value, deed: 'rebuild' })
  if (!may.ok) return may
  const latest = await findOpen(deps, command.environmentId)
  if (latest === undefined) {
    return refuse(
      'rebuild.nothing-to-resume',
      `No rebuild of ${environment.value.name} waits.`,
      `Begin one with \`drover env rebuild ${environment.value.id}\`.`,
    )
  }
  const { record, version } = await loadRebuildStream(deps.ledger, latest.id)
  if (record === undefined || record.status.state === 'running') return atWork(environment.value.name, latest)
  const run = record.run + 1
  try {
    const event = { type: 'rebuild-resumed', data: { run }, key: `resumed:${run}` }
    await deps.ledger.append({ stream: rebuildStream(record.id), expectedVersion: version, actor: command.actor, events: [event] })
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return atWork(environment.value.name, latest)
  }
  await startRebuild(deps, { rebuildId: record.id, run, lane: record.lane })
  return loadView(deps, record.id)
}

/** Brings the connection ids of the newest rebuild into the configuration in force, in the name of whoever says so. */
export async function confirmRebuildSettings(
  deps: EngineDependencies,
  command: { readonly environmentId: EnvironmentId; readonly actor: PersonId },
): Promise<Result<RebuildView>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  if (!hasRole(configuration.people, command.actor, 'platform-admin')) {
    const message = `${personName(configuration.people, command.actor)} may not change the settings of ${environment.name}: a platform-admin has to.`
    return refuse('configuration.not-authorised', message, 'Ask a platform-admin.')
  }
  const record = await loadLatestRebuild(deps, command.environmentId)
  if (record === undefined) {
    const { name, id } = environment
    return refuse('rebuild.nothing-to-confirm', `${name} was never rebuilt.`, `See what that takes with \`drover env rebuild ${id}\`.`)
  }
  const confirmed = await confirmConnectionIds(deps, { record, actor: command.actor })
  return confirmed.ok ? loadView(deps, record.id) : confirmed
}

/** How far a rebuild is. */
export async function loadRebuild(deps: EngineDependencies, rebuildId: string): Promise<Result<RebuildView>> {
  return loadView(deps, rebuildId)
}

/** The newest rebuild of an environment. */
export async function loadLatestRebuild(deps: EngineDependencies, environmentId: EnvironmentId): Promise<RebuildRecord | undefined> {
  const [latest] = await deps.readModel.list<RebuildRecord>('rebuild', { where: { environmentId }, limit: 1 })
  return latest
}

/** Starts work that the ledger says is running; where the runner is done with it and it recorded no end, that is recorded. */
export async function sweepRebuild(deps: EngineDependencies, { id, run, lane }: RebuildRecord): Promise<void> {
  if ((await deps.starter.state(workId(id, run))) !== 'ended') return startRebuild(deps, { rebuildId: id, run, lane })
  const lost = new DroverError('attempt.lost', `The work of rebuild ${id} ended without saying how.`, {
    hint: 'Resume it: it looks first.',
  })
  await recordRebuild(deps.ledger, id, [{ ...erroredBy(lost), key: `${run}:ended` }])
}

function workId(rebuildId: string, run: number): string {
  return `${rebuildId}-${run}`
}

/** Repeated calls change nothing. */
async function startRebuild(deps: Pick<EngineDependencies, 'starter'>, of: RebuildInput & { readonly lane: string }): Promise<void> {
  const input: RebuildInput = { rebuildId: of.rebuildId, run: of.run }
  await deps.starter.start({ name: rebuildWork, id: workId(of.rebuildId, of.run), queueKey: of.lane, input })
}

/** The newest one, unless it is done: one at a time has an environment. */
async function findOpen(deps: EngineDependencies, environmentId: EnvironmentId): Promise<RebuildRecord | undefined> {
  const latest = await loadLatestRebuild(deps, environmentId)
  return latest?.status.state === 'done' ? undefined : latest
}

async function loadView(deps: EngineDependencies, rebuildId: string): Promise<Result<RebuildView>> {
  const { record } = await loadRebuildStream(deps.ledger, rebuildId)
  if (record !== undefined) return accept({ order: record.order, record })
  return refuse('rebuild.unknown', `There is no rebuild "${rebuildId}".`, 'Use the id that the command told.')
}

function atWork(name: string, { id, status }: RebuildRecord): ReturnType<typeof refuse> {
  const how = status.state === 'running' ? 'is at work' : `is ${status.state}`
  return refuse(
    'rebuild.already-there',
    `A rebuild of ${name} ${how} already (${id}).`,
    status.state === 'running'
      ? 'Wait for its end.'
      : 'Go on with it by `drover env rebuild <env> --resume`, or begin again with --afresh.',
  )
}
