import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, childText, withChild } from '../xml/tree.ts'
import { addRelationships } from './relationships.ts'
import { sortedBy, typeAndSchemaName } from './solution-manifest.ts'
import { pathName, type SourceTree } from './source-tree.ts'
import { addTables } from './tables.ts'

/** Writes one section of customizations.xml as files. */
export type SectionWriter = (tree: SourceTree, section: XmlElement) => void

/** The sections that SolutionPackager splits out; every other one stays in Other/Customizations.xml as it is. */
export const sectionWriters: ReadonlyMap<string, SectionWriter> = new Map<string, SectionWriter>([
  ['Entities', addTables],
  ['EntityRelationships', addRelationships],
  ['optionsets', each((tree, xml) => tree.addXml(`OptionSets/${attributeOf(xml, 'Name') ?? ''}.xml`, xml))],
  ['Roles', each((tree, xml) => tree.addXml(`Roles/${pathName(attributeOf(xml, 'name') ?? '')}.xml`, xml))],
  ['Workflows', each(addWorkflow)],
  ['WebResources', each(addWebResource)],
  ['SolutionPluginAssemblies', each((tree, xml) => addBeside(tree, xml, childText(xml, 'FileName')))],
  [
    'SdkMessageProcessingSteps',
    each((tree, xml) => addById(tree, 'SdkMessageProcessingSteps', { xml, id: attributeOf(xml, 'SdkMessageProcessingStepId') })),
  ],
  ['ServiceEndpoints', wholeAs('PluginAssemblies/ServiceEndpoints.xml')],
  ['AppModules', each(addAppModule)],
  ['AppModuleSiteMaps', each(addAppSiteMap)],
  ['Dashboards', each((tree, xml) => addById(tree, 'Dashboards', { xml, id: childText(xml, 'FormId') }))],
  [
    'InteractionCentricDashboards',
    each((tree, xml) => addById(tree, 'InteractionCentricDashboards', { xml, id: childText(xml, 'FormId') })),
  ],
  ['CanvasApps', each((tree, xml) => tree.addXml(`CanvasApps/${childText(xml, 'Name') ?? ''}.meta.xml`, xml))],
  ['Connectors', each(addConnector)],
  ['CustomControls', each((tree, xml) => addBeside(tree, xml, childText(xml, 'FileName')))],
  ['StoredProcedures', each(addStoredProcedure)],
  ['EntityDataSources', each((tree, xml) => addById(tree, 'EntityDataSources', { xml, id: attributeOf(xml, 'EntityDataSourceId') }))],
  ['SiteMap', (tree, section) => addWhole(tree, tree.twinPath('Other/SiteMap'), section)],
  ['RibbonDiffXml', wholeAs('Other/RibbonCustomization.xml')],
  ['FieldSecurityProfiles', wholeAs('Other/FieldSecurityProfiles.xml')],
  ['ConnectionRoles', wholeAs('Other/ConnectionRoles.xml')],
  ['EntityMaps', wholeAs('Other/EntityMaps.xml')],
])

function each(write: (tree: SourceTree, xml: XmlElement) => void): SectionWriter {
  return (tree, section) => {
    for (const xml of childElements(section)) write(tree, xml)
  }
}

function wholeAs(path: string): SectionWriter {
  return (tree, section) => addWhole(tree, path, section)
}

function addWhole(tree: SourceTree, path: string, section: XmlElement): void {
  if (section.children.length > 0) tree.addXml(path, section)
}

/** `<file>.data.xml` beside the file that the element names. */
function addBeside(tree: SourceTree, xml: XmlElement, zipPath: string | undefined): void {
  if (zipPath !== undefined) tree.addXml(`${zipPath.replaceAll('\\', '/').replace(/^\/+/, '')}.data.xml`, xml)
}

function addById(tree: SourceTree, folder: string, item: { xml: XmlElement; id: string | undefined }): void {
  tree.addXml(`${folder}/${item.id ?? ''}.xml`, item.xml)
}

function addWorkflow(tree: SourceTree, xml: XmlElement): void {
  // A workflow that is only mentioned (unmodified="1", no definition file) has no place in this layout: SolutionPackager drops it too.
  addBeside(tree, xml, childText(xml, 'JsonFileName') ?? childText(xml, 'XamlFileName'))
}

function addStoredProcedure(tree: SourceTree, xml: XmlElement): void {
  const path = `StoredProcedures/${attributeOf(xml, 'name') ?? ''}.sql`
  tree.addXml(`${path}.data.xml`, xml)
  tree.move(childText(xml, 'file'), path)
}

function addWebResource(tree: SourceTree, xml: XmlElement): void {
  const path = `WebResources/${childText(xml, 'Name') ?? ''}`
  tree.addXml(`${path}.data.xml`, xml)
  tree.move(childText(xml, 'FileName'), path)
}

function addAppModule(tree: SourceTree, xml: XmlElement): void {
  const components = child(xml, 'AppModuleComponents')
  const sorted = components === undefined ? xml : withChild(xml, 'AppModuleComponents', sortedBy(components, typeAndSchemaName))
  tree.addPlainXml(tree.twinPath(`AppModules/${childText(xml, 'UniqueName') ?? ''}/AppModule`), sorted)
}

function addAppSiteMap(tree: SourceTree, xml: XmlElement): void {
  tree.addXml(tree.twinPath(`AppModuleSiteMaps/${childText(xml, 'SiteMapUniqueName') ?? ''}/AppModuleSiteMap`), xml)
}

function addConnector(tree: SourceTree, xml: XmlElement): void {
  const definition = childText(xml, 'openapidefinition') ?? ''
  const base = /([^/\\]+)_openapidefinition\.json$/i.exec(definition)?.[1] ?? childText(xml, 'name') ?? ''
  tree.addXml(`Connectors/${base}.xml`, xml)
}
