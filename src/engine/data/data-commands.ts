import type { MaskingRules } from '#domain/data'
import type { PersonId, Result } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { ConfigurationExport, ConfigurationExportCommand } from './configuration-export.ts'
import { exportConfigurationData } from './configuration-export.ts'
import type { ScanCommand, SeedCommand } from './seed-commands.ts'
import { decideData, listData, proposeDataRules, scanData, seedData } from './seed-commands.ts'
import type { DataWork } from './seed-record.ts'

/** Rows for environments of cattle, masked or made up, and rows that are settings. */
export interface DataCommands {
  /** Begins to fill an environment of cattle with masked or made-up rows; rows of a pet wait for the word of somebody who answers for them. */
  seedData(command: SeedCommand): Promise<Result<DataWork>>
  /** Begins to look through an environment for what masking should have kept away. */
  scanData(command: ScanCommand): Promise<Result<DataWork>>
  decideData(command: {
    readonly id: string
    readonly verdict: 'approve' | 'reject'
    readonly comment: string
    readonly actor: PersonId
  }): Promise<Result<DataWork>>
  /** Fillings and looks, newest first. */
  listData(lookup: { readonly environmentId?: string | undefined }): Promise<readonly DataWork[]>
  loadData(id: string): Promise<DataWork | undefined>
  /** Masking rules to begin with, for the tables of an environment or of a solution. */
  proposeDataRules(command: { readonly subject: string; readonly locale: string }): Promise<Result<MaskingRules>>
  /** Reads rows of a development environment that a schema chooses; records nothing and changes nothing. */
  exportConfigurationData(command: ConfigurationExportCommand): Promise<Result<ConfigurationExport>>
}

export function createDataCommands(deps: EngineDependencies): DataCommands {
  return {
    seedData: (command) => seedData(deps, command),
    scanData: (command) => scanData(deps, command),
    decideData: (command) => decideData(deps, command),
    listData: (lookup) => listData(deps, lookup),
    loadData: (id) => deps.readModel.load('data', id),
    proposeDataRules: (command) => proposeDataRules(deps, command),
    exportConfigurationData: (command) => exportConfigurationData(deps, command),
  }
}
