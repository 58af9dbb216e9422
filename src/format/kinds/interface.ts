import { attributeOf, childText } from '../xml/tree.ts'
import { firstLabel, guidChild } from './identity.ts'
import type { KindFormat } from './kind-format.ts'

export const webResource: KindFormat = {
  kind: 'WebResource',
  section: ['WebResources'],
  elementName: 'WebResource',
  keyOf: (xml) => childText(xml, 'Name'),
  nameOf: (xml) => childText(xml, 'DisplayName'),
}

export const dashboard: KindFormat = {
  kind: 'Dashboard',
  section: ['Dashboards'],
  elementName: 'Dashboard',
  keyOf: (xml) => guidChild(xml, 'FormId'),
  nameOf: (xml) => firstLabel(xml, 'LocalizedNames'),
}

export const interactionCentricDashboard: KindFormat = {
  ...dashboard,
  kind: 'InteractionCentricDashboard',
  section: ['InteractionCentricDashboards'],
  elementName: 'InteractionCentricDashboard',
}

/** A form of no table, such as the one that asks for the inputs of a process. */
export const dialog: KindFormat = { ...dashboard, kind: 'Dialog', section: ['Dialogs'], elementName: 'Dialog' }

export const customControl: KindFormat = {
  kind: 'CustomControl',
  section: ['CustomControls'],
  elementName: 'CustomControl',
  keyOf: (xml) => childText(xml, 'Name'),
  nameOf: (xml) => childText(xml, 'Name'),
  foldersOf: (xml) => [`Controls/${childText(xml, 'Name') ?? ''}/`],
}

/** The classic site map: an organisation has one. */
export const classicSiteMap: KindFormat = {
  kind: 'SiteMap',
  section: ['SiteMap'],
  elementName: 'SiteMap',
  keyOf: () => 'default',
  nameOf: () => undefined,
}

/** The site map of a model-driven app; root components of type 62 name it by this key. */
export const appSiteMap: KindFormat = {
  kind: 'SiteMap',
  section: ['AppModuleSiteMaps'],
  elementName: 'AppModuleSiteMap',
  keyOf: (xml) => childText(xml, 'SiteMapUniqueName'),
  nameOf: (xml) => firstLabel(xml, 'LocalizedNames') ?? childText(xml, 'SiteMapUniqueName'),
}

export const appModule: KindFormat = {
  kind: 'AppModule',
  section: ['AppModules'],
  elementName: 'AppModule',
  keyOf: (xml) => childText(xml, 'UniqueName'),
  nameOf: (xml) => firstLabel(xml, 'LocalizedNames') ?? childText(xml, 'UniqueName'),
}

export const canvasApp: KindFormat = {
  kind: 'CanvasApp',
  section: ['CanvasApps'],
  elementName: 'CanvasApp',
  keyOf: (xml) => childText(xml, 'Name'),
  nameOf: (xml) => childText(xml, 'DisplayName'),
}

/** Ribbon changes of the whole application. */
export const applicationRibbon: KindFormat = {
  kind: 'RibbonDiff',
  section: [],
  elementName: 'RibbonDiffXml',
  keyOf: () => 'application',
  nameOf: () => undefined,
}

export const emailTemplate: KindFormat = {
  kind: 'EmailTemplate',
  section: ['Templates', 'EmailTemplates'],
  elementName: 'emailtemplate',
  keyOf: (xml) => guidChild(xml, 'templateid'),
  nameOf: (xml) => childText(xml, 'title'),
}

export const report: KindFormat = {
  kind: 'Report',
  section: ['Reports'],
  elementName: 'Report',
  keyOf: (xml) => guidChild(xml, 'reportid') ?? guidChild(xml, 'ReportId') ?? attributeOf(xml, 'id'),
  nameOf: (xml) => firstLabel(xml, 'LocalizedNames') ?? childText(xml, 'name'),
}
