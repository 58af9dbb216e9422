import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, childElements, childText } from '#format'
import { kindOfRootType } from '../kinds/kind-table.ts'
import { bareGuid, fileText, valueOf } from '../kinds/part-text.ts'
import { flowConnections } from '../kinds/workflow.ts'

/** Component ids (`kind:key`) that a part needs, as far as its definition names them; its parent included. */
export function referencesOf(part: ComponentPart): readonly string[] {
  const found = new Set<string>(part.parent === undefined ? [] : [part.parent])
  for (const reference of readers[part.kind]?.(part) ?? []) found.add(reference)
  found.delete(`${part.kind}:${part.key}`)
  return [...found]
}

const readers: Readonly<Record<string, (part: ComponentPart) => readonly string[]>> = {
  EntityRelationship: ofRelationship,
  Attribute: (part) => {
    const optionSet = valueOf(part, 'OptionSetName')
    return optionSet === undefined ? [] : [`OptionSet:${optionSet}`]
  },
  Workflow: ofWorkflow,
  SavedQuery: ofView,
  SystemForm: ofForm,
  AppModule: ofApp,
  SiteMap: (part) => attributesNamed(part.xml, 'SubArea', 'Entity').map((name) => `Entity:${name.toLowerCase()}`),
  SdkMessageProcessingStep: (part) => entityReference(valueOf(part, 'PrimaryEntity')),
  CanvasApp: ofCanvasApp,
}

function ofRelationship(part: ComponentPart): string[] {
  const table = valueOf(part, 'ReferencingEntityName')?.toLowerCase()
  const column = valueOf(part, 'ReferencingAttributeName')?.toLowerCase()
  const names = ['ReferencingEntityName', 'ReferencedEntityName', 'FirstEntityName', 'SecondEntityName']
  const tables = names.flatMap((name) => entityReference(valueOf(part, name)))
  return table === undefined || column === undefined ? tables : [...tables, `Attribute:${table}.${column}`]
}

function ofWorkflow(part: ComponentPart): string[] {
  const definition = fileText(part, '.json')
  const connections = flowConnections(definition).flatMap((use) =>
    use.reference === undefined ? [] : [`connectionreference:${use.reference}`],
  )
  const variables = matches(definition, /"schemaName"\s*:\s*"([^"]+)"/g).map(
    (name) => `EnvironmentVariableDefinition:${name.toLowerCase()}`,
  )
  const children = matches(definition, /"workflowReferenceName"\s*:\s*"([^"]+)"/g).flatMap((id) =>
    bareGuid(id) === undefined ? [] : [`Workflow:${bareGuid(id)}`],
  )
  return [...entityReference(valueOf(part, 'PrimaryEntity')), ...connections, ...variables, ...children]
}

function ofView(part: ComponentPart): string[] {
  const table = childElements(childElements(child(part.xml, 'fetchxml'))[0]).find((node) => node.name === 'entity')
  const name = attributeOf(table, 'name')?.toLowerCase()
  if (name === undefined) return []
  const columns = childElements(table).filter((node) => node.name === 'attribute')
  const links = attributesNamed(table, 'link-entity', 'name').flatMap((linked) => entityReference(linked))
  return [`Entity:${name}`, ...links, ...columns.map((node) => `Attribute:${name}.${attributeOf(node, 'name')?.toLowerCase() ?? ''}`)]
}

function ofForm(part: ComponentPart): string[] {
  const table = part.parent?.startsWith('Entity:') === true ? part.parent.slice('Entity:'.length) : undefined
  const columns =
    table === undefined
      ? []
      : attributesNamed(part.xml, 'control', 'datafieldname').map((name) => `Attribute:${table}.${name.toLowerCase()}`)
  return [...columns, ...attributesNamed(part.xml, 'Library', 'name').map((name) => `WebResource:${name}`)]
}

function ofApp(part: ComponentPart): string[] {
  const components = childElements(child(part.xml, 'AppModuleComponents'))
  return components.flatMap((node) => {
    const kind = kindOfRootType(attributeOf(node, 'type') ?? '')
    const name = attributeOf(node, 'schemaName')
    const key = bareGuid(attributeOf(node, 'id')) ?? (kind === 'Entity' ? name?.toLowerCase() : name)
    return key === undefined ? [] : [`${kind}:${key}`]
  })
}

function ofCanvasApp(part: ComponentPart): string[] {
  const text = childText(part.xml ?? emptyRoot, 'CdsDependencies')
  return matches(text, /"logicalname"\s*:\s*"([^"]+)"\s*,\s*"componenttype"\s*:\s*1\b/g).map((name) => `Entity:${name.toLowerCase()}`)
}

const emptyRoot: XmlElement = { type: 'element', name: 'none', attributes: [], children: [], isSelfClosed: true }

function entityReference(name: string | undefined): string[] {
  return name === undefined || name === '' || name === 'none' ? [] : [`Entity:${name.toLowerCase()}`]
}

function attributesNamed(root: XmlElement | undefined, elementName: string, attributeName: string): string[] {
  if (root === undefined) return []
  const own = root.name === elementName ? attributeOf(root, attributeName) : undefined
  const inside = childElements(root).flatMap((node) => attributesNamed(node, elementName, attributeName))
  return own === undefined || own === '' ? inside : [own, ...inside]
}

function matches(text: string | undefined, pattern: RegExp): string[] {
  return text === undefined ? [] : [...text.matchAll(pattern)].map((match) => match[1] ?? '')
}
