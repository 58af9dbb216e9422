import type { Digest, PersonId, Result } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { applyConfiguration, loadWritten } from './apply-configuration.ts'
import { confirmConfiguration } from './confirm-configuration.ts'
import type { EngineDependencies } from './dependencies.ts'
import type { ConfigurationProposal, ConfigurationVersion } from './engine.ts'
import { loadProposal } from './propose-configuration.ts'

/** What a configuration goes through until it is in force. */
export interface ConfigurationCommands {
  /** What needs a second person is recorded as a proposal and refused; the refusal names its digest. */
  applyConfiguration(command: { readonly configuration: Configuration; readonly actor: PersonId }): Promise<Result<ConfigurationVersion>>
  /** `actor` is the second person, signed in as themselves. */
  confirmConfiguration(command: { readonly digest: Digest; readonly actor: PersonId }): Promise<Result<ConfigurationVersion>>
  loadProposal(digest: Digest): Promise<ConfigurationProposal | undefined>
  /** As it was applied: without roles that are granted until an end. */
  loadConfiguration(): Promise<ConfigurationVersion | undefined>
}

export function createConfigurationCommands(deps: EngineDependencies): ConfigurationCommands {
  return {
    applyConfiguration: (command) => applyConfiguration(deps, command),
    confirmConfiguration: (command) => confirmConfiguration(deps, command),
    loadProposal: (digest) => loadProposal(deps, digest),
    loadConfiguration: () => loadWritten(deps),
  }
}
