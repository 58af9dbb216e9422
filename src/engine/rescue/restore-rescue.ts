import type { Environment } from '#domain/environment'
import { dataOwnersOf, laneOf } from '#domain/environment'
import type { PersonId, Reason, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, hasRole, personName } from '#domain/people'
import type { RescueItem } from '#domain/plan'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import type { RescueRecord } from './events.ts'
import { rescueStream, stateOfRescue } from './events.ts'
import { isOfTable } from './of-table.ts'
import { restoreWork } from './run-restore.ts'

export interface RestoreCommand {
  readonly rescueId: string
  /** Only this table; undefined: all. */
  readonly table?: string | undefined
  readonly reason: string
  /** Says what would be written, and writes nothing. */
  readonly isDryRun: boolean
  readonly actor: PersonId
}

/** Where the rows of one table would go. */
export interface RestorePlace extends RescueItem {
  readonly rows: number
  readonly isThere: boolean
  /** Columns that the table does not have now. */
  readonly missing: readonly string[]
}

export interface RestoreView {
  readonly record: RescueRecord
  readonly places: readonly RestorePlace[]
  /** Undefined for a dry run. */
  readonly restoreId: string | undefined
}

/**
 * Begins to write what was rescued back into its environment, where its tables and columns are there again. Who may: a data owner of the
 * environment, or a platform-admin who gives a reason.
 */
export async function restoreRescue(deps: EngineDependencies, command: RestoreCommand): Promise<Result<RestoreView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  // Before the record: what comes in between is a conflict and no surprise.
  const newest = await deps.ledger.readNewest(rescueStream(command.rescueId))
  const record = await deps.readModel.load<RescueRecord>('rescue', command.rescueId)
  if (record === undefined)
    return refuse('rescue.unknown', `There is no rescue "${command.rescueId}".`, 'Name one that `drover rescue list` shows.')
  const found = findEnvironment(configuration, record.environmentId)
  if (!found.ok) return found
  const environment = found.value
  const unfit = refuseRestorer({ environment, people: configuration.people, ...command })
  if (unfit !== undefined) return unfit
  const state = stateOfRescue(record)
  if (state === 'removed' || state === 'removing') {
    return refuse(
      'rescue.removed',
      `What ${command.rescueId} held was deleted when its time was over.`,
      `It was kept until ${record.rescue.keepUntil}; ask for a restore of the environment's own backup, if there is one.`,
    )
  }
  if (state === 'restoring' && !command.isDryRun) {
    return refuse(
      'rescue.restoring',
      `${command.rescueId} is being restored already.`,
      `Follow it with \`drover rescue show ${command.rescueId}\`.`,
    )
  }
  if (record.layer !== undefined) return restoreLayerOf(deps, { command, record, environment, version: newest?.streamVersion ?? 0 })
  const items = record.rescue.items.filter((item) => command.table === undefined || isOfTable(item, command.table))
  if (items.length === 0) {
    const names = [...new Set(record.rescue.items.map(({ table }) => table))].join(', ')
    return refuse('rescue.no-such-table', `${command.rescueId} holds nothing of table ${command.table ?? ''}.`, `Name one of: ${names}.`)
  }
  const places = await findPlaces(deps, environment, items)
  if (command.isDryRun) return accept({ record, places, restoreId: undefined })
  const missing = places.flatMap(tellMissing)
  if (missing.length > 0) {
    return refuse(
      'rescue.place-missing',
      `${environment.name} does not have everything that ${command.rescueId} would be written into; nothing was written.`,
      'Bring a version of the solution that has it first, or name a table that is there with --table.',
      missing,
    )
  }
  return begin(deps, { command, record, places, environment, version: newest?.streamVersion ?? 0 })
}

