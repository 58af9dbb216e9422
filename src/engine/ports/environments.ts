import type { Environment } from '#domain/environment'
import type { EnvironmentInspection } from './environment-inspection.ts'
import type { SolutionExport } from './solution-export.ts'
import type { SolutionImport } from './solution-import.ts'

/** Opens a configured environment; signs in when first needed, resolving secrets then and there. */
export interface Environments {
  open(environment: Environment): SolutionExport & SolutionImport & EnvironmentInspection
}
