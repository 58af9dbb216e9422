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

/**
 * First-party solutions by template. Names and lowest versions: those that solutions exported from such environments name as
 * required; an environment of today has higher ones, so each carries the major version line of its exports with room above.
 */
export const templates: readonly EnvironmentTemplate[] = [
  {
    name: 'dataverse',
    title: 'Dataverse, with the solutions that every environment with a database has',
    revision: 1,
    solutions: [
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
    ],
  },
]
