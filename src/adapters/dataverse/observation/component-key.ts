import type { ComponentSummary } from '../component-summaries.ts'

type Named = Pick<ComponentSummary, 'id' | 'kind' | 'name' | 'uniqueName' | 'table'>

/** Kinds that solution files know by a name; ids of the others travel with them and are the same in every environment. */
const keyRules: Readonly<Record<string, (component: Named) => string | undefined>> = {
  Entity: ({ name }) => name.toLowerCase(),
  Attribute: inTable,
  EntityKey: inTable,
  EntityRelationship: ({ name }) => name,
  OptionSet: ({ name }) => name,
  WebResource: ({ name }) => name,
  CustomControl: ({ name }) => name,
  CanvasApp: ({ name }) => name,
  Connector: ({ name }) => name,
  AppModule: byUniqueName,
  SiteMap: byUniqueName,
  connectionreference: byUniqueName,
  EnvironmentVariableDefinition: byUniqueName,
  EnvironmentVariableValue: byUniqueName,
  RibbonCustomization: () => 'application',
}

/**
 * The identity of a component that solution files have, so that what an environment holds can be compared with what a file brings.
 * Kinds with a number of each environment's own lie in folders that are named by their unique or schema name, or by their name.
 */
export function componentKeyOf(component: Named, hasOwnNumber: boolean): string {
  const rule = keyRules[component.kind]
  if (rule !== undefined) return rule(component) ?? component.id
  return hasOwnNumber ? byUniqueName(component) : component.id
}

/** Columns and keys are named within their table; without one there is nothing that would be the same elsewhere. */
function inTable({ name, table }: Named): string | undefined {
  return table === undefined ? undefined : `${table}.${name}`.toLowerCase()
}

function byUniqueName({ name, uniqueName }: Named): string {
  return uniqueName ?? name
}
