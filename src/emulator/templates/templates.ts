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
 * First-party solutions by template: names that exports from plain Dataverse environments list as required. The version numbers are
 * this emulator's own, above every version of the same major line that such exports name: an environment of today has the newest.
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
