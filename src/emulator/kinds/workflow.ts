import type { ComponentPart } from '#format'
import { child } from '#format'
import type { Row } from '../store/store.ts'
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
  /** Logical name of a connection reference; undefined for a connection that is written into the flow. */
  readonly reference: string | undefined
  readonly connector: string
}

/** The connections that a flow's definition uses. */
export function flowConnections(clientdata: unknown): readonly FlowConnection[] {
  const entries = Object.values(referencesOf(clientdata))
  return entries.map((entry) => {
    const logicalName = asRecord(asRecord(entry).connection).connectionReferenceLogicalName
    const connector = asRecord(asRecord(entry).api).name
    return {
      reference: typeof logicalName === 'string' ? logicalName.toLowerCase() : undefined,
      connector: typeof connector === 'string' ? connector : '',
    }
  })
}

function referencesOf(clientdata: unknown): Row {
  if (typeof clientdata !== 'string') return {}
  try {
    return asRecord(asRecord(asRecord(JSON.parse(clientdata)).properties).connectionReferences)
  } catch {
    return {} // A definition that is not JSON has no connections; activating it is refused elsewhere.
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
