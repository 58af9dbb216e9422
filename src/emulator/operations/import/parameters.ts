import type { ComponentPart } from '#format'
import { connectorNamed, connectorOf, findConnection, mayUseConnection } from '../../kinds/connections.ts'
import { isSameConnector } from '../../kinds/custom-connectors.ts'
import { listComponents } from '../../layers/component-state.ts'
import type { Row, Transaction } from '../../store/store.ts'
import { ODataError } from '../../errors.ts'
import { bindConnection } from '../../kinds/bindings.ts'
import { ImportFlaw } from './flaw.ts'
import type { Writer } from '../../layers/stack.ts'
import type { ValueWriter } from './variable-values.ts'
import { dataSourceValue, setValue } from './variable-values.ts'

/** What `ComponentParameters` carries for one component (web-api A.1). */
export type ComponentParameter =
  | { readonly kind: 'connection'; readonly logicalName: string; readonly connectionId: string }
  | { readonly kind: 'variable'; readonly schemaName: string; readonly value: string }

/** Reads the collection; other entity types are refused, because the emulator would ignore them. */
export function parseComponentParameters(value: unknown): readonly ComponentParameter[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value))
    throw new ODataError(400, '0x80048d19', "Error identified in Payload: 'ComponentParameters' is not a collection.")
  return value.flatMap((entry: Row): ComponentParameter[] => {
    const type = String(entry['@odata.type'] ?? '').replace(/^#/, '')
    if (type === 'Microsoft.Dynamics.CRM.connectionreference') {
      const connectionId = String(entry.connectionid ?? '')
      return connectionId === '' ? [] : [{ kind: 'connection', logicalName: String(entry.connectionreferencelogicalname), connectionId }]
    }
    if (type === 'Microsoft.Dynamics.CRM.environmentvariablevalue') {
      return [{ kind: 'variable', schemaName: String(entry.schemaname), value: String(entry.value ?? '') }]
    }
    throw new ODataError(
      501,
      '',
      `The local environment does not support '${type}' in ComponentParameters; only connectionreference and environmentvariablevalue.`,
    )
  })
}

/**
 * Variables that name data sources and had the same value where they were exported get one value, that of the first: the service
 * collapses them (facts-2 §4, a known fault of it).
 */
export function collapsed(parts: readonly ComponentPart[], parameters: readonly ComponentParameter[]): readonly ComponentParameter[] {
  if (parameters.length === 0) return parameters
  const sources = new Map(parts.map((part) => [part.key.toLowerCase(), dataSourceValue(part)]))
  const first = new Map<string, string>()
  return parameters.map((parameter) => {
    const source = parameter.kind === 'variable' ? sources.get(parameter.schemaName.toLowerCase()) : undefined
    if (parameter.kind !== 'variable' || source === undefined || source === '') return parameter
    const value = first.get(source) ?? parameter.value
    first.set(source, value)
    return { ...parameter, value }
  })
}

/** Binds connections and sets values as the import asks, in the transaction of the import. */
export function applyParameters(tx: Transaction, parameters: readonly ComponentParameter[], by: ValueWriter): void {
  for (const parameter of parameters) {
    if (parameter.kind === 'variable') setValue(tx, parameter, by)
    else bind(tx, parameter, by)
  }
}

/** The server itself looks the connection up as the importing identity, and the import fails when that may not see it (facts-2 §3.1). */
function bind(tx: Transaction, parameter: { logicalName: string; connectionId: string }, by: Writer & { readonly objectId: string }): void {
  const state = listComponents(tx).find(
    (one) => one.kind === 'connectionreference' && one.key.toLowerCase() === parameter.logicalName.toLowerCase(),
  )
  if (state === undefined) {
    throw new ImportFlaw('0x80095005', `Failed to find connection references with logical name(s) '${parameter.logicalName}'.`)
  }
  const row = tx.get('connectionreference', state.id)
  const api = connectorNamed(row?.connectorid)
  const connection = findConnection(tx, parameter.connectionId)
  // It is looked up among those of the reference's connector.
  const isFound = connection !== undefined && isSameConnector(connectorOf(connection), api) && mayUseConnection(connection, by.objectId)
  if (!isFound) throw connectionNotFound(parameter.connectionId, api)
  bindConnection(tx, state.id, { connectionId: parameter.connectionId, isImport: true, at: by.at })
}

function connectionNotFound(connectionId: string, api: string): ImportFlaw {
  const inner = JSON.stringify({
    error: { code: 'ConnectionNotFound', message: `Could not find connection '${connectionId}' for API '${api}'.` },
  })
  return new ImportFlaw(
    '0x80040216',
    `connectionreference import: FAILURE: Request failed with: NotFound and error: ${inner} and request url https://api.powerapps.com/providers/Microsoft.PowerApps/scopes/service/apis/${api}/connections/${connectionId}`,
  )
}
