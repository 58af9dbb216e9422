import { ODataError } from '../errors.ts'
import { connectorNamed, connectorOf, findConnection, isUsable } from '../kinds/connections.ts'
import { hasCustomConnector, isCustomConnector, isSameConnector } from '../kinds/custom-connectors.ts'
import { flowMemory } from '../kinds/flow-memory.ts'
import { childFlows, flowConnections, readDefinition } from '../kinds/workflow.ts'
import type { OperationContext } from '../operations/operation.ts'
import { flowViolations } from '../policies/enforce.ts'
import type { ReadTransaction, Row } from '../store/store.ts'

/** What the flow service answers inside the text of 0x80060467. */
interface InnerError {
  readonly status: 'BadRequest' | 'Forbidden'
  readonly code: string
  readonly message: string
}

type Activator = Pick<OperationContext, 'caller' | 'tenant' | 'env'>

/** Throws 0x80060467 when a cloud flow cannot be turned on by the caller now. */
export function checkActivation(tx: ReadTransaction, flow: Row, by: Activator): void {
  checkClientData(flow['clientdata'])
  const isForbidden = flowViolations(tx, by.tenant, { environment: by.env.name, flow }).length > 0
  if (isForbidden) throw flowClientError(violating(String(flow['workflowid'])))
  const problems = [...connectorProblems(tx, flow), ...connectionProblems(tx, flow, by.caller), ...childProblems(tx, flow)]
  const [first, ...more] = problems
  if (first === undefined) return
  throw flowClientError(more.length === 0 ? first : several(problems))
}

/** Throws 0x80060468 for what is no definition of a cloud flow (facts-2 §1.5; the text after the name is ours). */
export function checkClientData(clientdata: unknown): void {
  const definition = readDefinition(clientdata)?.['definition']
  if (typeof definition === 'object' && definition !== null) return
  throw new ODataError(400, '0x80060468', 'InvalidFlowProcessClientData: the client data of the flow holds no definition.')
}

function connectorProblems(tx: ReadTransaction, flow: Row): InnerError[] {
  const used = flowConnections(flow['clientdata']).map((each) => each.connector)
  return used.filter((name) => isCustomConnector(name) && !hasCustomConnector(tx, name)).map(unknownConnector)
}

function connectionProblems(tx: ReadTransaction, flow: Row, caller: OperationContext['caller']): InnerError[] {
  return flowConnections(flow['clientdata']).flatMap(({ reference, connector }): InnerError[] => {
    if (reference === undefined) return [] // Written into the flow itself: nothing in the environment says whose it is.
    const row = tx.list('connectionreference').find((item) => String(item['connectionreferencelogicalname']).toLowerCase() === reference)
    const name = String(row?.['connectionreferencelogicalname'] ?? reference)
    if (row === undefined)
      throw new ODataError(400, '0x80095005', `Failed to find connection references with logical name(s) '${reference}'.`)
    const id = row['connectionid']
    if (typeof id !== 'string' || id === '') return [unbound(name)]
    const connection = findConnection(tx, id)
    const isFit = connection !== undefined && isSameConnector(connectorOf(connection), connectorNamed(row['connectorid']))
    return isFit && isUsable(connection, caller.objectId) ? [] : [unusable(name, connector, caller.objectId)]
  })
}

function childProblems(tx: ReadTransaction, flow: Row): InnerError[] {
  const own = String(flow['workflowid'])
  return childFlows(flow['clientdata']).flatMap((id): InnerError[] => {
    if (id === own) return [{ status: 'BadRequest', code: 'FlowCannotInvokeItself', message: `The flow '${own}' cannot invoke itself.` }]
    return flowMemory(tx, id).wasPublished ? [] : [neverPublished(id)]
  })
}

// Texts as users of the service quote them (coe-starter-kit #3065, #3535, #6586, powerapps-tools #820; facts-2 §3.3, release-facts §4.3).
function unbound(reference: string): InnerError {
  const message = `Connection Id missing for connection reference logical name '${reference}'.`
  return { status: 'BadRequest', code: 'XrmConnectionReferenceMissingConnection', message }
}

function violating(id: string): InnerError {
  return { status: 'Forbidden', code: 'DlpViolation', message: `Flow '${id}' cannot be activated due to admin API policies.` }
}

// The code is reported (facts-2 §3.3), this text is ours.
function unknownConnector(connector: string): InnerError {
  const message = `The API '${connector}' of the flow is not found in the environment.`
  return { status: 'BadRequest', code: 'InvalidOpenApiFlow', message }
}

function unusable(reference: string, connector: string, objectId: string): InnerError {
  const message = `The caller object id is '${objectId}'. Connection '${reference}' to '${connector}' cannot be used to activate this flow, either because this is not a valid connection or because it is not a connection you have access permission for. Either replace the connection with a valid connection you can access or have the connection owner activate the flow, so the connection is shared with you in the context of this flow.`
  return { status: 'Forbidden', code: 'ConnectionAuthorizationFailed', message }
}

function neverPublished(id: string): InnerError {
  const message = `The workflow with id '${id}' cannot be used as a child workflow because it has never been published. Child workflows need to be published at least once before they can be included in a published parent workflow.`
  return { status: 'BadRequest', code: 'ChildFlowNeverPublished', message }
}

function several(problems: readonly InnerError[]): InnerError & { readonly details: unknown } {
  const statuses = problems.map((problem) => problem.status).join(',')
  const details = problems.map(({ code, message }) => ({ code, message }))
  return {
    status: 'BadRequest',
    code: 'MultipleErrorsOccurred',
    message: `Multiple errors occurred: '${statuses}'. Please see details.`,
    details,
  }
}

function flowClientError({ status, ...error }: InnerError): ODataError {
  return new ODataError(
    400,
    '0x80060467',
    `Flow client error returned with status code "${status}" and details "${JSON.stringify({ error })}".`,
  )
}
