/** What `PublishXml` must name to publish a component (facts-2 §5); undefined for kinds without a publish concept. */
export type PublishedBy = 'entity' | 'optionset' | 'webresource' | 'appmodule' | 'sitemap' | 'ribbon' | 'dashboard'

export interface KindInfo {
  /** Layer-table name (web-api B.3). */
  readonly name: string
  /** Number of `componenttype` (B.2); undefined for kinds with a code of each organisation's own, 10000 and above. */
  readonly type: number | undefined
  /** Logical name of the table that its rows are read from. */
  readonly table: string
  /** Primary key column of that table. */
  readonly idColumn: string
  /** Column that holds its name. */
  readonly nameColumn: string
  readonly publishedBy: PublishedBy | undefined
  /** A new one that arrives by an unmanaged import waits for publishing; found by RetrieveUnpublishedMultiple (facts-2 §5). */
  readonly arrivesUnpublished: boolean
  /** Never written to RootComponents: they travel unlisted (facts-2 §1.6). */
  readonly travelsUnlisted: boolean
  /** Layers of these merge, so overwriting customizations leaves their Active layer alone (web-api H). */
  readonly isMerged: boolean
}

type Options = Partial<Omit<KindInfo, 'name' | 'type' | 'table'>>

function kind(name: string, type: number | undefined, table: string, options: Options = {}): KindInfo {
  return {
    name,
    type,
    table,
    idColumn: options.idColumn ?? `${table}id`,
    nameColumn: options.nameColumn ?? 'name',
    publishedBy: options.publishedBy,
    arrivesUnpublished: options.arrivesUnpublished ?? false,
    travelsUnlisted: options.travelsUnlisted ?? false,
    isMerged: options.isMerged ?? false,
  }
}

const pending = { arrivesUnpublished: true } as const
const unlisted = { travelsUnlisted: true } as const
const metadata = { idColumn: 'metadataid', nameColumn: 'logicalname' } as const

/** The emulator's own table of kinds; written apart from the product's on purpose, so that the two can disagree. */
export const kindTable: readonly KindInfo[] = [
  kind('Entity', 1, 'entity', { ...metadata, publishedBy: 'entity' }),
  kind('Attribute', 2, 'attribute', { ...metadata, publishedBy: 'entity' }),
  kind('OptionSet', 9, 'optionset', { ...metadata, nameColumn: 'name', publishedBy: 'optionset' }),
  kind('EntityRelationship', 10, 'entityrelationship', { ...metadata, nameColumn: 'schemaname', publishedBy: 'entity', ...unlisted }),
  kind('EntityKey', 14, 'entitykey', { ...metadata, publishedBy: 'entity' }),
  kind('Role', 20, 'role'),
  kind('SavedQuery', 26, 'savedquery', { publishedBy: 'entity', ...pending }),
  kind('Workflow', 29, 'workflow'),
  kind('Report', 31, 'report'),
  kind('EmailTemplate', 36, 'template', { nameColumn: 'title' }),
  kind('EntityMap', 46, 'entitymap', unlisted),
  kind('SavedQueryVisualization', 59, 'savedqueryvisualization', { publishedBy: 'entity', ...pending }),
  kind('SystemForm', 60, 'systemform', { idColumn: 'formid', publishedBy: 'entity', isMerged: true, ...pending }),
  kind('Dashboard', 60, 'systemform', { idColumn: 'formid', publishedBy: 'dashboard', isMerged: true, ...pending }),
  kind('InteractionCentricDashboard', 60, 'systemform', { idColumn: 'formid', publishedBy: 'dashboard', isMerged: true, ...pending }),
  kind('Dialog', 60, 'systemform', { idColumn: 'formid', publishedBy: 'dashboard', isMerged: true, ...pending }),
  kind('WebResource', 61, 'webresource', { publishedBy: 'webresource', ...pending }),
  kind('SiteMap', 62, 'sitemap', { nameColumn: 'sitemapname', publishedBy: 'sitemap', isMerged: true }),
  kind('ConnectionRole', 63, 'connectionrole'),
  kind('CustomControl', 66, 'customcontrol'),
  kind('FieldSecurityProfile', 70, 'fieldsecurityprofile'),
  kind('AppModule', 80, 'appmodule', { publishedBy: 'appmodule', isMerged: true }),
  kind('PluginType', 90, 'plugintype', unlisted),
  kind('PluginAssembly', 91, 'pluginassembly'),
  kind('SdkMessageProcessingStep', 92, 'sdkmessageprocessingstep'),
  kind('ServiceEndpoint', 95, 'serviceendpoint'),
  kind('EntityDataProvider', 181, 'entitydataprovider'),
  kind('EntityDataSource', 183, 'entitydatasource'),
  kind('CanvasApp', 300, 'canvasapp'),
  kind('Connector', 372, 'connector'),
  kind('EnvironmentVariableDefinition', 380, 'environmentvariabledefinition', { nameColumn: 'schemaname', ...unlisted }),
  kind('EnvironmentVariableValue', 381, 'environmentvariablevalue', { nameColumn: 'schemaname', ...unlisted }),
  kind('AIModel', 401, 'msdyn_aimodel', { nameColumn: 'msdyn_name' }),
  kind('AIConfiguration', 402, 'msdyn_aiconfiguration', { nameColumn: 'msdyn_name' }),
  kind('AttributeImageConfiguration', 431, 'attributeimageconfig'),
  kind('EntityImageConfiguration', 432, 'entityimageconfig'),
  // The application's ribbon is a root of type 50; the ribbon of a table travels inside it.
  kind('RibbonDiff', 50, 'ribbondiff', { publishedBy: 'ribbon', isMerged: true }),
  kind('connectionreference', undefined, 'connectionreference', { nameColumn: 'connectionreferencelogicalname', ...unlisted }),
]

// Asked several times for each component of an import, nearly always by the name as it stands here.
const asWritten: ReadonlyMap<string, KindInfo> = new Map(kindTable.map((info) => [info.name, info]))
const byName = new Map(kindTable.map((info) => [info.name.toLowerCase(), info]))
// Dashboards share number 60 with forms, whose name the number means.
const byType = new Map([...kindTable].reverse().flatMap((info) => (info.type === undefined ? [] : [[info.type, info] as const])))

/** What is known of a kind; a kind that is not in the table is a solution-aware table of the same name, without publishing. */
export function kindInfo(name: string): KindInfo {
  return asWritten.get(name) ?? byName.get(name.toLowerCase()) ?? kind(name, undefined, name.toLowerCase(), unlisted)
}

/** The layer-table name for a manifest's type: a number of `componenttype`, or a name. */
export function kindOfRootType(type: string): string {
  if (!/^\d+$/.test(type)) return kindInfo(type).name
  const number = Number(type) === 371 ? 372 : Number(type)
  return byType.get(number)?.name ?? `ComponentType${number}`
}

/** All kinds behind a manifest's type: dashboards are listed as forms. */
export function kindsOfRootType(type: string): readonly string[] {
  const first = kindOfRootType(type)
  return [first, ...kindTable.filter((info) => String(info.type) === type && info.name !== first).map((info) => info.name)]
}

/** The kind whose rows stand in a table, if components do. */
export function kindOfTable(table: string): KindInfo | undefined {
  return kindTable.find((info) => info.table === table)
}
