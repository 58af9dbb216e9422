import { ODataError } from '../errors.ts'
import { findConnection, mayUseConnection } from '../kinds/connections.ts'
import { flowConnections } from '../kinds/workflow.ts'
import type { Caller } from '../operations/operation.ts'
import type { ReadTransaction, Row } from '../store/store.ts'

/** What the flow service answers inside the text of 0x80060467. */
interface InnerError {
  readonly status: 'BadRequest' | 'Forbidden'
  readonly code: string
  readonly message: string
}

/** Table of what is known of flows beyond their row: whether they were ever on. */
export const flowMemory = '~flow'

/** Throws 0x80060467 when a cloud flow cannot be turned on by the caller now. */
export function checkActivation(tx: ReadTransaction, flow: Row, caller: Caller): void {
  const problems = [...connectionProblems(tx, flow, caller), ...childProblems(tx, flow)]
  const [first, ...more] = problems
  if (first === undefined) return
  throw flowClientError(more.length === 0 ? first : several(problems))
}

function connectionProblems(tx: ReadTransaction, flow: Row, caller: Caller): InnerError[] {
  return flowConnections(flow['clientdata']).flatMap(({ reference, connector }): InnerError[] => {
    if (reference === undefined) return [] // Written into the flow itself: nothing in the environment says whose it is.
    const row = tx.list('connectionreference').find((item) => String(item['connectionreferencelogicalname']).toLowerCase() === reference)
    const name = String(row?.['connectionreferencelogicalname'] ?? reference)
    if (row === undefined)
      throw new ODataError(400, '0x80095005', `Failed to find connection references with logical name(s) '${reference}'.`)
    const id = row['connectionid']
    if (typeof id !== 'string' || id === '') return [unbound(name)]
    const connection = findConnection(tx, id)
    const isUsable = connection !== undefined && connection.status === 'Connected' && mayUseConnection(connection, caller.objectId)
    return isUsable ? [] : [unusable(name, connector, caller)]
  })
}

function childProblems(tx: ReadTransaction, flow: Row): InnerError[] {
  const own = String(flow['workflowid'])
  return childFlows(flow['clientdata']).flatMap((id): InnerError[] => {
    if (id === own) return [{ status: 'BadRequest', code: 'FlowCannotInvokeItself', message: `The flow '${own}' cannot invoke itself.` }]
    return tx.get(flowMemory, id)?.['wasPublished'] === true ? [] : [neverPublished(id)]
  })
}

/** Ids of the flows that a definition runs as children: actions of type Workflow. */
export function childFlows(clientdata: unknown): readonly string[] {
  const found = new Set<string>()
  if (typeof clientdata === 'string') collectChildren(parseDefinition(clientdata), found)
  return [...found]
}

function parseDefinition(clientdata: string): unknown {
  try {
    return JSON.parse(clientdata)
  } catch {
    throw new ODataError(400, '0x80060468', 'The client data of the flow is not valid JSON.')
  }
}

function collectChildren(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  const id = workflowReference(node)
  if (id !== undefined) found.add(id.toLowerCase())
  for (const value of Object.values(node)) collectChildren(value, found)
}

function workflowReference(node: object): string | undefined {
  if (!('type' in node) || node.type !== 'Workflow' || !('inputs' in node)) return undefined
  const host = member(node.inputs, 'host')
  const name = member(host, 'workflowReferenceName')
  return typeof name === 'string' ? name : undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

// Texts as users of the service quote them (coe-starter-kit #3065, #3535, #6586; facts-2 §3.3).
function unbound(reference: string): InnerError {
  const message = `Connection Id missing for connection reference logical name '${reference}'.`
  return { status: 'BadRequest', code: 'XrmConnectionReferenceMissingConnection', message }
}

function unusable(reference: string, connector: string, caller: Caller): InnerError {
  const message = `The caller object id is '${caller.objectId}'. Connection '${reference}' to '${connector}' cannot be used to activate this flow, either because this is not a valid connection or because it is not a connection you have access permission for. Either replace the connection with a valid connection you can access or have the connection owner activate the flow, so the connection is shared with you in the context of this flow.`
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
