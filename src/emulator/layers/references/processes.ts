import type { ComponentPart } from '#format'
import { attributeOf } from '#format'
import { fileText, valueOf } from '../../kinds/part-text.ts'
import { flowConnections } from '../../kinds/workflow.ts'
import { columnReference, elementsNamed, guidReference, matches, tableReference } from './text.ts'

/** Flows: connection references, variables, child flows. Classic processes: tables, columns, child processes, activities of assemblies. */
export function ofWorkflow(part: ComponentPart): string[] {
  return [...tableReference(valueOf(part, 'PrimaryEntity')), ...ofFlow(fileText(part, '.json')), ...ofXaml(fileText(part, '.xaml'))]
}

function ofFlow(definition: string | undefined): string[] {
  const connections = flowConnections(definition).flatMap((use) =>
    use.reference === undefined ? [] : [`connectionreference:${use.reference}`],
  )
  const variables = matches(definition, /"schemaName"\s*:\s*"([^"]+)"/g).map(
    (name) => `EnvironmentVariableDefinition:${name.toLowerCase()}`,
  )
  const children = matches(definition, /"workflowReferenceName"\s*:\s*"([^"]+)"/g).flatMap((id) => guidReference(['Workflow'], id))
  return [...connections, ...variables, ...children]
}

function ofXaml(xaml: string | undefined): string[] {
  if (xaml === undefined) return []
  const own = [...xaml.matchAll(/<mxswa:(?:Get|Set)EntityProperty\b[^>]*/g)].flatMap(([tag]) => {
    const [column] = matches(tag, /\bAttribute="([^"]+)"/g)
    const [table] = matches(tag, /\bEntityName="([^"]+)"/g)
    return columnReference(table, column)
  })
  return [
    ...matches(xaml, /\bEntityName="([A-Za-z0-9_]+)"/g).flatMap(tableReference),
    ...own,
    ...matches(xaml, /\bWorkflowId="([^"]+)"/g).flatMap((id) => guidReference(['Workflow'], id)),
    ...matches(xaml, /\bAssemblyQualifiedName="([^"]+)"/g).flatMap(assemblyReference),
  ]
}

/** `Namespace.Type, Assembly, Version=…`: the assembly, by the name that {@link namesOfAssembly} gives it. */
export function assemblyReference(qualified: string | undefined): string[] {
  const name = qualified?.split(',')[1]?.trim()
  return name === undefined || name === '' ? [] : [`PluginAssembly:${name.toLowerCase()}`]
}

/** The names under which steps, activities and custom APIs speak of an assembly: its own and the ids of its types. */
export function namesOfAssembly(part: ComponentPart): string[] {
  const full = attributeOf(part.xml, 'FullName')?.split(',')[0]?.trim()
  const types = elementsNamed(part.xml, 'PluginType').flatMap((type) => guidReference(['PluginType'], attributeOf(type, 'PluginTypeId')))
  return [...(full === undefined ? [] : [`PluginAssembly:${full.toLowerCase()}`]), ...types]
}

/** A plug-in step: its assembly, table, filtering columns and images. Messages belong to the platform. */
export function ofStep(part: ComponentPart): string[] {
  const table = valueOf(part, 'PrimaryEntity')?.toLowerCase()
  const lists = [
    valueOf(part, 'FilteringAttributes'),
    ...elementsNamed(part.xml, 'SdkMessageProcessingStepImage').map((image) => attributesOf(image)),
  ]
  const columns = table === 'none' ? [] : lists.flatMap((list) => (list ?? '').split(',').filter((name) => name.trim() !== ''))
  const byId = guidReference(['PluginType', 'ServiceEndpoint'], valueOf(part, 'PluginTypeId') ?? valueOf(part, 'EventHandlerId'))
  return [
    ...tableReference(table),
    ...columns.flatMap((name) => columnReference(table, name.trim())),
    ...assemblyReference(valueOf(part, 'PluginTypeName')),
    ...byId,
  ]
}

function attributesOf(image: NonNullable<ComponentPart['xml']>): string | undefined {
  return valueOf(
    { kind: 'SdkMessageProcessingStepImage', key: '', displayName: undefined, parent: undefined, section: [], xml: image, files: [] },
    'Attributes',
  )
}
