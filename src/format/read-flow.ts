import type { CloudFlow } from '#domain/solution'
import { entriesOf, filledText, isRecord, parseJson, valueAt } from './json-value.ts'
import { bareGuid } from './kinds/identity.ts'
import type { ComponentPart } from './package.ts'
import { childText } from './xml/tree.ts'

// Option set workflow_category: 5 is Modern Flow; 6 desktop flows and 9000 web client flows are JSON too, but nobody switches them on.
const modernFlow = '5'

/** The cloud flow that a workflow part is, or undefined for classic workflows, rules, actions and desktop flows. */
export function readCloudFlow(part: ComponentPart): CloudFlow | undefined {
  const { xml } = part
  if (xml === undefined || (childText(xml, 'Category') ?? modernFlow) !== modernFlow) return undefined
  const jsonPath = childText(xml, 'JsonFileName')
  if (jsonPath === undefined) return undefined
  const file = part.files.find((candidate) => candidate.path.toLowerCase().endsWith('.json'))
  const definition = file && parseJson(file.bytes)
  const connections = readConnections(definition)
  return {
    id: part.key,
    name: part.displayName ?? part.key,
    isOn: childText(xml, 'StateCode') === '1',
    ...connections,
    childFlows: [...childFlowsIn(valueAt(definition, 'properties', 'definition'))],
    definition,
  }
}

function readConnections(definition: unknown): Pick<CloudFlow, 'connectionReferences' | 'embeddedConnections'> {
  const connectionReferences = new Set<string>()
  const embedded = new Map<string, { connector: string; connection: string }>()
  for (const [name, reference] of entriesOf(valueAt(definition, 'properties', 'connectionReferences'))) {
    const logicalName = filledText(valueAt(reference, 'connection', 'connectionReferenceLogicalName'))
    if (logicalName !== undefined) {
      connectionReferences.add(logicalName)
      continue
    }
    const connector = filledText(valueAt(reference, 'api', 'name')) ?? filledText(valueAt(reference, 'id')) ?? name
    const connection =
      filledText(valueAt(reference, 'connectionName')) ??
      filledText(valueAt(reference, 'connection', 'name')) ??
      filledText(valueAt(reference, 'connection', 'id'))
    // The person who runs it brings the connection: nothing is written into the flow.
    const isInvokers =
      filledText(valueAt(reference, 'runtimeSource'))?.toLowerCase() === 'invoker' ||
      filledText(valueAt(reference, 'source'))?.toLowerCase() === 'invoker'
    if (connection === undefined && isInvokers) continue
    embedded.set(`${connector} ${connection ?? ''}`, { connector, connection: connection ?? '' })
  }
  for (const [name, value] of entriesOf(valueAt(definition, 'properties', 'definition', 'parameters', '$connections', 'defaultValue'))) {
    const connection = filledText(valueAt(value, 'connectionId'))
    if (connection !== undefined) embedded.set(`${name} ${connection}`, { connector: filledText(valueAt(value, 'id')) ?? name, connection })
  }
  return { connectionReferences: [...connectionReferences], embeddedConnections: [...embedded.values()] }
}

/** Ids of the flows that actions of type Workflow ("Run a Child Flow") call, at any depth. */
function childFlowsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) childFlowsIn(item, found)
  else if (isRecord(value)) {
    const reference =
      value['type'] === 'Workflow' ? bareGuid(filledText(valueAt(value, 'inputs', 'host', 'workflowReferenceName'))) : undefined
    if (reference !== undefined) found.add(reference)
    for (const inner of Object.values(value)) childFlowsIn(inner, found)
  }
  return found
}
