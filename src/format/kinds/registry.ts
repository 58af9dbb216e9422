import * as dataModel from './data-model.ts'
import * as interfaces from './interface.ts'
import type { KindFormat } from './kind-format.ts'
import * as logic from './logic.ts'
import * as security from './security.ts'
import * as table from './table.ts'

/** Every kind that customizations.xml is taken apart into by name; other children of its sections become generic parts. */
export const kindFormats: readonly KindFormat[] = [
  table.entity,
  table.attribute,
  table.entityKey,
  table.systemForm,
  table.savedQuery,
  table.savedQueryVisualization,
  table.entityRibbon,
  security.role,
  logic.workflow,
  security.fieldSecurityProfile,
  security.connectionRole,
  interfaces.classicSiteMap,
  interfaces.applicationRibbon,
  dataModel.entityMap,
  dataModel.entityRelationship,
  dataModel.optionSet,
  interfaces.dashboard,
  interfaces.interactionCentricDashboard,
  interfaces.dialog,
  interfaces.webResource,
  interfaces.customControl,
  logic.pluginAssembly,
  logic.sdkMessageProcessingStep,
  logic.serviceEndpoint,
  interfaces.appSiteMap,
  interfaces.appModule,
  interfaces.report,
  interfaces.emailTemplate,
  interfaces.canvasApp,
  logic.connector,
  logic.connectionReference,
  logic.aiModel,
  dataModel.entityDataProvider,
  dataModel.entityDataSource,
  dataModel.storedProcedure,
]

/** Sections of the root whose children are settings of the file, not components. */
export const sectionsWithoutComponents: ReadonlySet<string> = new Set(['Languages', 'OrganizationSettings'])
