import { managedSuffix } from './section-folders.ts'
import { tablePlace, xmlPathOf } from './layout-paths.ts'
import { type YamlDocument, entryOf, isMap, textOfNode } from './yaml-node.ts'

/**
 * Where a component goes in the XML layout whose file is not named as SolutionPackager names it: Dataverse's own commits keep a
 * folder for each component with a file of a general name in it (`savedqueries/<id>/savedquery.yml`) [seen in 2 public
 * repositories], and hands name files as they like. The root key and the content decide. Undefined for an unknown root.
 */
export function placeByContent(yamlPath: string, document: YamlDocument, tableNames: ReadonlyMap<string, string>): string | undefined {
  if (tablePlace(yamlPath) !== undefined) return tableFilePlace(yamlPath, document, tableNames)
  return placesByRoot.get(document.root)?.(document)
}

function tableFilePlace(yamlPath: string, document: YamlDocument, tableNames: ReadonlyMap<string, string>): string | undefined {
  const place = tablePlace(yamlPath)
  if (place === undefined) return undefined
  const folder = `Entities/${tableNames.get(place.table.toLowerCase()) ?? place.table}`
  const suffix = /_managed\.yml$/i.test(yamlPath) ? managedSuffix : ''
  switch (document.root) {
    case 'systemform': {
      const type = place.inside[1]
      return place.inside.length < 3 || type === undefined
        ? undefined
        : within(`${folder}/FormXml/${type}`, idOf(document, 'formid'), suffix)
    }
    case 'savedquery':
      return within(`${folder}/SavedQueries`, idOf(document, 'savedqueryid'))
    case 'visualization':
    case 'savedqueryvisualization':
      return within(`${folder}/Visualizations`, idOf(document, 'savedqueryvisualizationid'))
    case 'RibbonDiffXml':
      return `${folder}/RibbonDiff.xml`
    default:
      return undefined
  }
}

type Place = (document: YamlDocument) => string | undefined

const placesByRoot: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['optionset', (document) => within('OptionSets', attribute(document, 'Name'))],
  ['Role', (document) => within('Roles', attribute(document, 'name'))],
  ['SdkMessageProcessingStep', (document) => within('SdkMessageProcessingSteps', attribute(document, 'SdkMessageProcessingStepId'))],
  ['PluginAssembly', (document) => beside(text(document, 'FileName'))],
  ['CustomControl', (document) => beside(text(document, 'FileName'))],
  ['Workflow', (document) => beside(text(document, 'JsonFileName') ?? text(document, 'XamlFileName'))],
  ['WebResource', (document) => (text(document, 'Name') === undefined ? undefined : `WebResources/${text(document, 'Name')}.data.xml`)],
  ['AppModule', (document) => within('AppModules', text(document, 'UniqueName'), '/AppModule')],
  ['AppModuleSiteMap', (document) => within('AppModuleSiteMaps', text(document, 'SiteMapUniqueName'), '/AppModuleSiteMap')],
  ['CanvasApp', (document) => within('CanvasApps', text(document, 'Name'), '.meta')],
  ['Connector', (document) => within('Connectors', text(document, 'name'))],
  ['EntityDataProvider', (document) => within('EntityDataProviders', text(document, 'EntityDataProviderId'))],
  ['EntityDataSource', (document) => within('EntityDataSources', attribute(document, 'EntityDataSourceId'))],
  ['Dashboard', (document) => within('Dashboards', text(document, 'FormId'))],
  ['Dialog', (document) => within('Dialogs', text(document, 'FormId'))],
  ['ServiceEndpoints', () => 'PluginAssemblies/ServiceEndpoints.xml'],
  ['SiteMap', () => 'Other/SiteMap.xml'],
  ['RibbonDiffXml', () => 'Other/RibbonCustomization.xml'],
  ['FieldSecurityProfiles', () => 'Other/FieldSecurityProfiles.xml'],
  ['ConnectionRoles', () => 'Other/ConnectionRoles.xml'],
  ['EntityMaps', () => 'Other/EntityMaps.xml'],
])

function within(folder: string, name: string | undefined, suffix = ''): string | undefined {
  return name === undefined ? undefined : `${folder}/${name.replace(/[<>:"/\\|?*\x00-\x1f]/g, '_')}${suffix}.xml`
}

/** `<file>.data.xml` beside the file that the component names. */
function beside(file: string | undefined): string | undefined {
  return file === undefined ? undefined : `${componentFilePath(file)}.data.xml`
}

/** Where a file that a component names lies in the XML layout. */
function componentFilePath(named: string): string {
  const path = named.replaceAll('\\', '/').replace(/^\/+/, '')
  return xmlPathOf(path, false, new Map())
}

function attribute(document: YamlDocument, name: string): string | undefined {
  const value = entryOf(document.node, `@${name}`)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function text(document: YamlDocument, name: string): string | undefined {
  return textOfNode(entryOf(document.node, name))
}

/** Ids are elements in some exports and attributes in others. */
function idOf(document: YamlDocument, name: string): string | undefined {
  if (!isMap(document.node)) return undefined
  for (const [key, node] of document.node) if (key.toLowerCase().replace(/^@/, '') === name) return textOfNode(node)
  return undefined
}
