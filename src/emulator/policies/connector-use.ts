import { connectorNamed } from '../kinds/connections.ts'
import { customConnectorHost, isCustomConnector } from '../kinds/custom-connectors.ts'
import { childFlows, flowConnections } from '../kinds/workflow.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { ConnectorUse } from './evaluate.ts'

/** What a cloud flow uses, its child flows included: they are judged together (release-facts §4.2). */
export function usesOfFlow(tx: ReadTransaction, flow: Row): readonly ConnectorUse[] {
  return withChildren(tx, flow).flatMap((each) => usesOfDefinition(tx, each['clientdata']))
}

function withChildren(tx: ReadTransaction, flow: Row): readonly Row[] {
  const found = new Map<string, Row>([[String(flow['workflowid']), flow]])
  // A map may grow while it is walked; each flow is visited once.
  for (const row of found.values()) {
    for (const id of childFlows(row['clientdata'])) {
      const child = tx.get('workflow', id)
      if (child !== undefined && !found.has(id)) found.set(id, child)
    }
  }
  return [...found.values()]
}

function usesOfDefinition(tx: ReadTransaction, clientdata: unknown): readonly ConnectorUse[] {
  const steps = typeof clientdata === 'string' ? stepsOf(parsed(clientdata)) : []
  const connectors = flowConnections(clientdata).map(({ connector, key }) => {
    const actions = steps.filter((step) => step.connector === connector || step.connection === key).flatMap((step) => step.action ?? [])
    return { connector, actions, ...customHost(tx, connector) }
  })
  return [...connectors, ...steps.flatMap((step) => step.virtual ?? [])]
}

/** What a canvas app uses. Tables of the environment itself count as Dataverse (legacy) in apps (release-facts §4.2). */
export function usesOfCanvasApp(tx: ReadTransaction, app: Row): readonly ConnectorUse[] {
  const references = Object.values(object(parsed(app['connectionreferences'])))
  const connectors = references.flatMap((each): ConnectorUse[] => {
    const { id, actions } = object(each)
    if (typeof id !== 'string') return []
    const connector = connectorNamed(id)
    return [{ connector, actions: Array.isArray(actions) ? actions.map(String) : [], ...customHost(tx, connector) }]
  })
  const hasTables = Object.keys(object(parsed(app['databasereferences']))).length > 0
  return hasTables ? [...connectors, { connector: 'shared_commondataservice' }] : connectors
}

function customHost(tx: ReadTransaction, connector: string): { readonly customHost?: string } {
  return isCustomConnector(connector) ? { customHost: customConnectorHost(tx, connector) ?? '' } : {}
}

/** One trigger or action of a definition. */
interface Step {
  readonly connector?: string
  readonly connection?: string
  readonly action?: string
  readonly virtual?: ConnectorUse
}

function stepsOf(node: unknown): Step[] {
  if (typeof node !== 'object' || node === null) return []
  return [readStep(object(node)), ...Object.values(node).flatMap(stepsOf)]
}

function readStep(node: Row): Step {
  const host = object(object(node['inputs'])['host'])
  const virtual = virtualUse(node)
  if (virtual !== undefined) return { virtual }
  const { apiId, connectionName, operationId } = host
  if (typeof operationId !== 'string') return {}
  return {
    action: operationId,
    ...(typeof apiId === 'string' ? { connector: connectorNamed(apiId) } : {}),
    ...(typeof connectionName === 'string' ? { connection: connectionName } : {}),
  }
}

/** HTTP actions and triggers count as connectors that nobody has a connection to (release-facts §4.1, §4.2). */
function virtualUse(node: Row): ConnectorUse | undefined {
  const { type, kind } = node
  if (type === 'Request') return kind === undefined || kind === 'Http' ? { connector: 'HttpRequestReceived' } : undefined
  if (type !== 'Http' && type !== 'HttpWebhook') return undefined
  const { uri, subscribe } = object(node['inputs'])
  const address = uri ?? object(subscribe)['uri']
  const isWritten = typeof address === 'string' && !address.includes('@')
  return { connector: type, endpoints: isWritten ? [address] : [] }
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // What is no JSON uses nothing; turning such a flow on is refused elsewhere.
  }
}

function object(value: unknown): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
}
