import { managedSuffix, sectionFolders, type SourcePlace } from './section-folders.ts'

/** Where a file of the XML layout lies in the YAML layout; of files that become YAML, only the form of the name is the rule's. */
export function yamlPathOf(xmlPath: string, isConverted: boolean): string {
  const [top = '', ...rest] = xmlPath.split('/')
  const folder = sectionFolders.get(top.toLowerCase())
  const inside = rest.join('/')
  if (folder !== top) return yamlVariableValues(xmlPath)
  const name = isConverted ? yamlName(top, inside) : inside
  if (top === 'Entities') return `entities/${lowerTable(name)}`
  return `${top === 'Workflows' && isModernFlow(inside) ? 'modernflows' : top.toLowerCase()}/${name}`
}

/**
 * Where a file of the YAML layout lies in the XML layout. `tableNames` gives the name of a table by that name in lower case, as
 * folders of the YAML layout have it.
 */
export function xmlPathOf(yamlPath: string, isConverted: boolean, tableNames: ReadonlyMap<string, string>): string {
  const [first = '', ...rest] = yamlPath.split('/')
  const top = first === 'modernflows' ? 'Workflows' : sectionFolders.get(first.toLowerCase())
  if (top === undefined) return xmlVariableValues(yamlPath)
  const inside = isConverted ? xmlName(top, rest.join('/')) : rest.join('/')
  if (top !== 'Entities') return `${top}/${inside}`
  const [table = '', ...more] = inside.split('/')
  return ['Entities', tableNames.get(table.toLowerCase()) ?? table, ...more].join('/')
}

/** Whether SolutionPackager itself writes this file of the XML layout, so that it is an element split out of customizations.xml. */
export function isSplitOut(xmlPath: string): boolean {
  const [top = '', ...rest] = xmlPath.split('/')
  return splitOutShapes.get(top)?.test(rest.join('/')) ?? false
}

const single = /^[^/]+\.xml$/
const beside = /\.data\.xml$/
const splitOutShapes: ReadonlyMap<string, RegExp> = new Map([
  ['Entities', /^[^/]+\/(?:Entity\.xml|RibbonDiff\.xml|FormXml\/[^/]+\/[^/]+\.xml|SavedQueries\/[^/]+\.xml|Visualizations\/[^/]+\.xml)$/],
  ['OptionSets', single],
  ['Roles', single],
  ['SdkMessageProcessingSteps', single],
  ['Dashboards', single],
  ['InteractionCentricDashboards', single],
  ['Dialogs', single],
  ['EntityDataProviders', single],
  ['EntityDataSources', single],
  ['Connectors', single],
  ['Other', /^(?:[^/]+|Relationships\/[^/]+)\.xml$/],
  ['AppModules', /^[^/]+\/AppModule(?:_managed)?\.xml$/],
  ['AppModuleSiteMaps', /^[^/]+\/AppModuleSiteMap(?:_managed)?\.xml$/],
  ['CanvasApps', /^[^/]+\.meta\.xml$/],
  ['PluginAssemblies', /^(?:ServiceEndpoints\.xml|.+\.data\.xml)$/],
  ['Workflows', beside],
  ['WebResources', beside],
  ['Controls', beside],
  ['Reports', beside],
  ['StoredProcedures', beside],
])

/** Files whose root SolutionPackager does not give the xsi namespace. */
export function isWithoutXsi(xmlPath: string): boolean {
  return /^(?:Other\/(?:Solution|Customizations)\.xml|AppModules\/.*)$/.test(xmlPath)
}

/** The table's folder of a file of the YAML layout, with the rest of the path; undefined outside of tables. */
export function tablePlace(yamlPath: string): SourcePlace | undefined {
  const [top = '', table, ...rest] = yamlPath.split('/')
  if (top.toLowerCase() !== 'entities' || table === undefined || rest.length === 0) return undefined
  return { table, inside: rest }
}

function lowerTable(inside: string): string {
  const at = inside.indexOf('/')
  return at < 0 ? inside.toLowerCase() : inside.slice(0, at).toLowerCase() + inside.slice(at)
}

function isModernFlow(name: string): boolean {
  return /\.json(?:\.data\.xml)?$/i.test(name)
}

function yamlName(top: string, name: string): string {
  const renamed = name.replace(/\.xml$/, '.yml')
  return top === 'AppModules' || top === 'AppModuleSiteMaps' ? lowerFileName(renamed) : renamed
}

function lowerFileName(path: string): string {
  const at = path.lastIndexOf('/') + 1
  return path.slice(0, at) + path.slice(at).toLowerCase()
}

function xmlName(top: string, name: string): string {
  const renamed = name.replace(/\.ya?ml$/i, '.xml')
  const fixed = fixedNames.get(top)
  if (fixed === undefined) return renamed
  const at = renamed.lastIndexOf('/') + 1
  const isManaged = renamed.endsWith(`${managedSuffix}.xml`)
  return `${renamed.slice(0, at)}${fixed}${isManaged ? managedSuffix : ''}.xml`
}

const fixedNames: ReadonlyMap<string, string> = new Map([
  ['AppModules', 'AppModule'],
  ['AppModuleSiteMaps', 'AppModuleSiteMap'],
])

const variableFolder = 'environmentvariabledefinitions/'

function yamlVariableValues(path: string): string {
  return path.startsWith(variableFolder) ? path.replace(/\/environmentvariablevalues\.json$/, '/environment_variable_values.json') : path
}

function xmlVariableValues(path: string): string {
  return path.startsWith(variableFolder) ? path.replace(/\/environment_variable_values\.json$/, '/environmentvariablevalues.json') : path
}
