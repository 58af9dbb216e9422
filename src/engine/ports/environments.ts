import type { Environment, SecretRef } from '#domain/environment'
import type { AccessControl } from './access.ts'
import type { ComponentInspection } from './component-inspection.ts'
import type { ConfigurationDataAccess } from './configuration-data.ts'
import type { Customization } from './customization.ts'
import type { DataTables } from './data-tables.ts'
import type { EnvironmentInspection } from './environment-inspection.ts'
import type { Provisioning } from './provisioning.ts'
import type { RowAccess } from './row-access.ts'
import type { SandboxAccess } from './sandbox-access.ts'
import type { SolutionExport } from './solution-export.ts'
import type { SolutionImport } from './solution-import.ts'
import type { UpgradeInspection } from './upgrade-inspection.ts'

/** All that can be asked of an environment, and done in it. */
export type OpenEnvironment = SolutionExport &
  SolutionImport &
  EnvironmentInspection &
  ComponentInspection &
  RowAccess &
  ConfigurationDataAccess &
  AccessControl &
  DataTables &
  SandboxAccess &
  Provisioning &
  Customization &
  UpgradeInspection

/** Opens a configured environment; signs in when first needed, resolving secrets then and there. */
export interface Environments {
  /**
   * `secrets` are those that the work at hand sends there: they are looked for when the environment is observed, and their values are
   * struck out of whatever the platform says, errors included.
   */
  open(environment: Environment, secrets?: readonly SecretRef[]): OpenEnvironment
}
