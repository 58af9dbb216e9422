import { childText } from '../xml/tree.ts'
import { filledAttribute, guidAttribute, guidChild } from './identity.ts'
import type { KindFormat } from './kind-format.ts'

/** Cloud flows, classic workflows, business rules, actions and business process flows. */
export const workflow: KindFormat = {
  kind: 'Workflow',
  section: ['Workflows'],
  elementName: 'Workflow',
  keyOf: (xml) => guidAttribute(xml, 'WorkflowId'),
  nameOf: (xml) => filledAttribute(xml, 'Name'),
}

export const pluginAssembly: KindFormat = {
  kind: 'PluginAssembly',
  section: ['SolutionPluginAssemblies'],
  elementName: 'PluginAssembly',
  keyOf: (xml) => guidAttribute(xml, 'PluginAssemblyId'),
  nameOf: (xml) => filledAttribute(xml, 'FullName'),
}

export const sdkMessageProcessingStep: KindFormat = {
  kind: 'SdkMessageProcessingStep',
  section: ['SdkMessageProcessingSteps'],
  elementName: 'SdkMessageProcessingStep',
  keyOf: (xml) => guidAttribute(xml, 'SdkMessageProcessingStepId'),
  nameOf: (xml) => filledAttribute(xml, 'Name'),
}

export const serviceEndpoint: KindFormat = {
  kind: 'ServiceEndpoint',
  section: ['ServiceEndpoints'],
  elementName: 'ServiceEndpoint',
  keyOf: (xml) => guidAttribute(xml, 'ServiceEndpointId'),
  nameOf: (xml) => filledAttribute(xml, 'Name'),
}

export const connector: KindFormat = {
  kind: 'Connector',
  section: ['Connectors'],
  elementName: 'Connector',
  keyOf: (xml) => childText(xml, 'name') ?? guidChild(xml, 'connectorid'),
  nameOf: (xml) => childText(xml, 'displayname'),
}

export const connectionReference: KindFormat = {
  kind: 'connectionreference',
  section: ['connectionreferences'],
  elementName: 'connectionreference',
  keyOf: (xml) => filledAttribute(xml, 'connectionreferencelogicalname'),
  nameOf: (xml) => childText(xml, 'connectionreferencedisplayname'),
}

export const aiModel: KindFormat = {
  kind: 'AIModel',
  section: ['AIModels'],
  elementName: 'AIModel',
  keyOf: (xml) => guidChild(xml, 'msdyn_aimodelid'),
  nameOf: (xml) => childText(xml, 'msdyn_name'),
}
