/**
 * Elements that stand for a row of the platform: their children are its columns and lists of rows below it. An empty column holds
 * nothing, as one that is not written.
 */
const rows: readonly string[] = [
  ...[
    'ImportExportXml',
    'SolutionManifest',
    'Publisher',
    'Address',
    'Entity',
    'entity',
    'attribute',
    'optionset',
    'EntityKey',
    'EntityMap',
  ],
  ...[
    'EntityRelationship',
    'EntityRelationshipRole',
    'systemform',
    'savedquery',
    'visualization',
    'Dashboard',
    'Dialog',
    'Role',
    'FieldSecurityProfile',
  ],
  ...[
    'Workflow',
    'WebResource',
    'CanvasApp',
    'Connector',
    'AppModule',
    'AppModuleSiteMap',
    'connectionreference',
    'CustomControl',
    'Report',
  ],
  ...['PluginAssembly', 'PluginType', 'SdkMessageProcessingStep', 'SdkMessageProcessingStepImage', 'ServiceEndpoint', 'ConnectionRole'],
]

/** Lists in documents that are no rows: forms, command bars, site maps, queries. Without items they say what their absence says. */
const lists: readonly string[] = [
  ...[
    'labels',
    'displaynames',
    'LocalizedNames',
    'Descriptions',
    'Titles',
    'CustomLabels',
    'CommandDefinitions',
    'CustomActions',
    'LocLabels',
  ],
  ...['RuleDefinitions', 'TabDisplayRules', 'DisplayRules', 'EnableRules', 'Actions', 'Templates', 'savedqueries', 'forms', 'options'],
  ...[
    'states',
    'statuses',
    'tabs',
    'columns',
    'sections',
    'rows',
    'events',
    'Handlers',
    'InternalHandlers',
    'dependencies',
    'formLibraries',
  ],
  ...[
    'hiddencontrols',
    'controlDescriptions',
    'Navigation',
    'NavBar',
    'NavBarAreas',
    'clientresources',
    'internalresources',
    'clientincludes',
  ],
  ...['formparameters', 'ConnectionRoles', 'RolePrivileges', 'FieldPermissions', 'EntityRelationshipRoles', 'AttributeMaps', 'LookupTypes'],
  'RootComponents',
  'MissingDependencies',
]

/** Elements whose children are settings by name: an empty one is not set. */
const settings: readonly string[] = ['parameters', 'data-set']

// Where they stand, all rows of a query's table are read, or none: `entity` is the name of tables and of queries.
const neverNoise: ReadonlySet<string> = new Set(['all-attributes', 'no-attrs'])

const valueParents: ReadonlySet<string> = new Set([...rows, ...settings])
const listNames: ReadonlySet<string> = new Set(lists)

/** Rows, settings and lists, for those who read the rule. */
export const knownEmpty = { rows, settings, lists } as const

/** Whether an element without content says no more than its absence: a column, setting or list of a known place. Everything else is there to be seen. */
export function saysNothingWhenEmpty(name: string, parent: string): boolean {
  if (neverNoise.has(name)) return false
  return valueParents.has(parent) || listNames.has(name)
}
