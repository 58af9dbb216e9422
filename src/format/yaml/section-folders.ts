/** A file inside of a table's folder. */
export interface SourcePlace {
  /** As the folder is named. */
  readonly table: string
  /** The path behind it, by its parts. */
  readonly inside: readonly string[]
}

export const managedSuffix = '_managed'

/** Folders of the XML layout by their names in the YAML layout, which are the same in lower case. */
export const sectionFolders: ReadonlyMap<string, string> = new Map(
  [
    'Entities',
    'OptionSets',
    'Other',
    'Workflows',
    'WebResources',
    'Roles',
    'PluginAssemblies',
    'SdkMessageProcessingSteps',
    'AppModules',
    'AppModuleSiteMaps',
    'Dashboards',
    'InteractionCentricDashboards',
    'Dialogs',
    'CanvasApps',
    'Connectors',
    'Controls',
    'Reports',
    'StoredProcedures',
    'EntityDataProviders',
    'EntityDataSources',
    'Templates',
  ].map((name) => [name.toLowerCase(), name]),
)

/** Folders of the YAML layout that have no folder of their own in the XML layout. */
export const ownFolders: ReadonlySet<string> = new Set(['solutions', 'publishers', 'entityrelationships', 'modernflows'])

/** Folders of components that the platform itself keeps as files; they are the same in both layouts. */
export const nativeFolders: ReadonlySet<string> = new Set([
  'aiplugins',
  'aipluginoperations',
  'appactions',
  'assets',
  'bots',
  'botcomponents',
  'connectionreferences',
  'customapis',
  'environmentvariabledefinitions',
  'formulas',
  'fxexpressions',
  'maskingrules',
  'pluginpackages',
])
