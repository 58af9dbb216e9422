/** The rows that components of one kind are, as the Web API serves them. */
export interface ComponentSet {
  readonly kind: string
  readonly set: string
  readonly idColumn: string
  /** Column with the identity that solution files have; the id where there is none. */
  readonly keyColumn: string | undefined
  readonly nameColumn: string
  /** Column that tells when the definition was last changed, whoever did it; undefined where the table has none that does. */
  readonly changedColumn: string | undefined
  /** Lookup of who did; undefined where the table has none. */
  readonly changedByColumn: string | undefined
  /** Whether its rows say in `iscustomizable` if others than the publisher may change them [web-api H, managed properties]. */
  readonly tellsCustomizable: boolean
}

/** Kinds whose tables have the column [Microsoft Learn, table reference of each]. */
const customizable: ReadonlySet<string> = new Set([
  'Workflow',
  'SavedQuery',
  'SavedQueryVisualization',
  'SystemForm',
  'WebResource',
  'Role',
  'connectionreference',
  'EnvironmentVariableDefinition',
  'SdkMessageProcessingStep',
])

type More = Partial<Omit<ComponentSet, 'kind' | 'set' | 'idColumn'>>

function rows(kind: string, set: string, idColumn: string, more: More = {}): ComponentSet {
  return {
    kind,
    set,
    idColumn,
    keyColumn: more.keyColumn,
    nameColumn: more.nameColumn ?? 'name',
    changedColumn: 'changedColumn' in more ? more.changedColumn : 'modifiedon',
    changedByColumn: 'changedByColumn' in more ? more.changedByColumn : '_modifiedby_value',
    tellsCustomizable: customizable.has(kind),
  }
}

/**
 * Tables of the Web API that component kinds are rows of [web-api B.1]. Forms have neither a time nor a person: their times of overwriting and
 * publishing are for internal use, and nobody says what moves them.
 */
export const componentSets: readonly ComponentSet[] = [
  rows('Workflow', 'workflows', 'workflowid'),
  rows('SavedQuery', 'savedqueries', 'savedqueryid'),
  rows('SavedQueryVisualization', 'savedqueryvisualizations', 'savedqueryvisualizationid'),
  rows('SystemForm', 'systemforms', 'formid', { changedColumn: undefined, changedByColumn: undefined }),
  rows('WebResource', 'webresourceset', 'webresourceid', { keyColumn: 'name' }),
  rows('Role', 'roles', 'roleid'),
  rows('AppModule', 'appmodules', 'appmoduleid', { keyColumn: 'uniquename' }),
  // That its time moves with every change is nowhere said.
  rows('SiteMap', 'sitemaps', 'sitemapid', {
    keyColumn: 'sitemapnameunique',
    nameColumn: 'sitemapname',
    changedColumn: undefined,
    changedByColumn: undefined,
  }),
  rows('CanvasApp', 'canvasapps', 'canvasappid', {
    keyColumn: 'name',
    nameColumn: 'displayname',
    changedColumn: 'lastmodifiedtime',
    changedByColumn: undefined,
  }),
  rows('connectionreference', 'connectionreferences', 'connectionreferenceid', {
    keyColumn: 'connectionreferencelogicalname',
    nameColumn: 'connectionreferencelogicalname',
  }),
  rows('EnvironmentVariableDefinition', 'environmentvariabledefinitions', 'environmentvariabledefinitionid', {
    keyColumn: 'schemaname',
    nameColumn: 'schemaname',
  }),
  rows('EnvironmentVariableValue', 'environmentvariablevalues', 'environmentvariablevalueid', {
    keyColumn: 'schemaname',
    nameColumn: 'schemaname',
  }),
  rows('PluginAssembly', 'pluginassemblies', 'pluginassemblyid'),
  rows('SdkMessageProcessingStep', 'sdkmessageprocessingsteps', 'sdkmessageprocessingstepid'),
  rows('ServiceEndpoint', 'serviceendpoints', 'serviceendpointid'),
  rows('FieldSecurityProfile', 'fieldsecurityprofiles', 'fieldsecurityprofileid'),
  rows('CustomControl', 'customcontrols', 'customcontrolid', { keyColumn: 'name' }),
  rows('Connector', 'connectors', 'connectorid', { keyColumn: 'name' }),
  rows('customapi', 'customapis', 'customapiid', { keyColumn: 'uniquename' }),
  rows('bot', 'bots', 'botid', { keyColumn: 'schemaname' }),
  rows('botcomponent', 'botcomponents', 'botcomponentid', { keyColumn: 'schemaname' }),
]
