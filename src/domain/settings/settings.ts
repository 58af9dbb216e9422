import type { SecretRef } from '#domain/environment'
import type { StageAccess } from './access.ts'

/** A text, or a reference to a secret that is resolved only where it is sent to the platform. */
export type SettingValue = string | { readonly secret: SecretRef }

/** The desired state of a flow after a release: on, off, or as the target has it. A flow that someone stopped on purpose is never started. */
export type DesiredFlowState = 'on' | 'off'

/** What a release needs from each stage: made from the managed artifact when the release is sealed. */
export interface SettingsTemplate {
  readonly environmentVariables: readonly {
    readonly schemaName: string
    readonly type: string
    readonly hasDefault: boolean
    readonly isRequired: boolean
  }[]
  readonly connectionReferences: readonly {
    readonly logicalName: string
    readonly displayName: string | undefined
    readonly connectorId: string | undefined
    /** Names of the flows that use it. */
    readonly usedBy: readonly string[]
  }[]
  readonly flows: readonly {
    readonly id: string
    readonly name: string
    readonly desired: DesiredFlowState
    /** Workflow ids. */
    readonly childFlows: readonly string[]
  }[]
}

/** The values of one stage. */
export interface StageSettings {
  readonly environmentVariables: Readonly<Record<string, SettingValue>>
  /** Logical name of the reference → connection name in the target. */
  readonly connectionReferences: Readonly<Record<string, string>>
  /** Flow id or name → state; overrides the template. */
  readonly flows: Readonly<Record<string, DesiredFlowState>>
  /** Absent: access is nobody's business but the target's. */
  readonly access?: StageAccess | undefined
}
