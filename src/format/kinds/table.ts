import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, childText, descendant } from '../xml/tree.ts'
import { bareGuid, filledAttribute, firstLabel, guidChild, within } from './identity.ts'
import type { KindFormat } from './kind-format.ts'

const inEntity = ['Entities', 'Entity'] as const

/** A table: its shell, without columns, keys, forms, views, charts and ribbon. Key: logical name. */
export const entity: KindFormat = {
  kind: 'Entity',
  section: ['Entities'],
  elementName: 'Entity',
  keyOf: (xml) => childText(xml, 'Name')?.toLowerCase(),
  nameOf: (xml) =>
    filledAttribute(child(xml, 'Name') ?? xml, 'LocalizedName') ?? firstLabel(descendant(xml, 'EntityInfo', 'entity'), 'LocalizedNames'),
  // Formula columns of a table share one file that no element names.
  filePrefixesOf: (xml) => [`formulas/${childText(xml, 'Name')?.toLowerCase() ?? ''}-formuladefinitions.`],
}

export const attribute: KindFormat = {
  kind: 'Attribute',
  section: [...inEntity, 'EntityInfo', 'entity', 'attributes'],
  elementName: 'attribute',
  keyOf: (xml, table) =>
    within(table, (childText(xml, 'LogicalName') ?? childText(xml, 'Name') ?? attributeOf(xml, 'PhysicalName'))?.toLowerCase()),
  nameOf: (xml) => firstLabel(xml, 'displaynames'),
}

export const entityKey: KindFormat = {
  kind: 'EntityKey',
  section: [...inEntity, 'EntityInfo', 'entity', 'EntityKeys'],
  elementName: 'EntityKey',
  keyOf: (xml, table) => within(table, (childText(xml, 'LogicalName') ?? childText(xml, 'Name'))?.toLowerCase()),
  nameOf: (xml) => firstLabel(xml, 'displaynames'),
}

export const systemForm: KindFormat = {
  kind: 'SystemForm',
  section: [...inEntity, 'FormXml', 'forms'],
  elementName: 'systemform',
  keyOf: (xml) => guidChild(xml, 'formid'),
  nameOf: (xml) => firstLabel(xml, 'LocalizedNames'),
}

export const savedQuery: KindFormat = {
  kind: 'SavedQuery',
  section: [...inEntity, 'SavedQueries', 'savedqueries'],
  elementName: 'savedquery',
  keyOf: (xml) => guidChild(xml, 'savedqueryid'),
  nameOf: (xml) => firstLabel(xml, 'LocalizedNames'),
}

export const savedQueryVisualization: KindFormat = {
  kind: 'SavedQueryVisualization',
  section: [...inEntity, 'Visualizations'],
  elementName: 'visualization',
  // Real files write this element's name in several ways of capitals.
  keyOf: (xml) => bareGuid(childText(xml, childElements(xml).find(isVisualizationId)?.name ?? '')),
  nameOf: (xml) => firstLabel(xml, 'LocalizedNames'),
}

function isVisualizationId(xml: XmlElement): boolean {
  return xml.name.toLowerCase() === 'savedqueryvisualizationid'
}

/** The ribbon changes of one table. Key: the table's. */
export const entityRibbon: KindFormat = {
  kind: 'RibbonDiff',
  section: inEntity,
  elementName: 'RibbonDiffXml',
  keyOf: (_xml, table) => table,
  nameOf: () => undefined,
}
