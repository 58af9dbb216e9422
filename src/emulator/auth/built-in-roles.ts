import type { Row } from '../store/store.ts'
import type { Depth } from './privilege-set.ts'

/**
 * Roles that every environment has, with the ids of their templates, which are the same everywhere (public constants of
 * microsoft/BCApps and of role lists on GitHub).
 */
export const builtInRoles = [
  { name: 'System Administrator', templateId: '627090ff-40a3-4053-8790-584edc5be201' },
  { name: 'System Customizer', templateId: '119f245c-3cc8-4b62-b31c-d1a046ced15d' },
  { name: 'Basic User', templateId: '236750cd-45ae-4939-ab12-b24b920ced93' },
] as const

export type BuiltInRole = (typeof builtInRoles)[number]['name']

export function builtInRole(row: Row): BuiltInRole | undefined {
  return builtInRoles.find((known) => known.templateId === row['roletemplateid'])?.name
}

/** What is asked of a table: the verb and the table's logical name. */
export interface TableNeed {
  readonly verb: 'read' | 'create' | 'write' | 'delete' | 'assign' | 'share'
  readonly table: string
}

const people = wordSet('systemuser role team businessunit organization fieldsecurityprofile privilege fieldpermission')
const plugIns = wordSet('pluginassembly plugintype pluginpackage sdkmessageprocessingstep serviceendpoint')
const shownToAll = wordSet(`solution publisher solutioncomponent solutioncomponentdefinition savedquery savedqueryvisualization systemform
  webresource appmodule entity attribute relationship optionset environmentvariabledefinition environmentvariablevalue`)
const customization = new Set([
  ...shownToAll,
  ...wordSet(`canvasapp workflow connectionreference importjob asyncoperation stagesolutionupload msdyn_componentlayer
    msdyn_solutioncomponentsummary msdyn_solutionhistory sitemap customcontrol connector`),
])
const ownedByUsers = wordSet('workflow connectionreference canvasapp asyncoperation')

/**
 * How far a built-in role reaches for a table; undefined for not at all. What System Customizer and Basic User hold is known by rule
 * (release-facts §5; the service's documentation of predefined roles: rows that they make themselves, Basic User of tables that are not
 * custom), not by a full list of privileges, so single tables are unverified.
 */
export function depthOfBuiltIn(role: BuiltInRole, need: TableNeed): Depth | undefined {
  if (role === 'System Administrator') return 'Global'
  return role === 'System Customizer' ? depthOfCustomizer(need) : depthOfBasicUser(need)
}

function depthOfCustomizer({ verb, table }: TableNeed): Depth | undefined {
  if (people.has(table)) return verb === 'read' ? 'Global' : undefined
  // Without create on assemblies: registering code takes a System Administrator (release-facts §5).
  if (plugIns.has(table)) return verb === 'read' || table !== 'pluginassembly' ? 'Global' : undefined
  return customization.has(table) ? 'Global' : 'Basic'
}

function depthOfBasicUser({ verb, table }: TableNeed): Depth | undefined {
  if (people.has(table) || shownToAll.has(table)) return verb === 'read' ? 'Global' : undefined
  if (ownedByUsers.has(table)) return 'Basic'
  const isCustom = table.includes('_')
  return isCustom || customization.has(table) || plugIns.has(table) ? undefined : 'Basic'
}

const ofCustomizer = wordSet(`prvImportCustomization prvExportCustomization prvPublishCustomization prvWriteSolution prvDeleteSolution
  prvReadSolution`)

/** Whether a built-in role has a privilege that belongs to no table. */
export function hasGeneralPrivilege(role: BuiltInRole, privilege: string): boolean {
  if (role === 'System Administrator') return true
  return role === 'System Customizer' ? ofCustomizer.has(privilege) : privilege === 'prvReadSolution'
}

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}
