import type { ComponentPart } from '#format'
import { childText } from '#format'
import { fileText, valueOf } from '../../kinds/part-text.ts'
import { columnReference, elementsNamed, guidReference, matches, tableReference, textsNamed } from './text.ts'

/** A connection reference on a custom connector needs that connector. */
export function ofConnectionReference(part: ComponentPart): string[] {
  return elementsNamed(part.xml, 'customconnectorid').flatMap((node) => guidReference(['Connector'], childText(node, 'connectorid')))
}

/** The name under which connection references speak of a connector. */
export function namesOfConnector(part: ComponentPart): string[] {
  return guidReference(['Connector'], valueOf(part, 'connectorid'))
}

/** A variable of the type data source needs its connection reference and the variable above it. */
export function ofVariable(part: ComponentPart): string[] {
  const text = fileText(part, 'environmentvariabledefinition.xml')
  const under = (name: string, key: string): string[] => matches(text, new RegExp(`<${name}>\\s*<${key}>([^<]+)<`, 'g'))
  return [
    ...under('connectionreferenceid', 'connectionreferencelogicalname').map((name) => `connectionreference:${name}`),
    ...under('parentdefinitionid', 'schemaname').map((name) => `EnvironmentVariableDefinition:${name}`),
  ]
}

/** A role needs the tables of its privileges: prvReadcon_order. */
export function ofRole(part: ComponentPart): string[] {
  const privileges = elementsNamed(part.xml, 'RolePrivilege').flatMap(
    (node) => node.attributes.find(({ name }) => name === 'name')?.value ?? [],
  )
  return privileges.flatMap((name) => tableReference(/^prv(?:Create|Read|Write|Delete|AppendTo|Append|Assign|Share)(.+)$/.exec(name)?.[1]))
}

/** Column security: the columns that the profile names. */
export function ofFieldSecurityProfile(part: ComponentPart): string[] {
  return elementsNamed(part.xml, 'FieldPermission').flatMap((node) => {
    const table = childText(node, 'EntityName')
    return [...tableReference(table), ...columnReference(table, childText(node, 'AttributeName'))]
  })
}

/** The mapping of columns between two tables. */
export function ofEntityMap(part: ComponentPart): string[] {
  const [source, target] = [valueOf(part, 'EntitySource'), valueOf(part, 'EntityTarget')]
  return [
    ...tableReference(source),
    ...tableReference(target),
    ...textsNamed(part.xml, 'AttributeSource').flatMap((name) => columnReference(source, name)),
    ...textsNamed(part.xml, 'AttributeTarget').flatMap((name) => columnReference(target, name)),
  ]
}

/** An alternate key needs its columns. */
export function ofKey(part: ComponentPart): string[] {
  const table = part.key.split('.')[0]
  return textsNamed(part.xml, 'AttributeName').flatMap((name) => columnReference(table, name))
}

/** A part of an agent: its agent, and the flows that its topic calls. */
export function ofBotComponent(part: ComponentPart): string[] {
  const flows = matches(fileText(part, '/data'), /\bflowId:\s*"?([0-9a-fA-F-]{36})/g)
  const bots = matches(fileText(part, '/botcomponent.xml'), /<parentbotid>\s*<schemaname>([^<]+)</g)
  return [...bots.map((name) => `bot:${name}`), ...flows.flatMap((id) => guidReference(['Workflow'], id))]
}

/** A custom API: the type that implements it, and the table that it is bound to. */
export function ofCustomApi(part: ComponentPart): string[] {
  const text = fileText(part, '/customapi.xml')
  return [
    ...matches(text, /<plugintypeexportkey>([^<]+)</g).flatMap((id) => guidReference(['PluginType'], id)),
    ...matches(text, /<boundentitylogicalname>([^<]+)</g).flatMap(tableReference),
  ]
}

/** A masking rule is used by columns that its files name. */
export function ofMaskingRule(part: ComponentPart): string[] {
  return part.files
    .filter((file) => file.path.toLowerCase().endsWith('/attributemaskingrule.xml'))
    .flatMap((file) => {
      const text = new TextDecoder().decode(file.bytes)
      const [column] = matches(text, /<attributelogicalname>([^<]+)</g)
      const [table] = matches(text, /<entityname>([^<]+)</g)
      return [...tableReference(table), ...columnReference(table, column)]
    })
}