/** A layer has no rows: it comes back whole, where nobody has changed its component since. */
async function restoreLayerOf(deps: EngineDependencies, of: Omit<Parameters<typeof begin>[1], 'places'>): Promise<Result<RestoreView>> {
  const { command, record, environment } = of
  const { layer } = record
  if (command.table !== undefined || layer === undefined)
    return refuse('rescue.no-such-table', `${command.rescueId} holds a change by hand, and no table.`, 'Leave out --table.')
  const target = deps.environments.open(environment)
  const { components } = await target.findComponents([layer])
  const place = { table: `${layer.kind}:${layer.key}`, columns: undefined, rows: 0, isThere: components.length > 0, missing: [] }
  if (command.isDryRun) return accept({ record, places: [place], restoreId: undefined })
  if (!place.isThere) {
    const message = `${environment.name} does not have ${layer.name} any more; nothing was written.`
    return refuse('rescue.place-missing', message, `Bring a version of ${layer.solution} that has it first.`)
  }
  return begin(deps, { ...of, places: [place] })
}

/** Undefined for who may. */
function refuseRestorer({
  environment,
  people,
  actor,
  reason,
}: {
  readonly environment: Environment
  readonly people: readonly Person[]
  readonly actor: PersonId
  readonly reason: string
}): ReturnType<typeof refuse> | undefined {
  const owners = dataOwnersOf(environment)
  const isDeclared = findPerson(people, actor) !== undefined
  if (isDeclared && owners.includes(actor)) return undefined
  const names = owners.map((id) => personName(people, id)).join(' or ')
  if (!hasRole(people, actor, 'platform-admin')) {
    return refuse(
      'rescue.not-allowed',
      `${personName(people, actor)} may not write rescued data into ${environment.name}.`,
      `Ask ${names}, who answer for its data, or a platform-admin.`,
    )
  }
  if (reason.trim() !== '') return undefined
  return refuse(
    'rescue.reason-missing',
    `${personName(people, actor)} is no data owner of ${environment.name}, so it takes a reason.`,
    `Give one with --reason, or ask ${names}.`,
  )
}

async function findPlaces(
  deps: EngineDependencies,
  environment: Environment,
  items: RescueRecord['rescue']['items'],
): Promise<readonly RestorePlace[]> {
  const target = deps.environments.open(environment)
  const places: RestorePlace[] = []
  for (const { table, columns, regarding, relationship, contents, rows } of items) {
    const { isThere, missing } = await target.fetchShape({ table, columns, regarding })
    const more = {
      ...(regarding === undefined ? {} : { regarding }),
      ...(relationship === undefined ? {} : { relationship }),
      ...(contents === true ? { contents } : {}),
    }
    places.push({ table, columns, ...more, rows, isThere, missing })
  }
  return places
}

/** What joined rows to others may have been made by hand, and then no release brings it: the rows come back without, which is told of each. */
function tellMissing({ table, regarding, relationship, isThere, missing }: RestorePlace): readonly Reason[] {
  if (regarding !== undefined && relationship !== undefined) return []
  if (!isThere) return [{ subject: regarding ?? table, message: 'The table is not there.' }]
  return missing.map((column) => ({ subject: `${table}.${column}`, message: 'The column is not there.' }))
}

async function begin(
  deps: EngineDependencies,
  {
    command,
    record,
    places,
    environment,
    version,
  }: {
    readonly command: RestoreCommand
    readonly record: RescueRecord
    readonly places: readonly RestorePlace[]
    readonly environment: Environment
    /** Of the rescue's stream, when the record was read. */
    readonly version: number
  },
): Promise<Result<RestoreView>> {
  const { rescueId, actor, reason, table } = command
  const restoreId = deps.ids.next('restore')
  const stream = rescueStream(rescueId)
  const data = { restoreId, by: actor, reason, ...(table === undefined ? {} : { tables: [table] }) }
  try {
    await deps.ledger.append({
      stream,
      expectedVersion: version,
      actor,
      events: [{ type: 'restore-started', data, key: restoreId }],
    })
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return refuse(
      'rescue.restoring',
      `Somebody else asked for ${rescueId} at the same time.`,
      `Look at it with \`drover rescue show ${rescueId}\`.`,
    )
  }
  await deps.starter.start({ name: restoreWork, id: restoreId, queueKey: laneOf(environment), input: { rescueId, restoreId } })
  return accept({ record: (await deps.readModel.load<RescueRecord>('rescue', rescueId)) ?? record, places, restoreId })
}
