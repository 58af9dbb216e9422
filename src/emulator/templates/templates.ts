/** A solution of the platform that an environment has from the start. */
export interface PlatformSolution {
  readonly uniqueName: string
  readonly version: string
}

export interface EnvironmentTemplate {
  readonly name: string
  readonly title: string
  /** Raised when the list changes. */
  readonly revision: number
  readonly solutions: readonly PlatformSolution[]
}

const everywhere: readonly PlatformSolution[] = [
  { uniqueName: 'AppModuleWebResources', version: '2.99.0.0' },
  { uniqueName: 'ActivityFeedsCore', version: '9.99.0.0' },
  { uniqueName: 'AppNotifications', version: '9.99.0.0' },
  { uniqueName: 'BaseCustomControlsCore', version: '9.99.0.0' },
  { uniqueName: 'CustomControlsCore', version: '9.99.0.0' },
  { uniqueName: 'msdynce_AppCommon', version: '9.99.0.0' },
  { uniqueName: 'msft_ColumnLevelSecurityData', version: '1.99.0.0' },
  { uniqueName: 'SolutionHistoryAPIs', version: '9.99.0.0' },
  { uniqueName: 'SolutionUpgradeInfrastructure', version: '9.99.0.0' },
  { uniqueName: 'GuidedHelp', version: '9.99.0.0' },
  { uniqueName: 'msdyn_AppFrameworkInfraExtensions', version: '1.99.0.0' },
]

const sales: readonly PlatformSolution[] = [
  { uniqueName: 'msdynce_Sales', version: '9.99.0.0' },
  { uniqueName: 'msdynce_SalesPatch', version: '9.99.0.0' },
  { uniqueName: 'msdynce_LeadManagement', version: '9.99.0.0' },
  { uniqueName: 'msdynce_ProductManagement', version: '9.99.0.0' },
  { uniqueName: 'msdynce_Marketing', version: '9.99.0.0' },
  { uniqueName: 'msdynce_MarketingSales', version: '9.99.0.0' },
  { uniqueName: 'msdynce_Activities', version: '9.99.0.0' },
  { uniqueName: 'msdynce_Talkingpoints', version: '9.99.0.0' },
  { uniqueName: 'SICommon', version: '9.99.0.0' },
  { uniqueName: 'Icebreakers', version: '9.99.0.0' },
]

const customerService: readonly PlatformSolution[] = [
  { uniqueName: 'msdynce_Service', version: '9.99.0.0' },
  { uniqueName: 'msdynce_ServicePatch201911', version: '9.99.0.0' },
  { uniqueName: 'msdynce_Customerservicehub', version: '9.99.0.0' },
  { uniqueName: 'msdynce_Scheduling', version: '9.99.0.0' },
  { uniqueName: 'msdynce_KnowledgeManagement', version: '9.99.0.0' },
]

/**
 * First-party solutions by template: names that public solution files, exported from such environments, list as required
 * (`MissingDependencies` of their solution.xml; real exported files, facts-2 §1.6). They are names and versions only: no table, form or
 * app of theirs is here. The version numbers are this emulator's own, above every version of the same major line that such files name:
 * an environment of today has the newest. That an environment of a template has all of them, and no others, is unverified.
 */
export const templates: readonly EnvironmentTemplate[] = [
  {
    name: 'dataverse',
    title: 'Dataverse, with the solutions that every environment with a database has',
    revision: 1,
    solutions: everywhere,
  },
  {
    name: 'sales',
    title: 'Dataverse with Dynamics 365 Sales',
    revision: 1,
    solutions: [...everywhere, ...sales],
  },
  {
    name: 'customer-service',
    title: 'Dataverse with Dynamics 365 Customer Service',
    revision: 1,
    solutions: [...everywhere, ...customerService],
  },
]
