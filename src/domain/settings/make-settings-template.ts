import type { SolutionModel } from '#domain/solution'
import type { SettingsTemplate } from './settings.ts'

/** What each stage has to say before this solution can go there. A flow is wanted as the package carries it. */
export function makeSettingsTemplate(model: SolutionModel): SettingsTemplate {
  return {
    environmentVariables: model.environmentVariables.map((variable) => ({
      schemaName: variable.schemaName,
      type: variable.type,
      hasDefault: variable.defaultValue !== undefined && variable.defaultValue !== '',
      isRequired: variable.isRequired,
    })),
    connectionReferences: model.connectionReferences.map((reference) => ({
      logicalName: reference.logicalName,
      displayName: reference.displayName,
      connectorId: reference.connectorId,
      usedBy: model.flows
        .filter((flow) => flow.connectionReferences.some((name) => isSameName(name, reference.logicalName)))
        .map((flow) => flow.name),
    })),
    flows: model.flows.map((flow) => ({
      id: flow.id,
      name: flow.name,
      desired: flow.isOn ? 'on' : 'off',
      childFlows: flow.childFlows,
    })),
  }
}

/** Dataverse compares schema and logical names without regard to case. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
