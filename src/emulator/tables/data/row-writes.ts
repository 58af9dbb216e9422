import { ODataError } from '../../errors.ts'
import { unknownSegment } from '../../odata/refuse.ts'
import type { Row, Transaction } from '../../store/store.ts'
import type { Changes, WriteContext } from '../table.ts'
import { nextAutoNumber } from './auto-number.ts'
import { takeDueSnapshot } from './count-snapshot.ts'
import { moneyColumns } from './currency.ts'
import type { DataColumn, DataDefinition } from './definition.ts'
import { isLookup } from './definition.ts'
import { defineTable } from './define.ts'
import { readRow, writeRow } from './row-store.ts'
import { sweep } from './sweep.ts'
import { keptValue } from './values.ts'

/** A new row with all that the service gives it by itself. Throws 412 when the id or an alternate key is taken. */
export function createRow(ctx: WriteContext, definition: DataDefinition, values: Changes): Promise<string> {
  return ctx.env.write((tx) => {
    takeDueSnapshot(tx, ctx.clock)
    sweep(tx)
    const current = presentDefinition(tx, definition)
    const given = values[current.primaryId]
    const id = typeof given === 'string' ? given.toLowerCase() : ctx.guid()
    if (readRow(tx, current, id) !== undefined) throw new ODataError(412, '0x80040237', 'A record with matching key values already exists.')
    const row = { ...initialValues(tx, ctx, current), ...accepted(current, values, 'canCreate') }
    checkReason(current, row, id)
    const whole = { ...row, ...stamps(ctx), ...ownerColumns(tx, ctx, current, row), ...derived(current, row), [current.primaryId]: id }
    writeRow(tx, current, { ...whole, ...createdStamps(ctx, row), ...moneyColumns(tx, current, whole) })
    return id
  })
}

/** Changes columns of a row; those that the service keeps to itself are passed over, as the service does. */
export async function updateRow(ctx: WriteContext, definition: DataDefinition, row: Row, changes: Changes): Promise<void> {
  const id = String(row[definition.primaryId])
  await ctx.env.write((tx) => {
    takeDueSnapshot(tx, ctx.clock)
    sweep(tx)
    const current = presentDefinition(tx, definition)
    const old = readRow(tx, current, id)
    if (old === undefined) throw new ODataError(404, '0x80040217', `Entity '${definition.logicalName}' With Id = ${id} Does Not Exist`)
    const next = { ...old, ...withReason(current, old, accepted(current, changes, 'canUpdate')) }
    checkReason(current, next, id)
    const whole = { ...next, ...stamps(ctx), ...ownerColumns(tx, ctx, current, next), ...derived(current, next) }
    writeRow(tx, current, { ...whole, ...moneyColumns(tx, current, whole) })
  })
}

// A table can go, with its environment or alone, while the body of a request is still on its way.
function presentDefinition(tx: Transaction, { logicalName, setName }: DataDefinition): DataDefinition {
  const present = defineTable(tx, logicalName)
  if (present === undefined) throw unknownSegment(setName)
  return present
}

/** The values that may be set, as they are kept. */
function accepted(definition: DataDefinition, values: Changes, right: 'canCreate' | 'canUpdate'): Row {
  const row: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const column = definition.byName.get(name.replace(/~type$/, ''))
    if (column === undefined || name === definition.primaryId || column.isComputed === true || !column[right]) continue
    if (name === column.name) row[name] = keptValue(definition, column, value)
    else row[name] = value
    // A lookup that gets a value without the name of its table points to the first.
    if (name === column.name && isLookup(column) && !(`${name}~type` in values)) row[`${name}~type`] = undefined
  }
  return row
}

function initialValues(tx: Transaction, ctx: WriteContext, definition: DataDefinition): Row {
  const row: Record<string, unknown> = {}
  for (const column of definition.columns) {
    const value = initialValue(tx, ctx, column)
    if (value !== undefined) row[column.name] = value
  }
  return row
}

function initialValue(tx: Transaction, ctx: WriteContext, column: DataColumn): unknown {
  if (column.autoNumber !== undefined) return nextAutoNumber(tx, { id: column.id, format: column.autoNumber }, ctx.now())
  switch (column.type) {
    case 'state':
      return column.choices[0]?.value ?? 0
    case 'status':
      return column.choices.find(({ state }) => (state ?? 0) === 0)?.value ?? 1
    case 'bit':
      return column.initial === 1
    case 'picklist':
      return column.initial
    default:
      return undefined
  }
}

/** A new state brings its first reason along. */
function withReason(definition: DataDefinition, old: Row, changes: Row): Row {
  const state = changes['statecode']
  if (state === undefined || state === old['statecode'] || changes['statuscode'] !== undefined) return changes
  const chosen = definition.byName.get('statecode')?.choices.find(({ value }) => value === state)
  const first = definition.byName.get('statuscode')?.choices.find((reason) => reason.state === state)
  return { ...changes, statuscode: chosen?.defaultStatus ?? first?.value ?? null }
}

/** InvalidStateCodeStatusCode: a reason belongs to one state. */
function checkReason(definition: DataDefinition, row: Row, id: string): void {
  const reason = definition.byName.get('statuscode')?.choices.find(({ value }) => value === row['statuscode'])
  if (reason?.state === undefined || reason.state === row['statecode']) return
  const state = definition.byName.get('statecode')?.choices.find(({ value }) => value === row['statecode'])
  throw new ODataError(
    400,
    '0x80048408',
    `${reason.value} is not a valid status code for state code ${definition.logicalName}State.${state?.label ?? String(row['statecode'])} with Id ${id}.`,
  )
}

function stamps(ctx: WriteContext): Row {
  return { modifiedon: second(ctx.now()), modifiedby: ctx.caller.userId }
}

function createdStamps(ctx: WriteContext, row: Row): Row {
  const overridden = row['overriddencreatedon']
  const now = second(ctx.now())
  // A given creation date becomes createdon, and the real one is kept in its place.
  const created = typeof overridden === 'string' ? { createdon: overridden, overriddencreatedon: now } : { createdon: now }
  return { ...created, createdby: ctx.caller.userId }
}

function ownerColumns(tx: Transaction, ctx: WriteContext, definition: DataDefinition, row: Row): Row {
  if (definition.ownership === 'organization') return { organizationid: tx.list('organization')[0]?.['organizationid'] ?? null }
  const ownerid = typeof row['ownerid'] === 'string' ? row['ownerid'] : ctx.caller.userId
  const isTeam = tx.get('systemuser', ownerid) === undefined && tx.get('team', ownerid) !== undefined
  const unit = tx.get(isTeam ? 'team' : 'systemuser', ownerid)?.['businessunitid'] ?? tx.list('businessunit')[0]?.['businessunitid'] ?? null
  return {
    ownerid,
    'ownerid~type': isTeam ? 'team' : 'systemuser',
    owninguser: isTeam ? null : ownerid,
    owningteam: isTeam ? ownerid : null,
    owningbusinessunit: unit,
  }
}

// The full name of a person is made of its parts, in the order of an English organisation.
function derived(definition: DataDefinition, row: Row): Row {
  if (definition.logicalName !== 'contact') return {}
  const parts = [row['firstname'], row['middlename'], row['lastname']].filter((part) => typeof part === 'string' && part !== '')
  return { fullname: parts.length === 0 ? null : parts.join(' ') }
}

function second(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
