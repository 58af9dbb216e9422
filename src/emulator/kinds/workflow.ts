import type { ComponentPart } from '#format'
import { child } from '#format'
import { removeShares } from '../auth/row-shares.ts'
import type { Row } from '../store/store.ts'
import { forgetFlow } from './flow-memory.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { bareGuid, fileText, label, numberOf, valueOf } from './part-text.ts'
import { asText, setAttribute, setFile, setLabel } from './xml-edit.ts'

/** Categories of `workflow.category` (web-api B.1). */
export const cloudFlowCategory = 5

export const workflow: KindBehaviour = {
  kind: 'Workflow',
  operational: ['statecode', 'statuscode', 'ownerid', 'createdby', 'createdon'],
  project(part) {
    return {
      workflowid: part.key,
      name: valueOf(part, 'Name') ?? part.displayName ?? part.key,
      description: label(child(part.xml, 'Descriptions')) ?? valueOf(part, 'Description') ?? null,
      category: categoryOf(part),
      type: numberOf(valueOf(part, 'Type')) ?? 1,
      mode: numberOf(valueOf(part, 'Mode')) ?? 0,
      scope: numberOf(valueOf(part, 'Scope')) ?? 4,
      primaryentity: valueOf(part, 'PrimaryEntity') ?? 'none',
      modernflowtype: numberOf(valueOf(part, 'ModernFlowType')),
      clientdata: fileText(part, '.json') ?? null,
      xaml: fileText(part, '.xaml') ?? null,
      uniquename: valueOf(part, 'UniqueName') ?? null,
      workflowidunique: part.key,
    }
  },
  // A flow that is new is off, whatever the package says (facts-2 §0: switch flows on explicitly); classic ones follow PublishWorkflows.
  initial: () => ({ statecode: 0, statuscode: 1 }),
  removed(tx, id) {
    forgetFlow(tx, id)
    removeShares(tx, id)
  },
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column === 'name') next = setLabel(setAttribute(next, 'Name', value), { list: 'LocalizedNames', item: 'LocalizedName' }, value)
      else if (column === 'description') next = setLabel(next, { list: 'Descriptions', item: 'Description' }, value)
      else if (column === 'clientdata' && isFlow(part)) next = withDefinition(next, value)
      else return undefined
    }
    return next
  },
}

export function isFlow(part: ComponentPart): boolean {
  return categoryOf(part) === cloudFlowCategory
}

function categoryOf(part: ComponentPart): number {
  return numberOf(valueOf(part, 'Category')) ?? 0
}

/** True when the package carries it as activated. */
export function isActivatedInPackage(part: ComponentPart): boolean {
  return valueOf(part, 'StateCode') === '1'
}

export interface FlowConnection {
  /** Its name inside the definition, which actions refer to. */
  readonly key: string
  /** Logical name of a connection reference; undefined for a connection that is written into the flow. */
  readonly reference: string | undefined
  readonly connector: string
}

/** The connections that a flow's definition uses. */
export function flowConnections(clientdata: unknown): readonly FlowConnection[] {
  const entries = Object.entries(asRecord(asRecord(readDefinition(clientdata)).connectionReferences))
  return entries.map(([key, entry]) => {
    const logicalName = asRecord(asRecord(entry).connection).connectionReferenceLogicalName
    const { name } = asRecord(asRecord(entry).api)
    // Older definitions write the connector's id beside its connection.
    const connector =
      typeof name === 'string'
        ? name
        : String(asRecord(entry).id ?? '')
            .split('/')
            .at(-1)
    return {
      key,
      reference: typeof logicalName === 'string' ? logicalName.toLowerCase() : undefined,
      connector: connector ?? '',
    }
  })
}

/** Ids of the flows that a definition runs as children: actions of type Workflow. */
export function childFlows(clientdata: unknown): readonly string[] {
  const found = new Set<string>()
  collectChildren(readDefinition(clientdata), found)
  return [...found]
}

function collectChildren(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  const { type, inputs } = asRecord(node)
  const child = type === 'Workflow' ? asRecord(asRecord(inputs).host).workflowReferenceName : undefined
  if (typeof child === 'string') found.add(child.toLowerCase())
  for (const value of Object.values(node)) collectChildren(value, found)
}

/** `properties` of a flow's clientdata; undefined for what is no flow's definition. */
export function readDefinition(clientdata: unknown): Row | undefined {
  if (typeof clientdata !== 'string') return undefined
  try {
    const { properties } = asRecord(JSON.parse(clientdata))
    return typeof properties === 'object' && properties !== null ? asRecord(properties) : undefined
  } catch {
    return undefined
  }
}

function asRecord(value: unknown): Row {
  // Only members are read, and each is tested by its reader.
  return typeof value === 'object' && value !== null ? (value as Row) : {}
}

function withDefinition(part: ComponentPart, clientdata: unknown): ComponentPart {
  const path =
    part.files.find((file) => file.path.toLowerCase().endsWith('.json'))?.path ?? `Workflows/${bareGuid(part.key)?.toUpperCase()}.json`
  return setFile(part, path, Buffer.from(asText(clientdata)))
}
