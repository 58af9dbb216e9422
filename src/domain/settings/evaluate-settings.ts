import type { SecretRef } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import { connectorName } from '#domain/solution'
import { isSameName } from './make-settings-template.ts'
import type { DesiredFlowState, SettingsTemplate, SettingValue, StageSettings } from './settings.ts'

/** Each variable that has neither a default nor a value, and each connection reference without a connection (STR-10). */
export function findMissingSettings(template: SettingsTemplate, stage: StageSettings): Reason[] {
  const variables = template.environmentVariables
    .filter((variable) => !variable.hasDefault && isBlank(valueOf(stage.environmentVariables, variable.schemaName)))
    .map((variable) => ({
      subject: variable.schemaName,
      message: `Environment variable ${variable.schemaName} (${variable.type}) has no default and no value for this stage.`,
    }))
  const references = template.connectionReferences
    .filter((reference) => isBlank(valueOf(stage.connectionReferences, reference.logicalName)))
    .map((reference) => ({
      subject: reference.logicalName,
      message: `Connection reference ${reference.logicalName}${connectorText(reference.connectorId)} has no connection for this stage${usedByText(reference.usedBy)}.`,
    }))
  return [...variables, ...references]
}

/** Values that name nothing in the release: spelling mistakes, or left over from an earlier version. They warn, they do not block. */
export function findUnknownSettings(template: SettingsTemplate, stage: StageSettings): Reason[] {
  const variables = Object.keys(stage.environmentVariables)
    .filter((name) => !template.environmentVariables.some((variable) => isSameName(variable.schemaName, name)))
    .map((name) => unknownSetting('environment variable', name))
  const references = Object.keys(stage.connectionReferences)
    .filter((name) => !template.connectionReferences.some((reference) => isSameName(reference.logicalName, name)))
    .map((name) => unknownSetting('connection reference', name))
  const flows = Object.keys(stage.flows)
    .filter((name) => !template.flows.some((flow) => isSameName(flow.id, name) || flow.name === name))
    .map((name) => unknownSetting('flow', name))
  return [...variables, ...references, ...flows]
}

/** The value for a schema or logical name, compared as Dataverse compares them. */
export function valueOf<Value extends SettingValue>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.entries(values).find(([key]) => isSameName(key, name))?.[1]
}

/** The secrets among the values of environment variables. */
export function secretsAmong(values: readonly SettingValue[]): readonly SecretRef[] {
  return values.flatMap((value) => (typeof value === 'string' ? [] : [value.secret]))
}

/** Whether nothing is set; a reference says that there is something, and what is behind it is looked for in the target's preflight. */
export function isBlank(value: SettingValue | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** What the stage itself says about a flow, by id or by name; undefined when it leaves it to the release. */
export function stageFlowState(stage: StageSettings, flow: { readonly id: string; readonly name: string }): DesiredFlowState | undefined {
  const entry =
    Object.entries(stage.flows).find(([key]) => isSameName(key, flow.id)) ?? Object.entries(stage.flows).find(([key]) => key === flow.name)
  return entry?.[1]
}

function unknownSetting(kind: string, name: string): Reason {
  return { subject: name, message: `The settings name the ${kind} ${name}, which this release does not have; the entry has no effect.` }
}

function connectorText(connectorId: string | undefined): string {
  const name = connectorName(connectorId)
  return name === undefined ? '' : ` (${name})`
}

function usedByText(usedBy: readonly string[]): string {
  return usedBy.length === 0 ? '' : `; used by ${usedBy.join(', ')}`
}
