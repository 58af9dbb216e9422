import { bindConnection } from '../kinds/bindings.ts'
import { putVariableValue } from '../kinds/variable-values.ts'
import { checkSecret } from '../kinds/vault.ts'
import { ODataError } from '../errors.ts'
import { notSupported } from '../odata/refuse.ts'
import { patchRow } from '../store/rows.ts'
import type { Row, Transaction } from '../store/store.ts'
import { createComponent, editComponent } from './component-writes.ts'
import { requireText } from './solution-writes.ts'
import type { Changes, WriteContext } from './table.ts'

/** `PATCH connectionreferences(id)`: binding by hand makes an Active layer on a managed reference, which later imports cannot reach. */
export async function updateConnectionReference(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  const { connectionid, ownerid, ...definition } = changes
  const id = String(row['connectionreferenceid'])
  await ctx.env.write((tx) => {
    if (Object.keys(definition).length > 0) editComponent(tx, ctx, { table: 'connectionreference', id, changes: definition })
    if (connectionid !== undefined)
      bindConnection(tx, id, {
        connectionId: connectionid === null ? null : String(connectionid),
        isImport: false,
        at: ctx.now().toISOString(),
      })
    patchRow(tx, 'connectionreference', id, { ...(ownerid === undefined ? {} : { ownerid }), modifiedby: ctx.caller.userId })
  })
}

/** `POST connectionreferences`: making a component takes the customization lock (facts-2 §5). */
export async function createConnectionReference(ctx: WriteContext, values: Changes): Promise<string> {
  requireText(values, 'connectionreferencelogicalname')
  requireText(values, 'connectorid')
  return customizing(ctx, (tx) => {
    const id = createComponent(tx, ctx, { kind: 'connectionreference', values, id: idOr(ctx, values, 'connectionreferenceid') })
    if (typeof values['connectionid'] === 'string')
      bindConnection(tx, id, { connectionId: values['connectionid'], isImport: false, at: ctx.now().toISOString() })
    return id
  })
}

export async function createVariableDefinition(ctx: WriteContext, values: Changes): Promise<string> {
  requireText(values, 'schemaname')
  checkDefault(ctx, values['type'], values['defaultvalue'])
  return customizing(ctx, (tx) =>
    createComponent(tx, ctx, { kind: 'EnvironmentVariableDefinition', values, id: idOr(ctx, values, 'environmentvariabledefinitionid') }),
  )
}

export async function updateVariableDefinition(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  checkDefault(ctx, row['type'], changes['defaultvalue'])
  const id = String(row['environmentvariabledefinitionid'])
  await customizing(ctx, (tx) => editComponent(tx, ctx, { table: 'environmentvariabledefinition', id, changes }))
}

function checkDefault(ctx: WriteContext, type: unknown, value: unknown): void {
  if (typeof value === 'string' && value !== '') checkSecret(ctx.tenant, { type, value }, ctx.caller.objectId)
}

function customizing<T>(ctx: WriteContext, work: (tx: Transaction) => T): Promise<T> {
  return ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () => ctx.env.write(work))
}

/** `POST environmentvariablevalues`: one current value a definition. */
export async function createVariableValue(ctx: WriteContext, values: Changes): Promise<string> {
  const definitionId = values['environmentvariabledefinitionid']
  const value = requireText(values, 'value')
  if (ctx.solution !== undefined)
    throw notSupported('putting an environment variable value into a solution (header MSCRM.SolutionUniqueName)')
  return ctx.env.write((tx) => {
    const definition = typeof definitionId === 'string' ? tx.get('environmentvariabledefinition', definitionId) : undefined
    if (definition === undefined)
      throw new ODataError(400, '0x80040200', 'A value needs its definition: bind EnvironmentVariableDefinitionId.')
    const isTaken = tx.list('environmentvariablevalue').some((row) => row['environmentvariabledefinitionid'] === definitionId)
    const schemaName = String(definition['schemaname'])
    if (isTaken) throw new ODataError(412, '0x80040237', `The environment variable '${schemaName}' has a value already.`)
    checkSecret(ctx.tenant, { type: definition['type'], value }, ctx.caller.objectId)
    const given = values['environmentvariablevalueid']
    const guid = typeof given === 'string' ? (): string => given : ctx.guid
    return putVariableValue(tx, { schemaName, value }, { at: ctx.now().toISOString(), guid, userId: ctx.caller.userId })
  })
}

export async function updateVariableValue(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  const other = Object.keys(changes).find((name) => name !== 'value')
  if (other !== undefined) throw notSupported(`changing the column '${other}' of an environment variable value`)
  if (other === undefined && !('value' in changes)) return
  const value = requireText(changes, 'value')
  const definitionId = String(row['environmentvariabledefinitionid'])
  await ctx.env.write((tx) => {
    checkSecret(ctx.tenant, { type: tx.get('environmentvariabledefinition', definitionId)?.['type'], value }, ctx.caller.objectId)
    const by = { at: ctx.now().toISOString(), guid: ctx.guid, userId: ctx.caller.userId }
    putVariableValue(tx, { schemaName: String(row['schemaname']), value }, by)
  })
}

/** Deletes the value; apps and flows go on with the last one that they saw (facts-2 §4). */
export async function removeVariableValue(ctx: WriteContext, row: Row): Promise<void> {
  await ctx.env.write((tx) => tx.remove('environmentvariablevalue', String(row['environmentvariablevalueid'])))
}

function idOr(ctx: WriteContext, values: Changes, column: string): string {
  const given = values[column]
  return typeof given === 'string' ? given : ctx.guid()
}
